"""What an Oxen evaluation is resolved to when it is created, and everything that refuses it.

The request is the one of the page "Create an evaluation" of Oxen.ai's documentation; what that
leaves open is decided here and said in the refusals.
"""

import sqlite3
from collections.abc import Awaitable, Mapping
from typing import Any, Self

from attrs import asdict, evolve, frozen
from oxloop.rules.columns import check_target_column
from oxloop.rules.errors import RuleError
from oxloop.rules.formats import TableFormat, table_format
from oxloop.rules.models import parse_model_id
from oxloop.rules.paths import check_segments
from oxloop.rules.prompts import PromptTemplate, parse, unknown_sentence

from oxloop_server import stamps
from oxloop_server.engine.files import Files
from oxloop_server.engine.large_rows import rows_at_once
from oxloop_server.engine.outputs import OUTPUT_TYPES, WORDS, OutputType, takes
from oxloop_server.engine.tables import (
    MAX_COLUMNS,
    BadTable,
    Table,
    not_held,
    suffixes_for,
)
from oxloop_server.engine.threads import in_thread
from oxloop_server.engine.values import dtype_word, has_binary, has_unknown_zone
from oxloop_server.models.local import missing
from oxloop_server.models.model import Model
from oxloop_server.models.registry import HOW_TO_ADD, Registry
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories, runs
from oxloop_server.storage.database import Database
from oxloop_server.storage.repositories import Repository, Resolved
from oxloop_server.storage.runs import NewRun, Run

DEFAULTS: Mapping[str, Any] = {
    "auto_commit": False,
    "batch_size": 10,
    "commit_message": None,
    "is_sample": False,
    "name": None,
    "sample_count": 10,
    "target_branch": None,
    "target_path": None,
}
"""The documented defaults; null stands for what the request does not say."""


RUNS_LOOKED_AT = 1000
"""Of a repository's runs, how many of the latest are asked whether a column is of their making."""


