"""What a run would ask, before it is created: the first prompts, and about how many tokens."""

import math
from typing import Final

from attrs import frozen

from oxloop._checks import by_the_rules
from oxloop._flow import Core
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.oxen import data_frames
from oxloop.oxen._names import Location
from oxloop.oxen.details import Column, Page
from oxloop.rules.columns import check_target_column
from oxloop.rules.prompts import PromptTemplate, parse, unknown_sentence

_LOOKED_AT: Final = 100
"""Rows that are read, and that the estimate rests on."""
_BYTES_A_TOKEN: Final = 4
"""The usual rule of thumb for English. Other letters have more bytes, and are more of a token."""


@frozen(kw_only=True)
class Preview:
    """What a run would ask.

    Attributes:
        prompts: The prompts of the first rows, as the model would get them.
        columns: The file's columns, in order.
        columns_read: The columns that the prompt reads.
        total_rows: How many rows the run would ask; None if the server does not tell.
        tokens_a_row: About how many tokens the prompt of a row has: a token for each 4 bytes of
            its text, on the average of the first 100 rows. Each model counts differently; 30 %
            more or less is nothing unusual.
        prompt_tokens: About how many tokens all prompts have together; None if it is not known
            how many rows there are. What the model answers comes on top.
    """

    prompts: tuple[str, ...]
    columns: tuple[Column, ...]
    columns_read: tuple[str, ...]
    total_rows: int | None
    tokens_a_row: float
    prompt_tokens: int | None

    def __str__(self) -> str:
        rows = "an unknown number of rows" if self.total_rows is None else f"{self.total_rows} rows"
        total = "" if self.prompt_tokens is None else f", about {self.prompt_tokens} in all"
        summary = f"{rows}, about {self.tokens_a_row:.0f} tokens each{total}"
        return "\n".join([*(f"[{n}] {text}" for n, text in enumerate(self.prompts, 1)), summary])


@frozen(kw_only=True)
class Wanted:
    """What a caller wants to see.

    Attributes:
        prompt: The prompt template.
        target_column: The column that the answers would be written to, if it is to be checked.
        sample_count: How many rows the run would ask; None for all.
        rows: How many prompts to show.
    """

    prompt: str
    target_column: str | None
    sample_count: int | None
    rows: int

    def check(self) -> None:
        """Refuse what cannot work, before anything is sent."""
        if not self.prompt:
            raise ConfigurationError("prompt= is empty; give it a value.")
        if self.sample_count is not None and self.sample_count < 1:
            raise ConfigurationError(
                f"sample_count={self.sample_count} is not usable; give 1 or more."
            )
        if not 1 <= self.rows <= _LOOKED_AT:
            raise ConfigurationError(
                f"rows={self.rows} is not usable; give a number from 1 to {_LOOKED_AT}."
            )
        if self.target_column is not None:
            with by_the_rules():
                check_target_column(self.target_column)


def preview(core: Core, repo: str, where: Location, wanted: Wanted) -> Flow[Preview]:
    """Fill the prompt from the first page of a file."""
    wanted.check()
    page = yield from data_frames.get(core, repo, where, 1, _LOOKED_AT)
    template = _template(wanted, page)
    with by_the_rules():
        prompts = [template.render(row) for row in page.rows[: wanted.sample_count]]
    each = sum(map(estimated_tokens, prompts)) / len(prompts) if prompts else 0.0
    total = page.total_rows
    if total is not None and wanted.sample_count is not None:
        total = min(total, wanted.sample_count)
    return Preview(
        prompts=tuple(prompts[: wanted.rows]),
        columns=page.columns,
        columns_read=template.columns_read,
        total_rows=total,
        tokens_a_row=each,
        prompt_tokens=None if total is None else round(each * total),
    )


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has: one for each 4 bytes of it in UTF-8."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / _BYTES_A_TOKEN)


def _template(wanted: Wanted, page: Page) -> PromptTemplate:
    """The prompt, read against the file's columns as the service does at create."""
    names = [column.name for column in page.columns] or list(page.rows[0] if page.rows else ())
    with by_the_rules():
        template = parse(wanted.prompt, names)
    if template.unknown:
        raise ConfigurationError(unknown_sentence(template.unknown, names))
    binary = {column.name for column in page.columns if column.dtype == "binary"}
    for name in template.columns_read:
        if name in binary:
            raise ConfigurationError(
                f'The prompt reads "{name}", which holds binary data; a prompt is text.'
            )
        if name == wanted.target_column:
            raise ConfigurationError(
                f'The prompt reads "{name}", so the answers cannot be written over it: choose '
                "another target_column."
            )
    return template
