"""The clients that are compared, each as one call; runs with the Python of any environment.

python callers.py once NAME URL    one call, as a fresh process makes it
python callers.py each NAME URL    CPU time of a call, beside raw httpx in the same process
python callers.py rate NAME URL    calls a second with 100 in flight, beside raw httpx
"""

# The clients are in environments of their own, where no type checker looks.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import sys
from collections.abc import Awaitable, Callable
from typing import Any

RUN = "11111111-2222-4333-8444-555555555555"
PATH = f"/api/repos/ox/support/evaluations/{RUN}"
KEY = "no-secret"
BLOCK = 25
"""Calls between two looks at the clock."""

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


def httpx_get(url: str, path: str = PATH) -> Call:
    """Raw httpx: what anybody would write."""
    import httpx

    client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"})
    return lambda: client.get(path).json()


def oxloop_oxen(url: str) -> Call:
    """This package's client."""
    from oxloop import Oxen

    client = Oxen(KEY, url)
    return lambda: client.evaluations.get("ox/support", RUN)


def stock(url: str) -> Call:
    """What openapi-python-client makes of the same spec with its own templates."""
    from stock_oxen.api.evaluations import get_evaluation
    from stock_oxen.client import AuthenticatedClient

    client = AuthenticatedClient(base_url=url, token=KEY)
    return lambda: get_evaluation.sync("ox", "support", RUN, client=client)


def openai_models(url: str) -> Call:
    """openai-python's smallest call."""
    from openai import OpenAI

    client = OpenAI(api_key=KEY, base_url=f"{url}/v1")
    return lambda: client.models.list()


def openai_chat(url: str) -> Call:
    """openai-python's usual call."""
    from openai import OpenAI

    client = OpenAI(api_key=KEY, base_url=f"{url}/v1")
    return lambda: client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": "Hello"}]
    )


def humanloop_07(url: str) -> Call:
    """Humanloop's official SDK for v4."""
    from humanloop import Humanloop

    client = Humanloop(host=f"{url}/v4", api_key=KEY)
    return lambda: client.evaluations.get(id="ev_1")


def humanloop_08(url: str) -> Call:
    """Humanloop's official SDK for v5."""
    from humanloop import Humanloop

    client = Humanloop(api_key=KEY, base_url=f"{url}/v5")
    return lambda: client.evaluations.list(file_id="fl_1")


CALLERS: dict[str, Callable[[str], Call]] = {
    "httpx": httpx_get,
    "oxloop": oxloop_oxen,
    "stock": stock,
    "openai-models": openai_models,
    "openai-chat": openai_chat,
    "humanloop-0.7": humanloop_07,
    "humanloop-0.8": humanloop_08,
}
PATHS = {
    "openai-models": "/v1/models",
    "openai-chat": "/v1/chat/completions",
    "humanloop-0.7": "/v4/evaluations/ev_1",
    "humanloop-0.8": "/v5/evaluations",
}
"""Where raw httpx asks beside a client, so that both read the same answer."""


def each(name: str, url: str, blocks: int = 40) -> list[tuple[float, float]]:
    """CPU seconds of a call of raw httpx and of one of a client, block beside block."""
    import time

    calls = (httpx_get(url, PATHS.get(name, PATH)), CALLERS[name](url))
    found: list[tuple[float, float]] = []
    for number in range(blocks + 2):
        spent: list[float] = []
        for call in calls:
            began = time.process_time()
            for _ in range(BLOCK):
                call()
            spent.append((time.process_time() - began) / BLOCK)
        if number >= 2:  # the first are for what is loaded and connected once
            found.append((spent[0], spent[1]))
    return found


async def rate(name: str, url: str, rounds: int = 5) -> list[dict[str, tuple[float, float]]]:
    """Calls a second and CPU seconds of a call, of raw httpx and of a client, 100 in flight."""
    import httpx

    if name.startswith("openai"):
        from openai import AsyncOpenAI

        client: Any = AsyncOpenAI(api_key=KEY, base_url=f"{url}/v1")

        async def call() -> object:
            return await client.models.list()
    else:
        from oxloop import AsyncOxen

        options: Any = {"http_client": "aiohttp"} if name.endswith("aiohttp") else {}
        client = AsyncOxen(KEY, url, **options)

        async def call() -> object:
            return await client.evaluations.get("ox/support", RUN)

    headers = {"Authorization": f"Bearer {KEY}"}
    async with client, httpx.AsyncClient(base_url=url, headers=headers) as raw:

        async def raw_call() -> object:
            return (await raw.get(PATHS.get(name, PATH))).json()

        found: list[dict[str, tuple[float, float]]] = []
        for _ in range(rounds + 1):
            both = {"httpx": await in_flight(raw_call), "client": await in_flight(call)}
            found.append(both)
        return found[1:]


async def in_flight(call: AsyncCall, calls: int = 400, at_once: int = 100) -> tuple[float, float]:
    """Calls a second and CPU seconds of a call, with some in flight."""
    import asyncio
    import time

    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await call()

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return calls / (time.perf_counter() - began), (time.process_time() - spent) / calls


def main(what: str, name: str, url: str) -> None:
    """Do one of the three things."""
    if what == "once":
        CALLERS[name](url)()
        return
    import asyncio
    import json

    found = each(name, url) if what == "each" else asyncio.run(rate(name, url))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
