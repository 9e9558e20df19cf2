"""``oxloop import``: makes a data folder of what ``oxloop export`` wrote."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder
from oxloop.rules.locks import FileLock

from oxloop_server.commands.exporting import (
    FORMAT,
    MANIFEST,
    SETTINGS,
    WEIGHTS,
    Exported,
    digest_of,
)
from oxloop_server.engine.values import arrow
from oxloop_server.problems import StartError
from oxloop_server.storage import dump
from oxloop_server.storage.blobs import Blobs, sync_folder
from oxloop_server.storage.dump import Builder, Table
from oxloop_server.storage.schema import MIGRATIONS

_PATH = re.compile(
    r"tables/(?P<table>[a-z_]+)\.parquet"
    r"|files/(?P<blob>[0-9a-f]{2}/[0-9a-f]{64})"
    rf"|(?P<setting>{'|'.join(map(re.escape, SETTINGS))})"
    rf"|{WEIGHTS.pattern}"
)


def run(source: Path, home: DataFolder) -> None:
    """Carry out ``oxloop import``.

    The database gets its name when everything else is in its place: a folder that an import has
    not finished has none, and the import can be done again.

    Args:
        source: What ``oxloop export`` wrote.
        home: The data folder, which must have no database.

    Raises:
        RuleError: If the source is no whole export, or the folder is in use or has other settings.
        StartError: If a file cannot be read or written.
    """
    schema, exported = _manifest(source)
    lock = FileLock(home.service_lock)
    if not lock.acquire(blocking=False):
        raise RuleError(f"{home.path} is served: an import needs a folder of its own.")
    try:
        if home.database_file.exists():
            raise RuleError(
                f"{home.path} has a database already: an import needs a folder without one. Choose "
                "another with --data."
            )
        _keep_settings(home, exported)
        _import(source, home, schema, exported)
    except OSError as error:
        raise StartError(
            f"The import from {source} has failed ({error.filename}: {error.strerror or error})."
        ) from error
    finally:
        lock.release()
    print(f"Imported {source} to {home.path}: {len(exported)} files.")
    print(
        "It opens by the folder's own key ('oxloop key'); make others anew with 'oxloop key add'."
    )


def _manifest(source: Path) -> tuple[int, list[Exported]]:
    try:
        found: object = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RuleError(
            f"{source} is no whole export: its {MANIFEST} cannot be read ({error})."
        ) from error
    match found:
        case {"format": int(form), "schema": int(schema)} if form > FORMAT or schema > len(
            MIGRATIONS
        ):
            raise RuleError(f"{source} was written by a newer oxloop: upgrade this one.")
        case {"format": int(), "schema": int(schema), "files": list()} if schema > 0:
            files = cast(Mapping[str, list[object]], found)["files"]
            return schema, [_entry(source, one) for one in files]
        case _:
            raise RuleError(f"{source} is no export of oxloop: its {MANIFEST} is another's.")


def _entry(source: Path, entry: object) -> Exported:
    match entry:
        case {"path": str(path), "size": int(size), "sha256": str(sha256)} if _PATH.fullmatch(path):
            rows = cast(Mapping[str, Any], entry).get("rows")
            return Exported(path, size, sha256, rows if isinstance(rows, int) else None)
        case _:
            raise RuleError(f"{source / MANIFEST} names a file that no export has: {entry}")


def _keep_settings(home: DataFolder, exported: list[Exported]) -> None:
    """Refuse to write over settings that somebody has made in the folder already."""
    for one in exported:
        place = home.path / one.path
        if one.path in SETTINGS and place.exists() and digest_of(place) != one.sha256:
            raise RuleError(
                f"{place} is there already, and says something else than the export's. Move it "
                "away, or choose another folder with --data."
            )


def _import(source: Path, home: DataFolder, schema: int, exported: list[Exported]) -> None:
    blobs = Blobs(home.files_dir)
    building = home.path / f"{home.database_file.name}.importing"
    building.unlink(missing_ok=True)
    os.close(os.open(building, os.O_CREAT | os.O_WRONLY, 0o600))
    builder = Builder(building, schema)
    try:
        for one in exported:
            _take(source, home, one, blobs, builder)
        given = {one.path for one in exported}
        for name in builder.tables:
            if f"tables/{name}.parquet" not in given:
                raise ValueError(f"the table {name} is missing")
        builder.finish()
    except RuleError:
        raise
    except (sqlite3.Error, ValueError) as error:
        raise RuleError(f"{source} does not fit together: {error}.") from error
    finally:
        builder.close()
    building.replace(home.database_file)
    sync_folder(home.path)


def _take(source: Path, home: DataFolder, one: Exported, blobs: Blobs, builder: Builder) -> None:
    found = _PATH.fullmatch(one.path)
    assert found is not None
    path = source / one.path
    if found["table"]:
        if found["table"] not in builder.tables:
            raise RuleError(f"{path} is of a table that there is not in its schema.")
        _check(path, one)
        _add_table(path, builder.tables[found["table"]], one, builder)
        return
    temporary = blobs.temporary()
    shutil.copyfile(path, temporary)
    _check(temporary, one, path)
    if found["blob"]:
        if blobs.put_file(temporary).sha256 != path.name:
            raise RuleError(f"{path} is damaged: its bytes are not those of its name.")
        return
    place = home.path / one.path
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary.replace(place)


def _check(path: Path, one: Exported, said: Path | None = None) -> None:
    if path.stat().st_size != one.size or digest_of(path) != one.sha256:
        raise RuleError(f"{said or path} is damaged: it is not the file that was exported.")


def _add_table(path: Path, table: Table, one: Exported, builder: Builder) -> None:
    file = arrow("pyarrow.parquet").ParquetFile(path)
    if sorted(file.schema_arrow.names) != sorted(table.columns):
        raise RuleError(f"{path} has other columns than the table {table.name}.")
    if builder.add(table, _batches(file, table)) != one.rows:
        raise RuleError(f"{path} has another number of rows than its {MANIFEST} says.")


def _batches(file: Any, table: Table) -> Iterator[list[tuple[dump.Value, ...]]]:
    for batch in file.iter_batches(batch_size=dump.BATCH, columns=list(table.columns)):
        columns = [batch.column(name).to_pylist() for name in table.columns]
        yield list(zip(*columns, strict=True))
