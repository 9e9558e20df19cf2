"""Oxen's prompt templates: ``{column}`` and ``{column.field}``, filled from each row.

Oxen's guides show only ``{column_name}``; what they leave open is decided here. A brace is
special only round a column's name or a path of identifiers, so JSON in a prompt stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias, cast

from oxloop.rules.errors import RuleError
from oxloop.rules.values import reach, to_text

__all__ = [
    "LONGEST",
    "MOST_BRACES",
    "Fields",
    "Placeholder",
    "PromptTemplate",
    "check_braces",
    "filled",
    "parse",
    "to_text",
    "unknown_sentence",
]

Fields: TypeAlias = "Mapping[str, Fields] | None"
"""The fields of a struct, by name; None for a column or field that is no struct."""

LONGEST = 4_000_000
"""Most characters of a filled prompt, which no model reads: a template that says a long value over
and over would not fit into the memory."""

MOST_BRACES = 200_000
"""Most opening braces of a template, each of which may begin a placeholder: more keep a computer
busy for seconds."""

# Nothing that a part of it has matched is looked at again: a name may be millions of letters long.
_PATH = re.compile(r"[^\W\d]\w*+(?:\.[^\W\d]\w*+)*+")
_NAMES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place in a template that a row's value fills.

    Attributes:
        name: What stands between the braces.
        path: The column's name, then the fields to follow into it.
    """

    name: str
    path: tuple[str, ...]

    @property
    def column(self) -> str:
        """The column that is read."""
        return self.path[0]


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A template, read once and rendered for every row.

    Attributes:
        parts: Literal text and placeholders in their order. An unknown placeholder is literal
            text, as it was written.
        unknown: Names between braces that look like placeholders and match no column.
    """

    parts: tuple[str | Placeholder, ...]
    unknown: tuple[str, ...]

    @property
    def fields(self) -> tuple[Placeholder, ...]:
        """The placeholders, each once, as they first appear."""
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, Placeholder)))

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The columns that the prompt reads, each once, as they first appear."""
        return tuple(dict.fromkeys(field.column for field in self.fields))

    def render(self, row: Mapping[str, object]) -> str:
        """Fill the template from one row.

        Args:
            row: Values by column; it may hold more columns than the prompt reads.

        Raises:
            RuleError: If a value cannot stand in a prompt, a path leads nowhere, or the prompt
                is too long.
        """
        return filled(self.parts, lambda field: _fill(field, row))


def parse(template: str, columns: Iterable[str] | Mapping[str, Fields]) -> PromptTemplate:
    """Read a template against a table's columns.

    ``{name}`` is a placeholder if ``name`` is exactly a column's name (the longest that fits) or
    a path of identifiers; doubled braces directly round one stand for its text in single braces.
    A column without a name cannot be read: ``{}`` is plain text.

    Args:
        template: The prompt as its author wrote it.
        columns: The columns' names; as a mapping, with the fields of structs, so that a path to
            a field that is not there is found unknown here and not on the first row.

    Raises:
        RuleError: If it has too many braces.
    """
    schema = cast(Mapping[str, Fields], columns) if isinstance(columns, Mapping) else None
    names = frozenset(name for name in columns if name)
    check_braces(template, names)
    parts: list[str | Placeholder] = []
    literal: list[str] = []
    unknown: dict[str, None] = {}
    for piece in _pieces(template, names):
        if isinstance(piece, str):
            literal.append(piece)
        elif not _is_known(piece, names, schema):
            unknown[piece.name] = None
            literal.append("{" + piece.name + "}")
        else:
            parts += [*_text("".join(literal)), piece]
            literal.clear()
    return PromptTemplate((*parts, *_text("".join(literal))), tuple(unknown))


def check_braces(template: str, names: Set[str] = frozenset()) -> None:
    """Refuse a template that takes too long to read.

    Args:
        template: The template.
        names: The names that it may hold; those with closing braces are looked for one by one.

    Raises:
        RuleError: If it has more than ``MOST_BRACES``, or less where there are many such names.
    """
    lengths = len(_lengths(names))
    count, most = template.count("{"), MOST_BRACES // max(1, lengths)
    if count > most:
        where = " with columns that have closing braces in their names" if lengths > 1 else ""
        raise RuleError(f"The prompt has {count:,} opening braces, and {most:,} may be{where}.")


