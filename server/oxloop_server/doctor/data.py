"""The data folder: who may read it, how full its disk is, whether its database is sound."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder

from oxloop_server import limits
from oxloop_server.doctor.findings import Finding, about
from oxloop_server.storage import keys, tenants
from oxloop_server.storage.database import read_only, schema_version
from oxloop_server.storage.schema import MIGRATIONS

FOLDER = "Data folder"
KEYS = "Keys"
LITTLE = 1 << 30
"""Bytes of free disk below which there is a warning."""


def examine(home: DataFolder) -> Iterator[Finding]:
    """Look at the folder and its files; nothing is changed."""
    yield Finding(FOLDER, "ok", str(home.path))
    yield from _disk(home)
    yield from _permissions(home)
    yield from _database(home)
    yield from _keys(home)
    yield from _limits(home)


def is_current(home: DataFolder) -> bool:
    """Whether the database is there, and has the tables that this version knows."""
    if not home.database_file.is_file():
        return False
    try:
        with read_only(home.database_file) as conn:
            return schema_version(conn) == len(MIGRATIONS)
    except sqlite3.Error:
        return False


def _disk(home: DataFolder) -> Iterator[Finding]:
    usage = shutil.disk_usage(home.path)
    text = f"{about(usage.free)} of {about(usage.total)} are free on its disk"
    if usage.free < LITTLE:
        yield Finding(FOLDER, "wrong", f"{text}: make room before an evaluation runs out of it")
    else:
        yield Finding(FOLDER, "ok", text)
    files = [path for path in home.files_dir.glob("??/*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    yield Finding(FOLDER, "ok", f"{len(files):,} data files, {about(size)}")


def _permissions(home: DataFolder) -> Iterator[Finding]:
    if os.name == "nt":
        return
    open_ones = [path for path in _private(home) if path.stat().st_mode & 0o077]
    for path in open_ones[:3]:
        yield Finding(FOLDER, "wrong", f"others may use {path}: chmod -R go= '{home.path}'")
    if len(open_ones) > 3:
        yield Finding(FOLDER, "wrong", f"and {len(open_ones) - 3} more of its files")
    if not open_ones:
        yield Finding(FOLDER, "ok", "its files are its owner's only")
    if not os.access(home.path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(FOLDER, "wrong", "it is not yours to write to")


def _private(home: DataFolder) -> Iterator[Path]:
    yield home.path
    for path in sorted(home.path.rglob("*")):
        # The operator's own files may be as open as the operator likes: they hold no secret.
        if path not in (home.models_file, home.limits_file) and not path.is_symlink():
            yield path


def _database(home: DataFolder) -> Iterator[Finding]:
    if not home.database_file.is_file():
        yield Finding(FOLDER, "note", "it has no database yet: the service's first start makes it")
        return
    try:
        with read_only(home.database_file) as conn:
            version = schema_version(conn)
            (said,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        yield Finding(FOLDER, "wrong", f"the database cannot be read ({error})")
        return
    size = about(home.database_file.stat().st_size)
    if said != "ok":
        yield Finding(
            FOLDER, "wrong", f"the database is damaged ({said}): put a sound copy in its place"
        )
    elif version > len(MIGRATIONS):
        yield Finding(
            FOLDER, "wrong", f"the database is a newer oxloop's (schema {version}): upgrade oxloop"
        )
    elif version < len(MIGRATIONS):
        yield Finding(
            FOLDER,
            "note",
            f"the database has schema {version}; the next start brings it to {len(MIGRATIONS)}",
        )
    else:
        yield Finding(FOLDER, "ok", f"the database is sound (schema {version}, {size})")


def _keys(home: DataFolder) -> Iterator[Finding]:
    if home.key_file.is_file() and home.key_file.read_bytes().strip():
        yield Finding(KEYS, "ok", "the folder's own key opens everything")
    else:
        yield Finding(KEYS, "note", "the folder has no key of its own yet: 'oxloop key' makes it")
    if not is_current(home):
        return
    with read_only(home.database_file) as conn:
        known = keys.all_keys(conn)
    for key in known:
        whose = "" if key.tenant.name == tenants.DEFAULT_TENANT else f" of {key.tenant.name}"
        does = "may only read" if key.scope == "read" else "may write"
        yield Finding(KEYS, "ok", f"'{key.name}'{whose} {does}")


def _limits(home: DataFolder) -> Iterator[Finding]:
    try:
        found = limits.read_limits(home.limits_file)
    except RuleError as error:
        yield Finding("Limits", "wrong", str(error))
        return
    usual = {limit.name: limit.value for limit in limits.table(limits.Limits())}
    for limit in limits.table(found):
        changed = "" if limit.value == usual[limit.name] else ", set in limits.toml"
        yield Finding("Limits", "ok", f"{limit.name} = {limit.words}{changed}: {limit.what}")
