"""An Oxen evaluation as the engine's job: prompts from a file's rows, answers into a column of it.

The result is committed together with the run's completion, in one transaction: after a crash
either both are there or neither is.
"""

import logging
import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from oxloop.rules.errors import RuleError
from oxloop.rules.prompts import PromptTemplate, parse
from oxloop.rules.values import to_text

from oxloop_server.engine.files import Files
from oxloop_server.engine.jobs import UNEXPECTED, RowCall
from oxloop_server.engine.large_rows import rows_at_once
from oxloop_server.engine.outputs import column_type, kept, takes, to_value
from oxloop_server.engine.oxen_plan import OxenPlan, plan
from oxloop_server.engine.tables import (
    BadTable,
    Table,
    Writer,
    column_values,
    copy_table,
    fill_column,
    open_table,
    with_column,
)
from oxloop_server.engine.threads import in_thread
from oxloop_server.engine.values import Batch, Schema
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry, no_such_model
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories, runs
from oxloop_server.storage.blobs import Blob, Blobs
from oxloop_server.storage.database import Database
from oxloop_server.storage.runs import RowOutcome, Run, RunStatus
from oxloop_server.storage.trees import FileEntry
from oxloop_server.turns import Turns

__all__ = ["OxenJob", "OxenPlan", "open_oxen_job", "plan"]

log = logging.getLogger(__name__)

AUTHOR = "oxloop"
EMAIL = ""

_Conclude = Callable[[sqlite3.Connection, Mapping[str, Any]], None]


async def open_oxen_job(
    db: Database, files: Files, registry: Registry, run: Run, renders: Turns
) -> "OxenJob":
    """Make the job of an Oxen run.

    Args:
        db: The database.
        files: The data files.
        registry: The models.
        run: The run, as it stands.
        renders: The turns in which prompts are made.

    Raises:
        Refused: If its file cannot be read any more.
    """
    resolved = OxenPlan.from_json(run.plan)
    table = await files.open(run.tenant_id, resolved.source_sha256, resolved.source_format)
    turn = partial(renders.turn, run.tenant_id)
    return await in_thread(OxenJob, db, files.blobs, registry, run.id, resolved, table, turn)