def filled(parts: Sequence[str | Placeholder], fill: Callable[[Placeholder], str]) -> str:
    """Put a template's parts together, each placeholder filled once, however often it is there.

    Args:
        parts: Literal text and placeholders in their order; those of one name are the same.
        fill: Gives the text that a placeholder stands for.

    Raises:
        RuleError: If it is too long, or what ``fill`` raises.
    """
    # By their names, for to hash a name costs nothing the second time.
    texts: dict[str, str] = {}
    length = 0
    for part in parts:
        if isinstance(part, Placeholder) and part.name not in texts:
            texts[part.name] = fill(part)
        length += len(texts[part.name] if isinstance(part, Placeholder) else part)
    if length > LONGEST:
        raise RuleError(f"The prompt has {length:,} characters, and {LONGEST:,} at most may be.")
    return "".join([texts[part.name] if isinstance(part, Placeholder) else part for part in parts])


def unknown_sentence(unknown: Sequence[str], columns: Iterable[str]) -> str:
    """Say what is wrong with a prompt that has unknown placeholders, and what to do.

    Args:
        unknown: ``PromptTemplate.unknown``, not empty.
        columns: The columns that there are.
    """
    wanted = _listed(["{" + name + "}" for name in unknown])
    listed = _listed([f'"{name}"' for name in columns]) or "none"
    return (
        f"The prompt reads {wanted}, which the file does not have. Its columns: {listed}. "
        f"To mean the text itself, double the braces: {{{{{unknown[0]}}}}}."
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _pieces(template: str, names: Set[str]) -> Iterator[str | Placeholder]:
    name_at = _Names(template, names).at
    position = 0
    while (brace := template.find("{", position)) >= 0:
        yield from _text(template[position:brace])
        if template.startswith("{{", brace) and (inside := name_at(brace + 2, "}}")):
            yield "{" + inside.name + "}"
            position = brace + len(inside.name) + 4
        elif inside := name_at(brace + 1, "}"):
            yield inside
            position = brace + len(inside.name) + 2
        else:
            yield "{"
            position = brace + 1
    yield from _text(template[position:])


def _text(text: str) -> Iterator[str]:
    if text:
        yield text


class _Names:
    """Finds names in a template, in time that grows with its length alone.

    A prompt may have a million braces, and a file thousands of columns.
    """

    def __init__(self, template: str, names: Set[str]) -> None:
        self._template = template
        self._names = names
        self._close = -1
        self._found: dict[str, Placeholder] = {}
        self._longest = max(map(len, names), default=0)
        # Any other name ends where the next brace closes.
        self._lengths = _lengths(names)

    def at(self, start: int, close: str) -> Placeholder | None:
        """The name that begins at ``start`` and is closed, the longest column that fits first."""
        template = self._template
        for end in self._ends(start):
            if template.startswith(close, end) and (name := template[start:end]) in self._names:
                return self._placeholder(name)
        found = _PATH.match(template, start)
        if found and template.startswith(close, found.end()):
            return self._placeholder(found[0])
        return None

    def _placeholder(self, name: str) -> Placeholder:
        # One for all places that mean the same: many objects take the interpreter long to free.
        found = self._found.get(name)
        if found is None:
            path = (name,) if name in self._names else tuple(name.split("."))
            found = self._found[name] = Placeholder(name, path)
        return found

    def _ends(self, start: int) -> Iterator[int]:
        for length in self._lengths:
            yield start + length
        if self._close < start:
            found = self._template.find("}", start)
            self._close = len(self._template) if found < 0 else found
        if self._close - start <= self._longest:
            yield self._close


def _lengths(names: Set[str]) -> list[int]:
    """The lengths of names with a closing brace, the longest first."""
    return sorted({len(name) for name in names if "}" in name}, reverse=True)


def _is_known(
    placeholder: Placeholder, names: Set[str], schema: Mapping[str, Fields] | None
) -> bool:
    if schema is None:
        return placeholder.column in names
    fields: Fields = schema
    for name in placeholder.path:
        if fields is None or name not in fields:
            return False
        fields = fields[name]
    return True


def _fill(placeholder: Placeholder, row: Mapping[str, object]) -> str:
    try:
        return to_text(reach(row, placeholder.path))
    except RuleError as error:
        raise RuleError(f"The prompt's {{{placeholder.name}}} cannot be filled: {error}") from error
