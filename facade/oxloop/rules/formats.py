"""Table formats, told from a file's suffix."""

from pathlib import PurePosixPath
from typing import Final, Literal

from oxloop.rules.errors import RuleError

TableFormat = Literal["parquet", "arrow", "csv", "jsonl"]

SUFFIXES: Final[dict[str, TableFormat]] = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""Supported suffixes, in lower case, and the format that each one means."""


def table_format(path: str) -> TableFormat:
    """Tell a data file's format from its suffix, whatever its case.

    Args:
        path: The file's path in its repository.

    Raises:
        RuleError: If the suffix is missing or not supported.
    """
    suffix = PurePosixPath(path).suffix
    try:
        return SUFFIXES[suffix.lower()]
    except KeyError:
        found = f'the suffix "{suffix}"' if suffix else "no suffix"
        raise RuleError(
            f'The file "{path}" has {found}; an evaluation reads and writes '
            f"{', '.join(SUFFIXES)} files."
        ) from None
