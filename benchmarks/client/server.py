"""A small fast HTTP server with fixed answers, so that what is measured is the client.

Run by the benchmark: it prints its port, and serves until its standard input ends.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

SPECS: Final = Path(__file__).parents[2] / "generated" / "oxloop_api" / "specs"
CHAT: Final = {
    "id": "chat-1",
    "object": "chat.completion",
    "created": 1,
    "model": "demo",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "billing"},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
}
MODELS: Final = {
    "object": "list",
    "data": [{"id": "demo", "object": "model", "created": 1, "owned_by": "oxloop"}],
}


def answers() -> Mapping[bytes, bytes]:
    """What is answered, by how the path begins: examples of the specs, and OpenAI's own forms."""
    return {
        b"/api/": answer(example("oxen", "EvaluationDocumented")),
        b"/v4/": answer(example("humanloop", "EvaluationCompleted")),
        b"/v5/": answer({"records": [], "page": 1, "size": 10, "total": 0}),
        b"/v1/models": answer(MODELS),
        b"/v1/chat": answer(CHAT),
    }


def example(api: str, name: str) -> object:
    """An example of the answer to ``evaluations.get`` in a spec."""
    spec: dict[str, Any] = json.loads((SPECS / f"{api}.published.json").read_text("utf-8"))
    return spec["components"]["examples"][name]["value"]


def answer(content: object) -> bytes:
    """A whole answer as it goes over the wire."""
    body = json.dumps(content).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


class Fixed(asyncio.Protocol):
    """Answers each request as soon as it is whole."""

    def __init__(self, given: Mapping[bytes, bytes]) -> None:
        self._given = given
        self._read = bytearray()
        self._write: Callable[[bytes], None] = lambda _: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self._write = cast("asyncio.WriteTransport", transport).write

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, and answer what is whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end])
            whole = end + 4 + body_length(head)
            if len(self._read) < whole:
                return
            del self._read[:whole]
            path = head.split(b" ", 2)[1]
            self._write(next(a for start, a in self._given.items() if path.startswith(start)))


def body_length(head: bytes) -> int:
    """The bytes of the body that follows a head."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def serve() -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    given = answers()
    server = await loop.create_server(lambda: Fixed(given), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.run(serve())
    else:
        import uvloop

        uvloop.run(serve())
