"""A small part of a wrong JSON value that is wrong in the same way.

Whether a value keeps a schema is told quickly. To say what is wrong takes long, and more memory
than there is, where much is wrong: of a union each branch has its say of each item.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from itertools import islice
from typing import Any, TypeAlias, cast

from attrs import frozen

FEW = 100
"""Items of a list, and fields that the spec does not name, that are looked at together."""

MOST = 500
"""Values that a part is kept to."""

Path: TypeAlias = tuple[str | int, ...]
_Whole: TypeAlias = Callable[[object], object]


@frozen
class Narrowed:
    """A part of a value.

    Args:
        value: The part: lists and objects without most of what is in them.
        left_out: For lists by their paths, how many items before the first one are left out.
    """

    value: object
    left_out: Mapping[Path, int]

    def place(self, path: Path) -> Path:
        """Where something of the part stands in the whole value."""
        found: list[str | int] = []
        inside: Path = ()
        node = self.value
        for step in path:
            if isinstance(node, list) and isinstance(step, int):
                found.append(step + self.left_out.get(inside, 0))
                node = cast(list[object], node)[step]
            else:
                # The library takes a field named "0" for an item.
                step = str(step)
                found.append(step)
                node = cast(dict[str, object], node).get(step) if isinstance(node, dict) else None
            inside = (*inside, step)
        return tuple(found)


def narrowed(value: object, is_right: Callable[[object], bool], names: Set[str]) -> Narrowed:
    """A part of a wrong value that has its first fault, and some of those next to it.

    Where nothing is wrong by itself, but only together, the part is right.

    Args:
        value: The value.
        is_right: Tells whether a value is.
        names: The fields that the spec names, one of which may be required.
    """
    search = _Search(is_right, names)
    return Narrowed(search.narrow(value, lambda one: one, ()), search.left_out)


class _Search:
    def __init__(self, is_right: Callable[[object], bool], names: Set[str]) -> None:
        self._is_right = is_right
        self._names = names
        self.left_out: dict[Path, int] = {}

    def narrow(self, value: object, whole: _Whole, path: Path) -> object:
        """A part of what stands at a path of the part that ``whole`` makes."""
        clipped = _Clip(self._names)(value)
        if not self._is_right(whole(clipped)):
            return clipped
        if isinstance(value, list):
            return self._of_list(cast(list[object], value), whole, path) or clipped
        if isinstance(value, dict):
            fields, kept = cast(dict[str, object], value), cast(dict[str, object], clipped)
            return self._of_object(fields, kept, whole, path) or clipped
        return value

    def _of_list(self, items: list[object], whole: _Whole, path: Path) -> list[object] | None:
        wrong = self._first_wrong(len(items), lambda begin, end: whole(items[begin:end]))
        if wrong is None:
            return None
        self.left_out[path] = wrong
        first = self.narrow(items[wrong], lambda one: whole([one]), (*path, 0))
        return [first, *_Clip(self._names).items(items[wrong + 1 : wrong + FEW])]

    def _of_object(
        self, fields: dict[str, object], kept: dict[str, object], whole: _Whole, path: Path
    ) -> dict[str, object] | None:
        def with_fields(names: list[str]) -> object:
            return whole({**kept, **{name: fields[name] for name in names}})

        # What the spec names one by one, and of the rest, which may be a million, many at a time.
        wrong = next((name for name in kept if not self._is_right(with_fields([name]))), None)
        if wrong is None:
            others = [name for name in fields if name not in kept]
            place = self._first_wrong(
                len(others), lambda begin, end: with_fields(others[begin:end])
            )
            if place is None:
                return None
            wrong = others[place]
        name = wrong
        inner = self.narrow(fields[name], lambda one: whole({**kept, name: one}), (*path, name))
        return {**kept, name: inner}

    def _first_wrong(self, count: int, part: Callable[[int, int], object]) -> int | None:
        """The first of so many that is wrong; a part holds those of a range."""
        begin, size = 0, FEW
        while self._is_right(part(begin, begin + size)):
            begin += size
            size *= 2
            if begin >= count:
                return None
        end = min(begin + size, count)
        while end - begin > 1:
            middle = (begin + end) // 2
            if self._is_right(part(begin, middle)):
                begin = middle
            else:
                end = middle
        return begin


class _Clip:
    """Copies values without most of what is in them, so that little is left of all together."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names
        self._left = MOST

    def __call__(self, value: object) -> object:
        """The copy of a value; what a schema may require of it is there."""
        self._left -= 1
        if isinstance(value, list):
            return self.items(cast(list[object], value))
        if isinstance(value, dict):
            fields = cast(dict[str, Any], value)
            return {name: self(fields[name]) for name in self._kept(fields)}
        return value

    def items(self, items: list[object]) -> list[object]:
        """The copies of a list's first items."""
        kept: list[object] = []
        for item in items[:FEW]:
            if kept and self._left <= 0:
                break
            kept.append(self(item))
        return kept

    def _kept(self, fields: Mapping[str, object]) -> Iterator[str]:
        if len(fields) <= FEW:
            yield from (name for name in fields if name in self._names or self._left > 0)
            return
        yield from sorted(self._names & fields.keys())
        others = (name for name in fields if name not in self._names)
        yield from islice(others, FEW if self._left > 0 else 0)
