"""Sends the operations of a spec to a server, and holds every answer against the spec."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, Literal

import httpx
from attrs import define, field, frozen
from hypothesis.errors import UnsatisfiedAssumption

from oxloop_contract.contract import Contract, Operation
from oxloop_contract.strictness import LOCAL, Strictness
from oxloop_contract.verify import CannotRun, Checks

Credentials = Literal["good", "none", "wrong", "cut", "scheme", "place"]
"""How a request authenticates: well, or in one of the ways that must be refused."""

BAD_CREDENTIALS: tuple[Credentials, ...] = ("none", "wrong", "cut", "scheme", "place")

UPLOAD_NAME = "upload.bin"
"""What an uploaded file calls itself."""
TRACE_LENGTH = 30
CURL_LENGTH = 100_000
"""A body that is longer is not told whole."""


class _Nothing:
    pass


NOTHING: Final = _Nothing()
"""Stands for a request without a JSON body; None is one."""


@frozen
class Answer:
    """What a server answered.

    Attributes:
        operation: To which operation.
        status: The HTTP status.
        headers: The headers.
        content: The body's bytes.
        json: The body decoded, where it is JSON.
    """

    operation: str
    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    json: Any


class LetOff(UnsatisfiedAssumption):
    """The server refused what its provider does not promise to accept.

    A state machine cannot go on from there, and begins another sequence.

    Args:
        answer: The refusal.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.operation} was answered {answer.status}")
        self.answer = answer