@frozen(kw_only=True)
class OxenPlan:
    """An evaluation as it will run, whatever happens to branches and requests meanwhile.

    Args:
        repository_id: Where it reads and commits.
        source_branch: The branch that was named; None if a commit was.
        source_commit: The commit that is read.
        source_path: The file that is read.
        source_sha256: Its bytes.
        target_branch: Where the result goes.
        target_path: In which file.
        target_sha256: The bytes of that file on that branch at create; None if it was not there.
        target_column: In which column.
        prompt: The template.
        total: The rows to ask, from the first on.
        batch_size: Rows to claim at a time.
        model: The model's name.
        auto_commit: Whether to commit at the end.
        commit_message: What the commit says.
        output_type: What the model gives.
    """

    repository_id: str
    source_branch: str | None
    source_commit: str
    source_path: str
    source_sha256: str
    target_branch: str
    target_path: str
    target_sha256: str | None
    target_column: str
    prompt: str
    total: int
    batch_size: int
    model: str
    auto_commit: bool
    commit_message: str
    output_type: OutputType = "text"

    @property
    def source_format(self) -> TableFormat:
        """What the source file is."""
        return table_format(self.source_path)

    @property
    def target_format(self) -> TableFormat:
        """What is written."""
        return table_format(self.target_path)

    def to_json(self) -> dict[str, Any]:
        """The plan as it stands in the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, plan: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**plan)


@frozen
class _Found:
    """The bytes to read, and those that are already where the result goes."""

    source_sha256: str
    target_sha256: str | None


async def plan(
    db: Database,
    files: Files,
    registry: Registry,
    repository: Repository,
    resolved: Resolved,
    request: Mapping[str, Any],
) -> NewRun:
    """Check a request to create an evaluation, and resolve it to a run.

    Args:
        db: The database.
        files: The data files.
        registry: The models.
        repository: The repository that the address names.
        resolved: What the address's revision and path mean in it.
        request: The body; it has the form that the contract wants.

    Returns:
        The run, with a new id: to be created in the database and submitted to the engine.

    Raises:
        Refused: If it cannot run; the sentence says what to do.
    """
    asked = {**DEFAULTS, **request}
    _check_kinds(asked)
    target_branch = _target_branch(asked["target_branch"], resolved)
    target_path = asked["target_path"] or resolved.path
    found = await db.read(
        lambda conn: _find_files(conn, repository, resolved, target_branch, target_path)
    )
    source_format = _format(resolved.path, "resource")
    _check_target_path(target_path)
    output: OutputType = asked["output_type"]
    model = _find_model(registry, asked["model_id"], output)
    table = await files.open(repository.tenant_id, found.source_sha256, source_format)
    template = await in_thread(_read_prompt, asked["prompt"], table)
    column: str = asked["target_column"]
    _check_column(column, template)
    await _check_type(db, repository.id, resolved.path, table, column, output, "The file")
    _check_conversion(table, target_path)
    await files.in_turn(repository.tenant_id, rows_at_once, table)
    if found.target_sha256 is not None:
        target = files.open(repository.tenant_id, found.target_sha256, table_format(target_path))
        await _check_target_file(db, repository.id, target_path, target, column, output)
    resolved_plan = OxenPlan(
        repository_id=repository.id,
        source_branch=resolved.branch,
        source_commit=resolved.commit_id,
        source_path=resolved.path,
        source_sha256=found.source_sha256,
        target_branch=target_branch,
        target_path=target_path,
        target_sha256=found.target_sha256,
        target_column=column,
        prompt=asked["prompt"],
        total=min(asked["sample_count"], table.row_count)
        if asked["is_sample"]
        else table.row_count,
        batch_size=asked["batch_size"],
        model=model.name,
        auto_commit=asked["auto_commit"],
        commit_message=asked["commit_message"] or f'Add the column "{column}" by {model.name}',
        output_type=output,
    )
    return NewRun(
        id=stamps.new_uuid(),
        api="oxen",
        tenant_id=repository.tenant_id,
        owner_id=repository.id,
        model=model.name,
        request=asked,
        plan=resolved_plan.to_json(),
    )


async def retarget(
    db: Database,
    files: Files,
    tenant_id: str,
    plan: OxenPlan,
    table: Table,
    given: Mapping[str, str],
) -> OxenPlan:
    """Check another target for the answers of a run, and change its plan.

    Args:
        db: The database.
        files: The data files.
        tenant_id: Whose run it is.
        plan: What the run did.
        table: The file that it read.
        given: What is to change: ``target_branch``, ``target_path``, ``commit_message``.

    Raises:
        Refused: If the answers cannot go there.
    """
    branch = given.get("target_branch", plan.target_branch)
    path = given.get("target_path", plan.target_path)
    message = given.get("commit_message") or plan.commit_message
    if (branch, path) == (plan.target_branch, plan.target_path):
        return evolve(plan, commit_message=message)
    repositories.check_branch_name(branch, "target_branch")
    _check_target_path(path)
    _check_conversion(table, path)
    sha256 = await db.read(
        lambda conn: _find_target(conn, plan.repository_id, plan.source_commit, branch, path)
    )
    if sha256 is not None:
        file = files.open(tenant_id, sha256, table_format(path))
        await _check_target_file(
            db, plan.repository_id, path, file, plan.target_column, plan.output_type
        )
    return evolve(
        plan,
        target_branch=branch,
        target_path=path,
        target_sha256=sha256,
        commit_message=message,
    )


def _check_kinds(asked: Mapping[str, Any]) -> None:
    kinds = {"input_type": ("reads", ("text",)), "output_type": ("gives", OUTPUT_TYPES)}
    for field, (verb, known) in kinds.items():
        if asked[field] not in known:
            raise Refused(
                "unsupported",
                f"{field} is '{asked[field]}', but no model here {verb} {asked[field]}: "
                "models here read text, and give text or embeddings.",
                field,
            )


def _target_branch(given: str | None, resolved: Resolved) -> str:
    if given is not None:
        repositories.check_branch_name(given, "target_branch")
        return given
    if resolved.branch is None:
        raise Refused(
            "invalid_params",
            f"The file is read at the commit {resolved.commit_id}, and nothing can be added to a "
            "commit: name a target_branch for the result.",
            "target_branch",
        )
    return resolved.branch


def _find_files(
    conn: sqlite3.Connection,
    repository: Repository,
    resolved: Resolved,
    target_branch: str,
    target_path: str,
) -> _Found:
    source = repositories.get_file(conn, repository.id, resolved)
    target_sha256 = _find_target(
        conn, repository.id, resolved.commit_id, target_branch, target_path
    )
    return _Found(source_sha256=source.sha256, target_sha256=target_sha256)


def _find_target(
    conn: sqlite3.Connection,
    repository_id: str,
    source_commit: str,
    target_branch: str,
    target_path: str,
) -> str | None:
    branch = repositories.find_branch(conn, repository_id, target_branch)
    head = source_commit if branch is None else branch.commit_id
    if reason := repositories.in_the_way(conn, repository_id, head, target_path):
        raise Refused(
            "invalid_params",
            f"There can be no file at the target_path '{target_path}': {reason}",
            "target_path",
        )
    target = repositories.entry(conn, repository_id, head, target_path) if branch else None
    return None if target is None else target.sha256


def _format(path: str, field: str) -> TableFormat:
    try:
        return table_format(path)
    except RuleError as error:
        raise Refused("invalid_params", str(error), field) from error


def _check_target_path(path: str) -> None:
    try:
        check_segments("target_path", path, multi=True)
    except RuleError as error:
        raise Refused("invalid_params", str(error), "target_path") from error
    _format(path, "target_path")


def _find_model(registry: Registry, wanted: str, output: OutputType) -> Model:
    models = registry.all()
    if not models:
        raise Refused(
            "invalid_params", f"No model is registered, so none can run. {HOW_TO_ADD}", "model_id"
        )
    model_id = parse_model_id(wanted)
    model = registry.get(wanted) if model_id is None else registry.by_id(model_id)
    if model is None:
        listed = ", ".join(f'"{found.name}" ({found.id})' for found in models)
        raise Refused(
            "invalid_params", f"No model has the id {wanted}; there are: {listed}.", "model_id"
        )
    if model.output != output or "text" not in model.input:
        raise Refused(
            "unsupported",
            f'The model "{model.name}" turns {" and ".join(model.input)} into {model.output}, and '
            f"not text into {output}.",
            "model_id",
        )
    if model.local is not None and (lack := missing(model.local)):
        raise Refused("unsupported", f'The model "{model.name}" cannot run: {lack}', "model_id")
    return model


def _read_prompt(prompt: str, table: Table) -> PromptTemplate:
    template = parse(prompt, table.fields)
    if template.unknown:
        raise Refused("invalid_params", unknown_sentence(template.unknown, table.names), "prompt")
    for column in template.columns_read:
        if has_binary(table.dtype(column)):
            raise Refused(
                "invalid_params",
                f'The prompt reads "{column}", which holds binary data; a prompt is text.',
                "prompt",
            )
        if has_unknown_zone(table.dtype(column)):
            raise Refused(
                "invalid_params",
                f'The prompt reads "{column}", which has the type {table.dtype(column)}: that time '
                "zone is not known here, so its moments cannot be shown.",
                "prompt",
            )
    return template


def _check_column(column: str, template: PromptTemplate) -> None:
    try:
        check_target_column(column)
    except RuleError as error:
        raise Refused("invalid_params", str(error), "target_column") from error
    if column in template.columns_read:
        raise Refused(
            "invalid_params",
            f'The prompt reads "{column}", so the answers cannot be written over it: choose '
            "another target_column.",
            "target_column",
        )


async def _check_type(
    db: Database,
    repository_id: str,
    path: str,
    table: Table,
    column: str,
    output: OutputType,
    where: str,
) -> None:
    dtype = table.dtype(column)
    if dtype is None:
        _check_room(table, where)
        return
    if await in_thread(takes, table, column, output):
        return
    if table.format == "csv" and output == "text":
        # CSV has no types: the answers of a sample may look like numbers.
        latest = await db.read(lambda conn: runs.of_owner(conn, repository_id, RUNS_LOOKED_AT))
        if any(_wrote(run, path, column) for run in latest):
            return
    raise Refused(
        "invalid_params",
        f'{where} has a column "{column}" of type {dtype_word(dtype)}, and the answers are '
        f"{WORDS[output]}: choose another target_column.",
        "target_column",
    )


def _check_room(table: Table, where: str) -> None:
    if len(table.names) >= MAX_COLUMNS:
        raise Refused(
            "invalid_params",
            f"{where} has {len(table.names):,} columns, and the service reads no more of them: "
            "name one of them as target_column, or take out those that nobody needs.",
            "target_column",
        )


def _wrote(run: Run, path: str, column: str) -> bool:
    target = run.plan["target_path"], run.plan["target_column"]
    return run.result is not None and target == (path, column)


def _check_conversion(table: Table, target_path: str) -> None:
    target_format = table_format(target_path)
    if target_format == table.format or (field := not_held(table.schema, target_format)) is None:
        return
    others = suffixes_for(table.schema) or [f".{table.format}"]
    raise Refused(
        "invalid_params",
        f'The column "{field.name}" has the type {field.type}, which "{target_path}" cannot hold: '
        f"choose a target_path that ends with {' or '.join(others)}.",
        "target_path",
    )


async def _check_target_file(
    db: Database,
    repository_id: str,
    target_path: str,
    opening: Awaitable[Table],
    column: str,
    output: OutputType,
) -> None:
    try:
        table = await opening
    except BadTable:
        # It is not a table that a column could be added to, so it will be overwritten.
        return
    where = f'The file "{target_path}" on the target branch'
    await _check_type(db, repository_id, target_path, table, column, output, where)
