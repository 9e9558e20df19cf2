"""The head of an answer, and what must not come behind its end."""

from typing import Any

import httpx

from oxloop._steps import Answer


class ParsedResponse(httpx.Response):
    """An answer whose JSON is parsed already, for the generated layer to read.

    It has what that layer asks for, the status and the content, and is not made as httpx makes
    its own, which takes longer than parsing does.

    Args:
        answer: The answer.
        content: Its body, as JSON.
    """

    def __init__(self, answer: Answer, content: object) -> None:
        self.status_code = answer.status
        self._content = answer.body
        self._parsed = content

    def json(self, **kwargs: Any) -> Any:  # noqa: ARG002 - as httpx has it
        """Return the parsed body."""
        return self._parsed


def plain_headers(response: httpx.Response) -> dict[str, str]:
    """The headers by lower-case name, those that came several times joined by commas.

    Raises:
        httpx.RemoteProtocolError: They give the body two ends.
        httpx.InvalidURL: They redirect to what is no address.
    """
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    if "transfer-encoding" in found and "content-length" in found:
        raise httpx.RemoteProtocolError("the answer has a length and chunks: its end is not clear")
    if response.has_redirect_location:
        place = httpx.URL(found["location"])
        if place.scheme and not place.host and not place.path.startswith("/"):
            raise httpx.InvalidURL("an address without a host")
    return found


def refuse_surplus(response: httpx.Response) -> None:
    """Let go of a connection on which more came than the answer, before anybody uses it again.

    httpcore would take it for the start of the next answer. Only its parser knows of it, and
    there is no public way to that. What comes later than the answer httpcore notices by itself.
    """
    parser: Any = getattr(response.stream, "_stream", response.stream)  # a given client wraps it
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        parser = getattr(parser, name, None)
    if parser is not None and parser.trailing_data[0]:
        parser.send_failed()  # so that the connection is closed with the answer