@define
class Wire:
    """A connection to the server under test with one key.

    Attributes:
        http: The client; its base URL is the server's.
        contract: The API's contract.
        checks: Where checks are counted.
        key: The key.
        trace: The latest requests as curl lines.
        api: The API.
        strictness: How the server is judged.
    """

    http: httpx.Client
    contract: Contract
    checks: Checks
    key: str = field(repr=False)
    trace: list[str] = field(factory=list[str])
    api: str = ""
    strictness: Strictness = LOCAL

    def verify(self, check: str, operation: str, holds: bool, message: str) -> None:
        """Make a check; see ``Checks.verify``."""
        self.checks.verify(check, operation, holds, message, self.trace)

    def equal(self, check: str, operation: str, found: Any, expected: Any, what: str) -> None:
        """Check that two values are the same, of the same JSON types too."""
        same = found == expected and _kind(found) == _kind(expected)
        self.verify(check, operation, same, f"{what} is {_short(found)}, not {_short(expected)}")

    def call(
        self,
        operation: str,
        status: int | tuple[int, ...] = 200,
        /,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = NOTHING,
        form: Mapping[str, str] | None = None,
        file: bytes | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        raw_query: str = "",
        encode_slashes: bool = False,
        credentials: Credentials = "good",
        **path: str,
    ) -> Answer:
        """Send an operation and hold the answer against the contract.

        Args:
            operation: The operationId.
            status: The status, or statuses, that it must answer with.
            query: Query parameters.
            body: A JSON body.
            form: The text fields of a form.
            file: The bytes of a form's file.
            content: The bytes of a body that calls itself JSON, in place of ``body``.
            headers: Further headers.
            raw_query: The query as it stands on the wire, in place of ``query``.
            encode_slashes: Write the slashes of multi-segment parameters as ``%2F``.
            credentials: How to authenticate.
            path: The path's parameters, not percent-encoded.

        Raises:
            CheckFailed: The answer breaks the contract, or has another status.
            LetOff: It has another status, which is told only.
            CannotRun: The server cannot be reached.
        """
        known = self.contract.operations[operation]
        arguments: dict[str, Any] = {}
        if not isinstance(body, _Nothing):
            arguments["content"] = json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            arguments["content"] = content
        if file is not None:
            arguments["files"] = {"file": (UPLOAD_NAME, file, "application/octet-stream")}
            arguments["data"] = dict(form or {})
        request = self.http.build_request(
            known.method,
            known.path(path, encode_slashes=encode_slashes) + (raw_query and f"?{raw_query}"),
            params=dict(query) if query else None,
            headers=self._headers(known, credentials)
            | ({"Content-Type": "application/json"} if "content" in arguments else {})
            | dict(headers or {}),
            **arguments,
        )
        self.trace.append(_curl(request, *self.contract.key_in(known), form or {}, file))
        del self.trace[:-TRACE_LENGTH]
        answer = self._send(operation, request)
        self._hold(answer, (status,) if isinstance(status, int) else status)
        return answer

    def _hold(self, answer: Answer, statuses: tuple[int, ...]) -> None:
        operation = answer.operation
        said = f"{answer.status}: {answer.content[:300].decode(errors='replace')}"
        wanted = " or ".join(map(str, statuses))
        if self._is_let_off(answer):
            self.tell(operation, f"it answered {answer.status}, which is not documented")
            if answer.status not in statuses:
                self.checks.broken_off = True
                raise LetOff(answer)
            self.verify("status", operation, True, "")
            return
        self.verify(
            "status", operation, answer.status in statuses, f"expected {wanted}, came {said}"
        )
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        faults = self.contract.faults(
            operation,
            answer.status,
            media_type if answer.content or media_type else "",
            answer.json,
        )
        self.verify("answer by the spec", operation, not faults, "; ".join(faults[:3]))

    def tell(self, operation: str, what: str) -> None:
        """Count what is told of a server, and fails nothing."""
        self.checks.let_off[f"{operation}: {what}"] += 1

    def _is_let_off(self, answer: Answer) -> bool:
        known = str(answer.status) in self.contract.operations[answer.operation].node["responses"]
        return self.strictness.lets_off(self.api, answer.status, answer.content, documented=known)

    def _send(self, operation: str, request: httpx.Request) -> Answer:
        try:
            response = self.http.send(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError) as error:
            self.verify("whole answer", operation, False, f"the answer broke off: {error}")
            raise
        except httpx.HTTPError as error:
            raise CannotRun(f"{self.http.base_url} does not answer: {error}") from error
        self.verify("whole answer", operation, True, "")
        is_json = response.headers.get("content-type", "").startswith("application/json")
        try:
            decoded = json.loads(response.content) if is_json else None
        except ValueError as error:
            self.verify("answer by the spec", operation, False, f"it is no JSON: {error}")
            raise
        return Answer(operation, response.status_code, response.headers, response.content, decoded)

    def _headers(self, operation: Operation, credentials: Credentials) -> dict[str, str]:
        header, prefix = self.contract.key_in(operation)
        match credentials:
            case "good":
                return {header: prefix + self.key}
            case "none":
                return {}
            case "wrong":
                return {header: f"{prefix}not-{self.key[::-1]}"}
            case "cut":
                return {header: prefix + self.key[:-1]}
            case "scheme":
                return {header: "Basic " + self.key}
            case "place":
                return {"X-Key": self.key, "Cookie": f"key={self.key}"}


def _kind(value: Any) -> Any:
    # True == 1 in Python, but not in JSON.
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Mapping):
        return {key: _kind(one) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_kind(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return "other"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def _curl(
    request: httpx.Request,
    header: str,
    prefix: str,
    form: Mapping[str, str],
    file: bytes | None,
) -> str:
    # A key never stands in it: the reader's own is put in by the shell.
    parts = ["curl", "-X", request.method, _quoted(str(request.url))]
    if "idempotency-key" in request.headers:
        parts += ["-H", _quoted(f"Idempotency-Key: {request.headers['idempotency-key']}")]
    if header in request.headers:
        word = request.headers[header].partition(" ")[0] + " " if prefix else ""
        parts += ["-H", f'"{header}: {word}$KEY"']
    if file is not None:
        for name, value in form.items():
            parts += ["--form-string", _quoted(_told(f"{name}={value}".encode()))]
        text = b64encode(file).decode()
        parts += ["-F", f"file=@<(echo {text} | base64 -d)"]
    elif "content-type" in request.headers:
        kind = _quoted(f"Content-Type: {request.headers['content-type']}")
        parts += ["-H", kind, "-d"]
        parts.append(_quoted(_told(request.content)))
    return " ".join(parts)


def _told(content: bytes) -> str:
    text = content.decode(errors="replace")
    return text if len(text) <= CURL_LENGTH else f"{text[:100]}… ({len(content)} bytes)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