class OxenJob:
    """The ``Job`` of an Oxen run.

    Args:
        db: The database.
        blobs: The data files.
        registry: The models.
        run_id: The run.
        resolved: What it is to do.
        table: The file that it reads.
        turn: What it waits for before it makes prompts, which may keep a thread busy.
    """

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        registry: Registry,
        run_id: str,
        resolved: OxenPlan,
        table: Table,
        turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    ) -> None:
        self._turn = turn
        self._db = db
        self._blobs = blobs
        self._registry = registry
        self._run_id = run_id
        self._plan = resolved
        self._table = table
        self._template = parse(resolved.prompt, table.fields)
        self._rows = _Rows(table, self._template.columns_read)

    @property
    def model(self) -> Model:
        """See ``Job.model``."""
        name = self._plan.model
        model = self._registry.get(name)
        if model is None:
            names = [found.name for found in self._registry.all()]
            raise Refused("conflict", no_such_model(name, names))
        wanted = self._plan.output_type
        if model.output != wanted:
            raise Refused(
                "conflict",
                f'The model "{name}" gives {model.output} by now, and not {wanted}: register one '
                "under that name that does, and create the evaluation again.",
            )
        return model

    @property
    def total(self) -> int:
        """See ``Job.total``."""
        return self._plan.total

    @property
    def batch_size(self) -> int:
        """See ``Job.batch_size``."""
        return self._plan.batch_size

    async def calls(self, indices: Sequence[int]) -> Sequence[RowCall]:
        """See ``Job.calls``."""
        async with self._turn():
            return await in_thread(self._render, indices)

    def keep(self, conn: sqlite3.Connection, outcomes: Sequence[RowOutcome]) -> None:
        """See ``Job.keep``."""
        runs.record(conn, self._run_id, outcomes)

    def kept(self, outcomes: Sequence[RowOutcome]) -> None:
        """See ``Job.kept``."""

    def answered(self, conn: sqlite3.Connection) -> bool:
        """See ``Job.answered``."""
        run = runs.get(conn, self._run_id)
        if run is None:
            return False
        status = end_of_rows(run.total, run.failed, self._plan.auto_commit)
        error = runs.first_error(conn, self._run_id) if status == "errored" else None
        moved = runs.set_status(conn, self._run_id, status, error=error)
        return moved and status == "committing"

    async def finish(self) -> None:
        """Write the column and commit it to the target branch; that completes the run."""

        def complete(conn: sqlite3.Connection, result: Mapping[str, Any]) -> None:
            completed = runs.set_status(conn, self._run_id, "completed", result=result)
            assert completed, "the status was looked at in this transaction"

        await self._write_and_commit("committing", complete)

    async def commit(self, run: Run, given: Mapping[str, str]) -> None:
        """Do the same for a run that has ended, whose status stays as it is.

        Args:
            run: The run.
            given: What is asked for now, by the fields of the request that created it; this
                job's plan has it already.
        """

        def note(conn: sqlite3.Connection, result: Mapping[str, Any]) -> None:
            request = {**run.request, **given}
            runs.set_result(conn, self._run_id, request, self._plan.to_json(), result)

        await self._write_and_commit(run.status, note)

    async def _write_and_commit(self, status: RunStatus, conclude: "_Conclude") -> None:
        committed = False
        while not committed:  # as often as the branch moves meanwhile
            target = await self._choose_target()
            blob = await self._write(target.base)
            committed = await self._commit(target, blob, status, conclude)

    async def close(self) -> None:
        """See ``Job.close``."""
        await in_thread(self._rows.close)

    def _render(self, indices: Sequence[int]) -> list[RowCall]:
        return [_call(self._template, index, row) for index, row in self._rows.read(indices)]

    async def _choose_target(self) -> "_Target":
        head, found = await self._db.read(self._target_file)
        plan = self._plan
        if head is None:
            return _Target(plan.target_branch, None, self._table)
        sha256 = None if found is None else found.sha256
        if sha256 is not None and sha256 != plan.source_sha256:
            path = await in_thread(self._blobs.sound, sha256)
            base = await in_thread(self._table_to_add_to, path)
            if base is not None:
                return _Target(plan.target_branch, head, base)
        if sha256 in (plan.target_sha256, plan.source_sha256) and (
            found is not None or await self._db.read(lambda conn: self._is_free(conn, head))
        ):
            return _Target(plan.target_branch, head, self._table)
        # Somebody else's work is in the way: neither is lost.
        return await self._db.read(self._own_target)

    def _is_free(self, conn: sqlite3.Connection, head: str) -> bool:
        plan = self._plan
        return repositories.in_the_way(conn, plan.repository_id, head, plan.target_path) is None

    def _own_target(self, conn: sqlite3.Connection) -> "_Target":
        name = f"{self._plan.target_branch}-conflict-{self._run_id}"
        # It is there already if somebody else made a branch of that name.
        branch = repositories.find_branch(conn, self._plan.repository_id, name)
        head = None if branch is None else branch.commit_id
        return _Target(name, head, self._table, is_conflict=True)

    def _target_file(self, conn: sqlite3.Connection) -> tuple[str | None, FileEntry | None]:
        plan = self._plan
        branch = repositories.find_branch(conn, plan.repository_id, plan.target_branch)
        if branch is None:
            return None, None
        head = branch.commit_id
        return head, repositories.entry(conn, plan.repository_id, head, plan.target_path)

    def _table_to_add_to(self, path: Path) -> Table | None:
        """The table at ``path``, if it has the rows that this run has read."""
        try:
            table = open_table(path, self._plan.target_format)
            column, output = self._plan.target_column, self._plan.output_type
            # What a CSV file has there already was looked at when the run was made.
            is_known = table.format == "csv" and output == "text" and column in self._table.names
            is_free = is_known or column not in table.names or takes(table, column, output)
            same = is_free and _same_rows(self._table, table, self._template.columns_read)
        except BadTable:
            return None
        return table if same else None

    async def _write(self, base: Table) -> Blob:
        column = self._plan.target_column
        dtype = column_type(base.dtype(column), self._plan.output_type)
        schema = with_column(base.schema, column, dtype)
        path = self._blobs.temporary()
        batches = base.batches(size=await in_thread(rows_at_once, base))
        try:
            form = self._plan.target_format
            writer = await in_thread(copy_table, path, form, base, schema, column)
            try:
                begin = 0
                while (batch := await in_thread(next, batches, None)) is not None:
                    await self._append(writer, batch, schema, begin)
                    begin += batch.num_rows
            finally:
                await in_thread(writer.close)
            return await in_thread(self._blobs.put_file, path)
        finally:
            path.unlink(missing_ok=True)

    async def _append(self, writer: Writer, batch: Batch, schema: Schema, begin: int) -> None:
        end = begin + batch.num_rows
        answers = await self._db.read(lambda conn: runs.outputs(conn, self._run_id, begin, end))

        def append() -> None:
            values = self._column(batch, begin, answers)
            writer.write(fill_column(batch, schema, self._plan.target_column, values))

        await in_thread(append)

    def _column(self, batch: Batch, begin: int, answers: Mapping[int, str | None]) -> list[object]:
        """A row that was asked has its answer, or null if it failed; others keep what they had."""
        output = self._plan.output_type
        before = column_values(batch, self._plan.target_column)
        return [
            to_value(answers[index], output) if index in answers else kept(old, output)
            for index, old in enumerate(before, start=begin)
        ]

    async def _commit(
        self, target: "_Target", blob: Blob, status: RunStatus, conclude: "_Conclude"
    ) -> bool:
        """Commit and conclude; False if the branch is not where it was any more."""
        plan = self._plan

        def commit(conn: sqlite3.Connection) -> bool:
            run = runs.get(conn, self._run_id)
            if run is None or run.status != status:
                return True  # it was cancelled: nothing is to be committed
            branch = repositories.find_branch(conn, plan.repository_id, target.branch)
            if (None if branch is None else branch.commit_id) != target.head:
                return False
            made = repositories.commit_file(
                conn,
                plan.repository_id,
                target.branch,
                plan.target_path,
                blob,
                plan.commit_message,
                AUTHOR,
                EMAIL,
                create_from=plan.source_commit,
            )
            result = {
                "closing_commit": asdict(made),
                "target_branch": target.branch,
                "conflict_target_branch": target.branch if target.is_conflict else None,
            }
            conclude(conn, result)
            return True

        return await self._db.write(commit)


