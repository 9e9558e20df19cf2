"""``oxloop export``: the whole state of a data folder as files that other tools read.

```
DIR/manifest.json         what is there: each file with its size and SHA-256; written last
DIR/tables/runs.parquet   … every table of the database
DIR/files/ab/ab12…        the data files, each named by its SHA-256
DIR/models.toml …         the operator's settings, and the weights of local models
```
"""

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder

from oxloop_server.engine.values import arrow
from oxloop_server.problems import StartError
from oxloop_server.storage import dump
from oxloop_server.storage.blobs import CHUNK, blob_path
from oxloop_server.storage.database import read_only, schema_version
from oxloop_server.storage.dump import Kind, Table
from oxloop_server.storage.schema import MIGRATIONS
from oxloop_server.versions import version

FORMAT = 1
MANIFEST = "manifest.json"
WEIGHTS = re.compile(r"models(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
SETTINGS = ("models.toml", "limits.toml")


@frozen
class Exported:
    """A file of an export.

    Args:
        path: Where it is, from the export's folder on.
        size: How many bytes it has.
        sha256: Their SHA-256.
        rows: How many rows it has, if it is a table.
    """

    path: str
    size: int
    sha256: str
    rows: int | None = None


def run(target: Path, home: DataFolder) -> None:
    """Carry out ``oxloop export``, of a running service or one that is not.

    Args:
        target: The folder to write; it must not be there, or be empty.
        home: The data folder.

    Raises:
        RuleError: If the target is no empty folder, or there is nothing to export.
        StartError: If a file cannot be read or written.
    """
    _check(target, home)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with read_only(home.database_file) as conn:
            # One transaction: the state of one moment, whatever the service does meanwhile.
            conn.execute("BEGIN")
            if schema_version(conn) > len(MIGRATIONS):
                raise RuleError(f"{home.path} was written by a newer oxloop: upgrade this one.")
            exported = list(_export(conn, target, home))
            unfinished = dump.unfinished_runs(conn)
            _write_manifest(conn, target, exported)
    except sqlite3.Error as error:
        raise StartError(f"The database {home.database_file} cannot be read ({error}).") from error
    except OSError as error:
        raise StartError(
            f"The export to {target} has failed ({error.filename}: {error.strerror or error})."
        ) from error
    size = sum(one.size for one in exported)
    print(f"Exported {home.path} to {target}: {len(exported)} files, {size:,} bytes, and no key.")
    if unfinished:
        print(
            f"{unfinished} evaluation{'s are' if unfinished > 1 else ' is'} not finished: after an "
            "import they go on there too. Stop this service first if they shall not go on twice."
        )


def _check(target: Path, home: DataFolder) -> None:
    if not home.database_file.is_file():
        raise RuleError(f"There is nothing to export: {home.path} has no database.")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise RuleError(f"{target} is there already: name a folder that is not there, or empty.")


def _export(conn: sqlite3.Connection, target: Path, home: DataFolder) -> Iterator[Exported]:
    (target / "tables").mkdir(mode=0o700)
    for table in dump.tables(conn):
        path = target / "tables" / f"{table.name}.parquet"
        rows = write_table(path, table, dump.rows(conn, table))
        yield _described(target, path, rows)
    for sha256 in dump.data_files(conn):
        path = blob_path(home.files_dir, sha256)
        copied = _copy(target, path, path.relative_to(home.path).as_posix())
        if copied.sha256 != sha256:
            raise RuleError(
                f"The data file {path} is damaged: its bytes are not those of its name. Put a "
                "sound copy in its place."
            )
        yield copied
    for name in SETTINGS:
        if (home.path / name).is_file():
            yield _copy(target, home.path / name, name)
    for path in sorted(home.models_dir.rglob("*")):
        name = path.relative_to(home.path).as_posix()
        # Hidden files are downloads that were broken off.
        if WEIGHTS.fullmatch(name) and path.is_file():
            yield _copy(target, path, name)


def write_table(path: Path, table: Table, batches: Iterator[list[tuple[dump.Value, ...]]]) -> int:
    """Write rows as a Parquet file; answer how many there were."""
    pyarrow, parquet = arrow(), arrow("pyarrow.parquet")
    types: dict[Kind, Any] = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "real": pyarrow.float64(),
        "blob": pyarrow.binary(),
    }
    fields = [(name, types[kind]) for name, kind in table.columns.items()]
    form = pyarrow.schema(fields)
    count = 0
    with parquet.ParquetWriter(path, form, compression="zstd") as writer:
        for batch in batches:
            columns = [
                pyarrow.array(values, type=kind)
                for values, (_, kind) in zip(zip(*batch, strict=True), fields, strict=True)
            ]
            writer.write_table(pyarrow.table(columns, schema=form))
            count += len(batch)
    return count


def _copy(target: Path, source: Path, name: str) -> Exported:
    path = target / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    return _described(target, path)


def _described(target: Path, path: Path, rows: int | None = None) -> Exported:
    return Exported(path.relative_to(target).as_posix(), path.stat().st_size, digest_of(path), rows)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write_manifest(conn: sqlite3.Connection, target: Path, exported: list[Exported]) -> None:
    manifest = {
        "format": FORMAT,
        "schema": schema_version(conn),
        "oxloop": version(),
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "files": [asdict(one, filter=lambda _, value: value is not None) for one in exported],
    }
    path = target / MANIFEST
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
