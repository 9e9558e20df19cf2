"""Oxen's prompt templates: ``{column}`` and ``{column.field}``, filled from each row.

Oxen's guides show only ``{column_name}``; what they leave open is decided here. A brace is
special only round a column's name or a path of identifiers, so JSON in a prompt stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from oxloop.rules.errors import RuleError
from oxloop.rules.values import reach, to_text

__all__ = ["Fields", "Placeholder", "PromptTemplate", "parse", "to_text", "unknown_sentence"]

Fields: TypeAlias = "Mapping[str, Fields] | None"
"""The fields of a struct, by name; None for a column or field that is no struct."""

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_COLUMNS_SHOWN = 30


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
            RuleError: If a value cannot stand in a prompt or a path leads nowhere.
        """
        return "".join(part if isinstance(part, str) else _fill(part, row) for part in self.parts)


def parse(template: str, columns: Iterable[str] | Mapping[str, Fields]) -> PromptTemplate:
    """Read a template against a table's columns.

    ``{name}`` is a placeholder if ``name`` is exactly a column's name (the longest that fits) or
    a path of identifiers; doubled braces directly round one stand for its text in single braces.
    A column without a name cannot be read: ``{}`` is plain text.

    Args:
        template: The prompt as its author wrote it.
        columns: The columns' names; as a mapping, with the fields of structs, so that a path to
            a field that is not there is found unknown here and not on the first row.
    """
    schema = cast(Mapping[str, Fields], columns) if isinstance(columns, Mapping) else None
    names = sorted((name for name in columns if name), key=len, reverse=True)
    parts: list[str | Placeholder] = []
    unknown: dict[str, None] = {}
    for piece in _pieces(template, names):
        if isinstance(piece, Placeholder) and not _is_known(piece, names, schema):
            unknown[piece.name] = None
            piece = "{" + piece.name + "}"
        if isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        else:
            parts.append(piece)
    return PromptTemplate(tuple(parts), tuple(unknown))


def unknown_sentence(unknown: Sequence[str], columns: Iterable[str]) -> str:
    """Say what is wrong with a prompt that has unknown placeholders, and what to do.

    Args:
        unknown: ``PromptTemplate.unknown``, not empty.
        columns: The columns that there are.
    """
    wanted = ", ".join("{" + name + "}" for name in unknown)
    names = [f'"{name}"' for name in columns]
    listed = ", ".join(names[:_COLUMNS_SHOWN]) or "none"
    more = f" and {len(names) - _COLUMNS_SHOWN} more" if len(names) > _COLUMNS_SHOWN else ""
    return (
        f"The prompt reads {wanted}, which the file does not have. Its columns: {listed}{more}. "
        f"To mean the text itself, double the braces: {{{{{unknown[0]}}}}}."
    )


def _pieces(template: str, names: Sequence[str]) -> Iterator[str | Placeholder]:
    position = 0
    while (brace := template.find("{", position)) >= 0:
        yield from _text(template[position:brace])
        if template.startswith("{{", brace) and (
            inside := _name_at(template, brace + 2, "}}", names)
        ):
            yield "{" + inside.name + "}"
            position = brace + len(inside.name) + 4
        elif inside := _name_at(template, brace + 1, "}", names):
            yield inside
            position = brace + len(inside.name) + 2
        else:
            yield "{"
            position = brace + 1
    yield from _text(template[position:])


def _text(text: str) -> Iterator[str]:
    if text:
        yield text


def _name_at(template: str, start: int, close: str, names: Sequence[str]) -> Placeholder | None:
    for name in names:
        if template.startswith(name + close, start):
            return Placeholder(name, (name,))
    found = _PATH.match(template, start)
    if found and template.startswith(close, found.end()):
        return Placeholder(found[0], tuple(found[0].split(".")))
    return None


def _is_known(
    placeholder: Placeholder, names: Sequence[str], schema: Mapping[str, Fields] | None
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
