"""``oxloop key``: the folder's own key, and further ones with what each may open."""

import argparse
import re
import secrets
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast, get_args

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder

from oxloop_server import auth, folder
from oxloop_server.commands.folders import database, read, write
from oxloop_server.storage import keys, tenants
from oxloop_server.storage.keys import Scope

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Give ``oxloop key`` its actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="show every key's name, tenant and scope")
    add = actions.add_parser("add", help="make a key and print it, this once")
    revoke = actions.add_parser("revoke", help="make a key open nothing any more")
    add.add_argument("name", metavar="NAME", help="what to call it")
    revoke.add_argument("name", metavar="NAME", help="what it is called")
    add.add_argument(
        "--scope",
        choices=get_args(Scope),
        default="write",
        help="read: it changes nothing; write: it may do everything (%(default)s)",
    )
    add.add_argument(
        "--tenant",
        default=tenants.DEFAULT_TENANT,
        metavar="NAME",
        help="whose things it opens, made at first mention (%(default)s, as of the folder's key)",
    )
    for action in (listing, add, revoke):
        # Where it is not given here, what stands before the action counts.
        action.add_argument(
            "--data",
            type=Path,
            default=argparse.SUPPRESS,
            metavar="DIR",
            help="data folder (the platform's by default)",
        )


def run(options: argparse.Namespace, home: DataFolder) -> None:
    """Carry out ``oxloop key``.

    Args:
        options: What ``configure`` read.
        home: The data folder.

    Raises:
        StartError: If the folder cannot be used.
        RuleError: If there is no such key, or one of that name already.
    """
    match cast(str | None, options.action):
        case "list":
            _list(home)
        case "add":
            _add(home, options.name, options.scope, options.tenant)
        case "revoke":
            _revoke(home, options.name)
        case _:
            print(folder.ensure_key(home))


def _list(home: DataFolder) -> None:
    with database(home) as db:
        found = read(db, keys.all_keys)
    rows = [("NAME", "TENANT", "SCOPE", "SINCE"), ("(folder)", tenants.DEFAULT_TENANT, "write", "")]
    for key in found:
        name = "(command line)" if key.name == keys.COMMAND_LINE_KEY else key.name
        rows.append((name, key.tenant.name, key.scope, key.created_at[:10]))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row[:3], widths, strict=True))
        print("  ".join((*cells, row[3])).rstrip())


def _add(home: DataFolder, name: str, scope: Scope, tenant: str) -> None:
    for word in (name, tenant):
        if not _NAME.fullmatch(word):
            raise RuleError(
                f"'{word}' is no name for a key or a tenant: use up to 100 letters, digits, dots, "
                "dashes and underscores."
            )
    key = secrets.token_urlsafe(32)

    def work(conn: sqlite3.Connection) -> bool:
        owner = tenants.ensure_tenant(conn, tenant)
        return keys.add(conn, name, owner, scope, auth.digest(key))

    if not _changed(home, work):
        raise RuleError(
            f"There is a key '{name}' already: revoke it first with 'oxloop key revoke {name}', or "
            "choose another name."
        )
    print(key)
    print(
        f"This is the key '{name}' ({scope}, tenant {tenant}). It is shown this once: only its "
        "digest is kept.",
        file=sys.stderr,
    )


def _revoke(home: DataFolder, name: str) -> None:
    if name == keys.COMMAND_LINE_KEY or not _changed(home, lambda conn: keys.revoke(conn, name)):
        raise RuleError(f"There is no key '{name}' to revoke: 'oxloop key list' shows them.")
    print(f"The key '{name}' opens nothing any more.")


def _changed(home: DataFolder, work: Callable[[sqlite3.Connection], bool]) -> bool:
    with database(home) as db:
        return write(db, work)
