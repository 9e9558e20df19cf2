"""Resource paths: a revision and a file's path, and the segments of any path parameter."""

from urllib.parse import unquote_to_bytes

from oxloop.rules.errors import RuleError
from oxloop.rules.names import check_text

_REFUSED_SEGMENTS = frozenset({"", ".", ".."})


def split_resource(resource: str) -> tuple[str, str]:
    """Split ``"main/data/tickets.parquet"`` at its first slash.

    Only the service resolves a revision that has slashes of its own; whoever means one gives
    revision and path apart.

    Args:
        resource: A revision (branch or commit id), a slash, a file's path in the repository;
            not percent-encoded.

    Returns:
        The revision and the path.

    Raises:
        RuleError: If there is no slash, or a segment is empty, ``.`` or ``..``.
    """
    check_segments("resource", resource, multi=True)
    revision, slash, path = resource.partition("/")
    if not slash:
        raise RuleError(
            f'The resource "{resource}" names no file: write a branch or commit id, a slash and '
            'the file\'s path, as in "main/tickets.parquet".'
        )
    return revision, path


def check_segments(name: str, value: str, multi: bool) -> None:
    """Refuse a path parameter that would not arrive as it was meant.

    Args:
        name: The parameter's name (``repo_name``, ``file_path`` …), for the sentence.
        value: Its value, not percent-encoded.
        multi: Whether it may have several segments. A single one with a slash is refused, for
            servers decode ``%2F`` before they route.

    Raises:
        RuleError: If a segment is empty, ``.`` or ``..``, holds control characters, or if there
            is more than one where one is allowed.
    """
    if not value:
        raise RuleError(f"The {name} is empty; give it a value.")
    segments = value.split("/")
    if not multi and len(segments) > 1:
        raise RuleError(f'The {name} "{value}" holds a slash; it must be a single name.')
    for segment in segments:
        if segment in _REFUSED_SEGMENTS:
            what = f'the segment "{segment}"' if segment else "an empty segment"
            raise RuleError(
                f'The {name} "{value}" holds {what}; empty segments, "." and ".." are not allowed.'
            )
        check_text(f"In the {name}, the segment", segment)


def decode(raw: str) -> str:
    """Undo the percent-encoding of a path parameter, once: ``main%2Fa.csv`` is ``main/a.csv``.

    Args:
        raw: The parameter as it stands in the URL.

    Returns:
        The plain value.

    Raises:
        RuleError: If the encoded bytes are not UTF-8.
    """
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise RuleError(
            f'"{raw}" in the address is not valid UTF-8 once its percent signs are decoded.'
        ) from error
