"""What a run produced: rows read page by page, or the whole table for a data library."""

import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import field, frozen

from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._public import PublicDir
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.rules.formats import TableFormat

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
    import polars
    import pyarrow  # pyright: ignore[reportMissingTypeStubs]


class ResultRow(dict[str, Any]):
    """A row of a result: its columns by name, and what became of it.

    Args:
        columns: The values by the columns' names.
        status: ``pending``, ``running``, ``done`` or ``failed``; None where the server does not
            tell, and for a row outside the run's sample.
        error: Why the row failed.
        cost: What its model call cost, in the unit of ``Usage.credits``; None where nobody tells.

    Example:
        >>> [row["query"] for row in run.results() if row.status == "failed"]
    """

    def __init__(
        self,
        columns: Mapping[str, Any],
        *,
        status: str | None = None,
        error: str | None = None,
        cost: float | None = None,
    ) -> None:
        super().__init__(columns)
        self.status = status
        self.error = error
        self.cost = cost


@frozen(kw_only=True)
class TableFile:
    """A table as a file.

    Attributes:
        content: Its bytes.
        format: How they are to be read.
    """

    content: bytes = field(repr=False)
    format: TableFormat


class Table(Protocol):
    """Where a run's results can be read."""

    def rows(self) -> Flow[None]:
        """Emit each row, page by page."""
        ...

    def whole(self) -> Flow[TableFile | list[ResultRow]]:
        """Read all of it, as the file that it is or as its rows."""
        ...


class Results(PublicDir):
    """The rows of a run's result, read when they are asked for.

    Iterating needs nothing but the base install. The whole table at once needs the library that
    it is for.

    Example:
        >>> for row in run.results():
        ...     print(row["query"], row["department"])
        >>> frame = run.results().to_pandas()
    """

    def __init__(self, table: Table, driver: SyncDriver) -> None:
        self._table = table
        self._driver = driver

    def __iter__(self) -> Iterator[ResultRow]:
        return self._driver.iterate(self._table.rows())

    def to_arrow(self) -> "pyarrow.Table":  # pyright: ignore
        """Return the table as a ``pyarrow.Table``.

        Example:
            >>> table = run.results().to_arrow()
        """
        return self._read(_arrow())

    def to_polars(self) -> "polars.DataFrame":
        """Return the table as a ``polars.DataFrame``.

        Example:
            >>> frame = run.results().to_polars()
        """
        frame: polars.DataFrame = self._read(_polars())
        return frame

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the table as a ``pandas.DataFrame``.

        Example:
            >>> frame = run.results().to_pandas()
        """
        return self._read(_pandas())

    def _read(self, reader: "_Reader") -> Any:
        return reader(self._driver.run(self._table.whole()))


class AsyncResults(PublicDir):
    """The rows of a run's result, as ``Results`` has them, with ``async for`` and ``await``."""

    def __init__(self, table: Table, driver: AsyncDriver) -> None:
        self._table = table
        self._driver = driver

    def __aiter__(self) -> AsyncIterator[ResultRow]:
        return self._driver.iterate(self._table.rows())

    async def to_arrow(self) -> "pyarrow.Table":  # pyright: ignore
        """Return the table as a ``pyarrow.Table``."""
        return await self._read(_arrow())

    async def to_polars(self) -> "polars.DataFrame":
        """Return the table as a ``polars.DataFrame``."""
        frame: polars.DataFrame = await self._read(_polars())
        return frame

    async def to_pandas(self) -> "pandas.DataFrame":
        """Return the table as a ``pandas.DataFrame``."""
        return await self._read(_pandas())

    async def _read(self, reader: "_Reader") -> Any:
        import anyio.to_thread

        whole = await self._driver.run(self._table.whole())
        return await anyio.to_thread.run_sync(reader, whole)


_Reader = Callable[[TableFile | list[ResultRow]], Any]

_INSTALL: Final = {
    "pyarrow": "pyarrow",
    "polars": "'oxloop[polars]'",
    "pandas": "'oxloop[pandas]'",
}


def _arrow() -> _Reader:
    parquet, feather, csv, json = (
        _library(f"pyarrow.{name}") for name in ("parquet", "feather", "csv", "json")
    )
    rows = _library("pyarrow").Table.from_pylist
    return _reader(rows, parquet.read_table, feather.read_table, csv.read_csv, json.read_json)


def _polars() -> _Reader:
    polars = _library("polars")
    rows = partial(polars.DataFrame, infer_schema_length=None)
    return _reader(rows, polars.read_parquet, polars.read_ipc, polars.read_csv, polars.read_ndjson)


def _pandas() -> _Reader:
    pandas = _library("pandas")

    def parquet(source: io.BytesIO) -> Any:
        _library("pyarrow")
        return pandas.read_parquet(source)

    def feather(source: io.BytesIO) -> Any:
        _library("pyarrow")
        return pandas.read_feather(source)

    jsonl = partial(pandas.read_json, lines=True)
    return _reader(pandas.DataFrame, parquet, feather, pandas.read_csv, jsonl)


def _reader(
    rows: Callable[[list[ResultRow]], Any],
    parquet: Callable[[io.BytesIO], Any],
    feather: Callable[[io.BytesIO], Any],
    csv: Callable[[io.BytesIO], Any],
    jsonl: Callable[[io.BytesIO], Any],
) -> _Reader:
    """One reader out of one for rows and one for each format of a file."""
    files = {"parquet": parquet, "arrow": feather, "csv": csv, "jsonl": jsonl}

    def read(whole: TableFile | list[ResultRow]) -> Any:
        if isinstance(whole, TableFile):
            return files[whole.format](io.BytesIO(whole.content))
        try:
            return rows(whole)
        except Exception as error:  # each library has its own for values of mixed types
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ConfigurationError(
                f"These rows do not fit into columns of one type each: {reason}. "
                "Iterate over them instead, or use to_pandas()."
            ) from error

    return read


def _library(name: str) -> Any:
    """Import a library that is not part of the base install."""
    package = name.partition(".")[0]
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigurationError(
            f"This needs {package}, which is not installed. Install it with: "
            f"pip install {_INSTALL[package]}. Iterating over the rows needs nothing more."
        ) from error
