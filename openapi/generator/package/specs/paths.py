"""The paths of a contract, and what a request's path says: told from it as it is sent."""

import re
from collections.abc import Collection
from urllib.parse import unquote

from attrs import field, frozen

__all__ = ["PathTemplate"]


@frozen
class PathTemplate:
    """A path of a contract, ready to be matched.

    Args:
        text: As the contract writes it: ``/api/repos/{namespace}/{repo_name}/file/{resource}``.
        rank: Sorts paths so that the plainest come first. Segment by segment, a word comes before
            a parameter, and that before one that may have slashes.
    """

    text: str
    rank: tuple[int, ...]
    _pattern: re.Pattern[str] = field(repr=False)

    @classmethod
    def of(cls, text: str, slashed: Collection[str]) -> "PathTemplate":
        """Make a path ready.

        Args:
            text: As the contract writes it.
            slashed: The names of its parameters that may have slashes: ``x-multi-segment``.
        """
        patterns: list[str] = []
        rank: list[int] = []
        for segment in text.split("/"):
            name = segment[1:-1] if segment.startswith("{") else None
            if name is None:
                patterns.append(re.escape(segment))
                rank.append(0)
            else:
                # Where two may have slashes, nothing divides them: the first takes the least.
                patterns.append(f"(?P<{name}>{'.*?' if name in slashed else '[^/]*'})")
                rank.append(2 if name in slashed else 1)
        return cls(text, tuple(rank), re.compile("/".join(patterns), re.DOTALL))

    def match(self, path: str) -> dict[str, str] | None:
        """Return what a path says, by the names of the parameters; None if it is not this one.

        Args:
            path: The path as it is sent, with its percent signs; what it says has none. A segment
                with nothing in it says the empty text.
        """
        found = self._pattern.fullmatch(path)
        return found and {name: unquote(value) for name, value in found.groupdict().items()}
