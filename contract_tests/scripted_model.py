"""A model endpoint on loopback that answers as a test tells it to, and remembers what it was asked.

    with ScriptedModel(lambda prompt: prompt.upper()) as model:
        ...                                  # model.base_url is an OpenAI-compatible address
        model.script(Reply.status(429), Reply.drop())    # the next two calls go wrong
        with model.held():                   # calls arrive and wait until the block ends
            model.wait_for(3)

It runs in a thread and ends with the block. Nothing in it sleeps.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from attrs import field, frozen

PATIENCE_SECONDS = 30.0


@frozen
class Call:
    """A call that arrived.

    Args:
        path: The path of the request.
        headers: Its headers, by lower-case name.
        body: Its JSON body.
    """

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """What the model was asked."""
        if "messages" in self.body:
            return str(self.body["messages"][-1]["content"])
        return str(self.body["prompt"] if "prompt" in self.body else self.body["input"])


@frozen
class Reply:
    """How a call is answered; made by one of the class methods.

    Args:
        code: The HTTP status; None closes the connection without an answer.
        headers: Headers beside the usual ones.
        content: The body; None for the usual one of a completion.
        text: The completion.
    """

    code: int | None = 200
    headers: Mapping[str, str] = field(factory=dict[str, str])
    content: bytes | None = None
    text: str = ""

    @classmethod
    def answer(cls, text: str) -> "Reply":
        """A completion."""
        return cls(text=text)

    @classmethod
    def status(cls, code: int, message: str = "scripted", **headers: str) -> "Reply":
        """An error; an underscore in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps({"error": {"message": message, "type": "scripted"}}).encode()
        return cls(code, named, content)

    @classmethod
    def raw(cls, content: bytes, code: int = 200) -> "Reply":
        """A body as it stands."""
        return cls(code, {}, content)

    @classmethod
    def drop(cls) -> "Reply":
        """No answer: the connection is closed."""
        return cls(None)


class ScriptedModel:
    """An OpenAI-compatible server for chats, completions and embeddings.

    The embedding of a text is that of its answer: the number of each of its letters a, b and c.

    Args:
        answer: What it answers to a prompt when nothing is scripted: a text or a reply.
    """

    def __init__(self, answer: Callable[[str], "str | Reply"] = lambda prompt: prompt) -> None:
        self._answer = answer
        self._script: deque[Reply] = deque()
        self._changed = threading.Condition()
        self._open = threading.Event()
        self._open.set()
        self._calls: list[Call] = []
        self._active = 0
        self._most_active = 0
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """The address to register."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in the order of arrival."""
        with self._changed:
            return list(self._calls)

    @property
    def prompts(self) -> list[str]:
        """What was asked so far."""
        return [call.prompt for call in self.calls]

    @property
    def most_at_once(self) -> int:
        """The most calls that were under way at one moment."""
        with self._changed:
            return self._most_active

    def script(self, *replies: Reply) -> None:
        """Answer the next calls so, one reply each, before going on as usual."""
        with self._changed:
            self._script.extend(replies)

    def wait_for(self, calls: int) -> None:
        """Wait until so many calls have arrived in all."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._calls) >= calls, PATIENCE_SECONDS)
        assert arrived, f"{len(self.calls)} calls arrived, not {calls}"

    @contextmanager
    def held(self) -> Generator[None]:
        """Let calls arrive and wait for their answers until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def reply_to(self, call: Call) -> Reply:
        """Take a call in and decide on its answer; it waits while calls are held."""
        with self._changed:
            self._calls.append(call)
            self._active += 1
            self._most_active = max(self._most_active, self._active)
            reply = self._script.popleft() if self._script else None
            self._changed.notify_all()
        try:
            self._open.wait(PATIENCE_SECONDS)
            found = self._answer(call.prompt) if reply is None else reply
        finally:
            with self._changed:
                self._active -= 1
        return Reply.answer(found) if isinstance(found, str) else found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away: tests kill them on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    def __init__(self, model: ScriptedModel, *arguments: Any) -> None:
        self._model = model
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Answer a call."""
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.path, headers, json.loads(self.rfile.read(length)))
        reply = self._model.reply_to(call)
        if reply.code is None:
            self.close_connection = True
            return
        content = reply.content if reply.content is not None else _completion(call, reply.text)
        self.send_response(reply.code)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _completion(call: Call, text: str) -> bytes:
    if call.path.endswith("/embeddings"):
        vector = [text.count(letter) for letter in "abc"]
        used = {"prompt_tokens": len(call.prompt.split())}
        return json.dumps({"data": [{"embedding": vector}], "usage": used}).encode()
    chat = call.path.endswith("/chat/completions")
    choice = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
    counts = len(call.prompt.split()), len(text.split())
    return json.dumps(
        {
            "id": "scripted",
            "object": "chat.completion" if chat else "text_completion",
            "model": call.body.get("model"),
            "choices": [{"index": 0, "finish_reason": "stop", **choice}],
            "usage": {
                "prompt_tokens": counts[0],
                "completion_tokens": counts[1],
                "total_tokens": sum(counts),
            },
        }
    ).encode()
