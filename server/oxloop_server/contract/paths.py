"""Which operation a request's path means, told from the path as it stands on the wire.

The undecoded path is matched, so that ``%2F`` in a parameter of one segment stays part of it;
parameters of several segments take ``/`` and ``%2F`` alike.
"""

import re
from collections.abc import Collection

from attrs import frozen

RESOURCE = "resource"
"""The one name of adjacent multi-segment parameters: only a repository can tell them apart."""

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_SLASH = r"(?:/|%2[Ff])"


@frozen
class PathTemplate:
    """A path of the spec, ready to be matched.

    Args:
        text: As the spec writes it.
        start: Its first two segments.
        pattern: What a raw path must match.
        slashes: How many slashes a path of it has; None if it may have any number.
        multi: The names of its groups that may have several segments.
        rank: Sorts templates so that literal segments come before parameters.
    """

    text: str
    start: str
    pattern: re.Pattern[str]
    slashes: int | None
    multi: frozenset[str]
    rank: tuple[int, ...]

    def match(self, raw_path: str) -> dict[str, str] | None:
        """The raw values by name if the path is this one's, else None."""
        found = self.pattern.fullmatch(raw_path)
        return None if found is None else found.groupdict()


def compile_template(text: str, multi: Collection[str]) -> PathTemplate:
    """Make a template ready.

    A run of multi-segment parameters becomes the one parameter ``resource``, with at least as
    many segments as it stands for.

    Args:
        text: The path as the spec writes it: ``/api/repos/{namespace}/file/{resource}``.
        multi: The parameters that may have several segments.
    """
    patterns: list[str] = []
    groups: set[str] = set()
    rank: list[int] = []
    run: list[str] = []
    for segment in [*text.split("/")[1:], None]:
        parameter = None if segment is None else _PARAMETER.fullmatch(segment)
        if parameter is not None and parameter[1] in multi:
            run.append(parameter[1])
            continue
        if run:
            name = run[0] if len(run) == 1 else RESOURCE
            patterns.append(f"(?P<{name}>{'.*' + (_SLASH + '.*') * (len(run) - 1)})")
            groups.add(name)
            rank.append(2)
            run = []
        if segment is None:
            break
        patterns.append(f"(?P<{parameter[1]}>[^/]*)" if parameter else re.escape(segment))
        rank.append(1 if parameter else 0)
    pattern = re.compile("/" + "/".join(patterns), re.DOTALL)
    slashes = None if groups else text.count("/")
    return PathTemplate(text, start_of(text), pattern, slashes, frozenset(groups), tuple(rank))


def start_of(path: str) -> str:
    """The first two segments of a path, by which few routes are left to be matched."""
    return "/".join(path.split("/", 3)[:3])