def end_of_rows(total: int, failed: int, finishes: bool) -> RunStatus:
    """What follows once no row is pending: some success is enough, and no row is no failure.

    Args:
        total: How many rows the run has.
        failed: How many of them failed.
        finishes: Whether there is something to commit.
    """
    if total > 0 and failed == total:
        return "errored"
    return "committing" if finishes else "completed"


@frozen
class _Target:
    """Where a result goes.

    Args:
        branch: The branch.
        head: The commit that it is at; None if it is to be made from the source commit.
        base: The table that gets the column.
        is_conflict: Whether the branch stands in for the one that was asked for.
    """

    branch: str
    head: str | None
    base: Table
    is_conflict: bool = False


class _Rows:
    """Reads rows of a table by ascending index, going through the file once."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = columns
        self._batches: Generator[Batch] | None = None
        self._begin = self._end = 0
        self._values: dict[str, list[object]] = {}

    def read(self, indices: Sequence[int]) -> Iterator[tuple[int, Mapping[str, object]]]:
        for index in indices:
            if self._columns:
                self._go_to(index)
            yield index, {name: self._values[name][index - self._begin] for name in self._columns}

    def close(self) -> None:
        if self._batches is not None:
            self._batches.close()

    def _go_to(self, index: int) -> None:
        if self._batches is None:
            self._begin = self._end = index
            at_once = rows_at_once(self._table)
            self._batches = self._table.batches(self._columns, start=index, size=at_once)
        while index >= self._end:
            batch = next(self._batches)
            self._begin, self._end = self._end, self._end + batch.num_rows
            if index < self._end:
                self._values = {name: column_values(batch, name) for name in self._columns}


def _call(template: PromptTemplate, index: int, row: Mapping[str, object]) -> RowCall:
    try:
        return RowCall(index, prompt=template.render(row))
    except RuleError as error:
        return RowCall(index, error=str(error))
    except Exception:
        log.exception("the prompt of row %s cannot be made", index)
        return RowCall(index, error=UNEXPECTED)


def _same_rows(one: Table, other: Table, columns: Sequence[str]) -> bool:
    """Whether two tables have as many rows, and read the same in some columns.

    What counts is the text that a prompt shows, for the two may be of different formats.
    """
    if one.row_count != other.row_count or not set(columns) <= set(other.names):
        return False
    if not columns:
        return True
    at_once = min(rows_at_once(one), rows_at_once(other))
    read = (table.batches(columns, size=at_once) for table in (one, other))
    pairs = zip(*read, strict=True)
    return all(_same_column(a, b, name) for a, b in pairs for name in columns)


def _same_column(one: Batch, other: Batch, name: str) -> bool:
    if one.column(name).equals(other.column(name)):
        return True
    try:
        return [to_text(value) for value in column_values(one, name)] == [
            to_text(value) for value in column_values(other, name)
        ]
    except RuleError:
        return False
