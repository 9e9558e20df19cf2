"""Multipart forms, read as they arrive: their files go to disk, never to memory."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import cast

from attrs import frozen
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from oxloop_server.contract import messages
from oxloop_server.contract.calls import Call
from oxloop_server.contract.operations import FORM
from oxloop_server.contract.schemas import refuse_faults
from oxloop_server.limits import Limits, size_words
from oxloop_server.problems import Refused
from oxloop_server.storage.blobs import Blob, Incoming

FILE = "file"
FILES = "files[]"
MAX_FIELDS = 32
MAX_FILES = 100


@frozen
class Form:
    """A form that kept the contract.

    Args:
        fields: Its text fields.
        files: Its files, in order.
    """

    fields: Mapping[str, str]
    files: "tuple[File, ...]"


@frozen
class File:
    """A file of a form.

    Args:
        field: The form's field that it came in: ``file`` or ``files[]``.
        name: What its sender calls it; empty if it came without a name.
        blob: Its bytes, kept.
    """

    field: str
    name: str
    blob: Blob


@frozen
class _Start:
    """Where a file begins among the pieces of a form."""

    field: str
    name: str


async def read_form(call: Call, *, has_files: bool) -> Form:
    """Read a request's form; its files are kept before this returns.

    Args:
        call: The request.
        has_files: Whether files may be in it.

    Raises:
        Refused: If it is no such form, lacks a field, has a file that it may not have, or is too
            large.
        messages.ClientGoneError: If the client left before the end.
    """
    limits = call.service.limits
    messages.check_length(call.headers, limits.upload + limits.form_field * MAX_FIELDS)
    parts = _Parts(_boundary(call.headers), limits, MAX_FILES if has_files else 0)
    arriving: list[tuple[_Start, Incoming]] = []
    size = 0
    async with AsyncExitStack() as stack:
        async for chunk in call.stream():
            for piece in parts.feed(chunk):
                if isinstance(piece, _Start):
                    incoming = await stack.enter_async_context(call.service.blobs.incoming())
                    arriving.append((piece, incoming))
                    continue
                await arriving[-1][1].write(piece)
                size += len(piece)
                if size > limits.upload:
                    raise messages.too_large(limits.upload)
        fields = parts.finish()
        check = call.operation.body[FORM]
        refuse_faults(check.faults(_seen(fields, arriving)) if check else [])
        files = [File(start.field, start.name, await one.keep()) for start, one in arriving]
    return Form(fields, tuple(files))


def _seen(
    fields: Mapping[str, str], files: Sequence[tuple[_Start, Incoming]]
) -> Mapping[str, object]:
    # The schema sees a file as text that is there; its bytes are nobody's business here.
    seen: dict[str, object] = dict(fields)
    for start, _ in files:
        seen[start.field] = (
            "" if start.field == FILE else [*cast(list[str], seen.get(FILES, [])), ""]
        )
    return seen


def _boundary(headers: Mapping[str, str]) -> bytes:
    _, options = parse_options_header(headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if not boundary:
        raise Refused("malformed", "The header Content-Type names no boundary of the form.")
    return boundary


class _Parts:
    """The parts of a form, told apart as the bytes come in."""

    def __init__(self, boundary: bytes, limits: Limits, max_files: int) -> None:
        self._limits = limits
        self._max_files = max_files
        self._fields: dict[str, bytearray] = {}
        self._files: list[str] = []
        self._pieces: list[bytes | _Start] = []
        self._header = (bytearray(), bytearray())
        self._name = ""
        self._file_name = ""
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_part_data": self._data,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_end,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise Refused("malformed", "The form's boundary is too long.") from error

    def feed(self, chunk: bytes) -> "list[bytes | _Start]":
        """Take the next bytes of the form; answers the files' beginnings and bytes among them."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refused(
                "malformed", "The body is not a form with the boundary that Content-Type names."
            ) from error
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self) -> dict[str, str]:
        """The text fields, once all bytes are in."""
        if not self._ended:
            raise Refused("malformed", "The form ends before its last boundary.")
        try:
            return {name: value.decode() for name, value in self._fields.items()}
        except UnicodeDecodeError as error:
            raise Refused("malformed", "A field of the form is not valid UTF-8.") from error

    def _begin(self) -> None:
        self._name = self._file_name = ""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        name, value = (bytes(part) for part in self._header)
        self._header = (bytearray(), bytearray())
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            self._name = options.get(b"name", b"").decode(errors="replace")
            self._file_name = options.get(b"filename", b"").decode(errors="replace")

    def _headers_end(self) -> None:
        if not self._name:
            raise Refused("malformed", "A part of the form has no name.")
        if self._name in self._fields or (self._name == FILE and FILE in self._files):
            raise Refused("breaks_schema", f"{self._name} is given twice in the form.", self._name)
        if self._name in (FILE, FILES):
            self._begin_file()
            return
        if len(self._fields) == MAX_FIELDS:
            raise Refused("malformed", f"The form has more than {MAX_FIELDS} fields.")
        self._fields[self._name] = bytearray()

    def _begin_file(self) -> None:
        if not self._max_files:
            raise Refused("invalid_params", f"No file is wanted here: leave {self._name} out.")
        if len(self._files) == self._max_files:
            raise Refused(
                "invalid_params",
                f"The form has more than {self._max_files} files: send them in several uploads.",
                self._name,
            )
        self._files.append(self._name)
        self._pieces.append(_Start(self._name, self._file_name))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name in (FILE, FILES):
            self._pieces.append(data[start:end])
            return
        field = self._fields[self._name]
        field += data[start:end]
        if len(field) > self._limits.form_field:
            limit = size_words(self._limits.form_field)
            raise Refused("too_large", f"{self._name} is larger than {limit}.", self._name)

    def _end(self) -> None:
        self._ended = True
