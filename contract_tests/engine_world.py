"""A data folder with a repository, models and an engine, for tests that really run evaluations."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from oxloop.rules.folder import DataFolder
from oxloop.rules.formats import table_format
from oxloop.rules.models import model_id
from oxloop_server.engine import Engine, oxen
from oxloop_server.engine.tables import Table, open_table
from oxloop_server.engine.values import arrow
from oxloop_server.models.client import ModelClient
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.registry import Registry
from oxloop_server.storage import repositories, runs, tenants
from oxloop_server.storage.blobs import Blobs
from oxloop_server.storage.database import Database
from oxloop_server.storage.repositories import Commit, Repository

T = TypeVar("T")

PATIENCE_SECONDS = 30.0

REQUEST: Mapping[str, Any] = {
    "input_type": "text",
    "output_type": "text",
    "model_id": str(model_id("m")),
    "prompt": "Q: {text}",
    "target_column": "answer",
    "auto_commit": True,
}
"""A request that needs no more than a column ``text`` and a model ``m``."""


async def no_pause(_seconds: float) -> None:
    """Do not wait between attempts."""


class World:
    """A data folder in use; ``World.open`` finds what an earlier one left in it.

    Args:
        folder: Where it is.
        db: Its database.
        repository: The repository ``ox/support``.
    """

    def __init__(self, folder: Path, db: Database, repository: Repository) -> None:
        self.folder = DataFolder(folder)
        self.db = db
        self.repository = repository
        self.blobs = Blobs(self.folder.files_dir)
        self.registry = Registry(self.folder)
        self.engine = Engine(
            db,
            self.blobs,
            self.registry,
            client=ModelClient(LocalEngine(), sleep=no_pause),
        )

    @classmethod
    async def open(cls, folder: Path) -> "World":
        """Use the folder, made with its repository if it is new."""
        db = Database(DataFolder(folder).database_file)

        def repository(conn: Any) -> Repository:
            tenant = tenants.ensure_tenant(conn, "default")
            if not conn.execute("SELECT 1 FROM repositories").fetchone():
                return repositories.create_repository(conn, tenant.id, "ox", "support")
            return repositories.get_repository(conn, tenant.id, "ox", "support")

        return cls(folder, db, await db.write(repository))

    async def close(self) -> None:
        """Stop the engine and close the database."""
        await self.engine.stop()
        self.db.close()

    def add_model(self, base_url: str, name: str = "m", **settings: Any) -> None:
        """Register a model."""
        self.registry.add({"name": name, "base_url": base_url, **settings})

    async def upload(
        self, path: str, content: bytes | str | list[dict[str, Any]], branch: str = "main"
    ) -> Commit:
        """Commit a file: bytes, text, or rows to be written as Parquet."""
        temporary = self.blobs.temporary()
        if isinstance(content, list):
            arrow("pyarrow.parquet").write_table(arrow().Table.from_pylist(content), temporary)
        else:
            temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        blob = self.blobs.put_file(temporary)
        main = await self.head("main")
        return await self.db.write(
            lambda conn: repositories.commit_file(
                conn, self.repository.id, branch, path, blob, "Upload", "Ann", "", create_from=main
            )
        )

    async def plan(self, resource: str, **changes: Any) -> runs.NewRun:
        """Check a request to evaluate a file."""
        resolved = await self.db.read(
            lambda conn: repositories.resolve(conn, self.repository.id, resource)
        )
        request = {**REQUEST, **changes}
        return await oxen.plan(
            self.db, self.engine.files, self.registry, self.repository, resolved, request
        )

    async def create(self, resource: str, **changes: Any) -> str:
        """Create a run without submitting it; answers its id."""
        planned = await self.plan(resource, **changes)
        await self.db.write(lambda conn: runs.create(conn, planned))
        return planned.id

    async def evaluate(self, resource: str, **changes: Any) -> runs.Run:
        """Create a run and see it through to its end."""
        run_id = await self.create(resource, **changes)
        self.engine.submit(run_id)
        await self.engine.wait(run_id)
        return await self.run(run_id)

    async def run(self, run_id: str) -> runs.Run:
        """A run as it stands."""
        found = await self.db.read(lambda conn: runs.get(conn, run_id))
        assert found is not None
        return found

    async def until_processed(self, run_id: str, rows: int) -> runs.Run:
        """A run once it has recorded so many rows."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (run := await self.run(run_id)).processed < rows:  # noqa: ASYNC110
                await asyncio.sleep(0)  # the database calls nobody back
        return run

    async def states(self, run_id: str) -> list[runs.Row]:
        """The states of a run's rows."""
        return await self.db.read(lambda conn: runs.rows(conn, run_id, 0, 1_000_000))

    async def head(self, branch: str) -> str:
        """The commit that a branch is at."""
        found = await self.db.read(
            lambda conn: repositories.get_branch(conn, self.repository.id, branch)
        )
        return found.commit_id

    async def branches(self) -> list[str]:
        """The names of all branches."""
        found = await self.db.read(lambda conn: repositories.branches(conn, self.repository.id))
        return [branch.name for branch in found]

    async def commits(self) -> int:
        """How many commits the repository has."""

        def count(conn: Any) -> int:
            (found,) = conn.execute("SELECT COUNT(*) FROM commits").fetchone()
            return int(found)

        return await self.db.read(count)

    async def path(self, branch: str, path: str) -> Path:
        """Where the bytes of a branch's file are."""
        commit_id = await self.head(branch)
        entry = await self.db.read(
            lambda conn: repositories.entry(conn, self.repository.id, commit_id, path)
        )
        assert entry is not None, f"there is no {path} on {branch}"
        return self.blobs.path(entry.sha256)

    async def table(self, branch: str, path: str) -> Table:
        """A branch's file as a table."""
        return open_table(await self.path(branch, path), table_format(path))

    async def rows(self, branch: str, path: str) -> list[dict[str, object]]:
        """The rows of a branch's file."""
        table = await self.table(branch, path)
        return table.page(0, max(1, table.row_count))


def in_world(folder: Path, work: Callable[[World], Coroutine[Any, Any, T]]) -> T:
    """Open a folder, do something in it, and close it whatever happens."""

    async def main() -> T:
        world = await World.open(folder)
        try:
            return await work(world)
        finally:
            await world.close()

    return asyncio.run(main())
