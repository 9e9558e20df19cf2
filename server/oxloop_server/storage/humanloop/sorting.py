"""What lists are sorted by, as SQL."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["asc", "desc"]
Sort: TypeAlias = tuple[str, Direction]


def order_by(
    sorts: Iterable[Sort],
    columns: Mapping[str, str],
    prefix: str,
    family: str,
    values: dict[str, object],
) -> str:
    """The terms of an ORDER BY, each with a comma behind it.

    Args:
        sorts: Columns with their directions, most important first.
        columns: The expressions of columns that have one of their own.
        prefix: What the names of all other columns begin with.
        family: The expression of those, with ``{value}`` where the rest of the name belongs.
        values: The query's parameters, to which those rests are added.
    """
    terms: list[str] = []
    for column, direction in sorts:
        expression = columns.get(column)
        if expression is None:
            name = f"sort{len(values)}"
            values[name] = column.removeprefix(prefix)
            expression = family.format(value=f":{name}")
        terms.append(f"{expression} {direction.upper()}, ")
    return "".join(terms)
