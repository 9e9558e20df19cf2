"""What calls to one model share: calls a minute, tokens a minute, and an endpoint that is down."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from oxloop_server.models.client import ModelClient, ModelError
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Model
from scripted_model import Reply, ScriptedModel

T = TypeVar("T")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    def now(self) -> float:
        return self.seconds


def model_at(base_url: str, **settings: Any) -> Model:
    return Model(name="m", base_url=base_url, model="m", **settings)


def with_client(work: Callable[[ModelClient, Clock], Coroutine[Any, Any, T]]) -> T:
    async def main() -> T:
        clock = Clock()
        client = ModelClient(LocalEngine(), sleep=clock.sleep, now=clock.now)
        try:
            return await work(client, clock)
        finally:
            await client.close()

    return asyncio.run(main())


async def begun(client: ModelClient, clock: Clock, model: Model, prompts: list[str]) -> list[float]:
    """When each call had ended; here none takes any time of its own."""
    ends: list[float] = []

    async def one(prompt: str) -> None:
        await client.complete(model, prompt)
        ends.append(clock.now() - 1000)

    await asyncio.gather(*(one(prompt) for prompt in prompts))
    return sorted(ends)


def test_calls_of_a_minute_are_spread_evenly() -> None:
    async def work(client: ModelClient, clock: Clock) -> list[float]:
        model = model_at(scripted.base_url, requests_per_minute=120, concurrency=1)
        return await begun(client, clock, model, ["x"] * 5)

    with ScriptedModel() as scripted:
        assert with_client(work) == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_at_a_time_no_more_calls_begin_than_a_minute_allows() -> None:
    async def work(client: ModelClient, clock: Clock) -> None:
        model = model_at(scripted.base_url, requests_per_minute=2, concurrency=8)
        await begun(client, clock, model, ["x"] * 4)
        assert clock.now() - 1000 == 90.0, "the fourth begins 90 s after the first"

    with ScriptedModel() as scripted:
        with_client(work)


def test_tokens_of_a_minute_are_those_that_the_endpoint_tells() -> None:
    # The scripted model counts words: five in, five out, so ten tokens for each call.
    prompt = "one two three four five"

    async def work(client: ModelClient, clock: Clock) -> list[float]:
        model = model_at(scripted.base_url, tokens_per_minute=60, concurrency=1)
        return await begun(client, clock, model, [prompt] * 4)

    with ScriptedModel() as scripted:
        assert with_client(work) == [0.0, 10.0, 20.0, 30.0]


def test_a_limit_that_changes_holds_from_the_next_call_on() -> None:
    async def work(client: ModelClient, clock: Clock) -> None:
        slow = model_at(scripted.base_url, requests_per_minute=1)
        await client.complete(slow, "x")
        await client.complete(slow, "x")
        assert clock.now() - 1000 == 60
        quick = model_at(scripted.base_url, requests_per_minute=600)
        await begun(client, clock, quick, ["x"] * 3)
        assert clock.now() - 1000 == pytest.approx(120.2)
        await begun(client, clock, model_at(scripted.base_url), ["x"] * 3)
        assert clock.now() - 1000 == pytest.approx(120.2), "without a limit nobody waits"

    with ScriptedModel() as scripted:
        with_client(work)


def test_while_one_call_waits_as_it_was_told_no_other_begins() -> None:
    async def held(client: ModelClient, _: Clock) -> None:
        model = model_at(scripted.base_url)
        told, go_on = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            told.set()
            await go_on.wait()

        waiting = ModelClient(LocalEngine(), sleep=sleep)
        try:
            scripted.script(Reply.status(429, Retry_After="7"))
            first = asyncio.create_task(waiting.complete(model, "first"))
            await told.wait()
            second = asyncio.create_task(waiting.complete(model, "second"))
            await client.complete(model, "another client's, which goes through")
            assert scripted.prompts.count("second") == 0
            go_on.set()
            await asyncio.gather(first, second)
            assert scripted.prompts.count("second") == 1
        finally:
            await waiting.close()

    with ScriptedModel() as scripted:
        with_client(held)


def test_an_endpoint_that_is_down_for_minutes_loses_nothing() -> None:
    async def work(client: ModelClient, clock: Clock) -> None:
        model = model_at(scripted.base_url, concurrency=8)
        with scripted.held():
            calls = [client.complete(model, str(n), patient=True) for n in range(50)]
            asked = asyncio.gather(*calls)
            await asyncio.to_thread(scripted.wait_for, 8)
        answers = await asked
        assert [one.text for one in answers] == [str(n) for n in range(50)]
        assert 4 * 60 < clock.now() - 1000 < 5 * 60
        # Eight were under way when it went down; then one at a time looked whether it is there.
        assert len(scripted.calls) < 50 + 8 + 20

    with ScriptedModel() as scripted:
        scripted.script(*[Reply.status(503, "loading")] * (8 + 12))
        with_client(work)


def test_who_waits_for_an_endpoint_gives_it_up_at_last_and_then_tries_once() -> None:
    async def work(client: ModelClient, clock: Clock) -> None:
        model = model_at("http://127.0.0.1:9/v1", patience=60.0, concurrency=4)
        asked = [client.complete(model, "x", patient=True) for _ in range(100)]
        failed = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(one) for one in failed} == {ModelError}
        assert "cannot be reached" in str(failed[0])
        assert str(failed[0]).endswith("(waited for in vain, for 60 s)")
        assert clock.now() - 1000 == 60, "they all waited together, and no longer"

    with_client(work)


def test_an_endpoint_that_comes_back_after_it_was_given_up_is_waited_for_again() -> None:
    async def work(client: ModelClient, clock: Clock) -> None:
        model = model_at(scripted.base_url, patience=10.0)
        scripted.script(*[Reply.status(502)] * 5)
        with pytest.raises(ModelError):
            await client.complete(model, "x", patient=True)
        assert (await client.complete(model, "x", patient=True)).text == "x"
        began = clock.now()
        scripted.script(Reply.status(502))
        assert (await client.complete(model, "x", patient=True)).text == "x"
        assert clock.now() > began

    with ScriptedModel() as scripted:
        with_client(work)


def test_who_waits_for_an_endpoint_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(client: ModelClient, _: Clock) -> None:
        model = model_at(scripted.base_url)
        looking = asyncio.Event()

        async def sleep(_seconds: float) -> None:
            looking.set()
            await asyncio.Event().wait()

        waiting = ModelClient(LocalEngine(), sleep=sleep)
        try:
            scripted.script(Reply.status(503))
            first = asyncio.create_task(waiting.complete(model, "first", patient=True))
            await looking.wait()
            second = asyncio.create_task(waiting.complete(model, "second", patient=True))
            first.cancel()
            assert (await second).text == "second", "the next one looks in its place"
        finally:
            await waiting.close()

    with ScriptedModel() as scripted:
        with_client(work)


def test_more_calls_at_once_are_allowed_from_the_next_call_on() -> None:
    async def work(client: ModelClient, _: Clock) -> None:
        narrow = model_at(scripted.base_url, concurrency=1)
        wide = model_at(scripted.base_url, concurrency=3)
        with scripted.held():
            asked = [asyncio.create_task(client.complete(narrow, "x")) for _ in range(2)]
            await asyncio.to_thread(scripted.wait_for, 1)
            asked += [asyncio.create_task(client.complete(wide, "x")) for _ in range(2)]
            await asyncio.to_thread(scripted.wait_for, 3)
        await asyncio.gather(*asked)

    with ScriptedModel() as scripted:
        with_client(work)
    assert scripted.most_at_once == 3
