"""Evaluations: a model run over every row of a data file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from attrs import evolve, frozen

from oxloop._checks import by_the_rules
from oxloop._decode import (
    ShapeError,
    extras,
    known,
    maybe_integer,
    maybe_moment,
    maybe_number,
    maybe_text,
    part,
)
from oxloop._extensions import CANCEL
from oxloop._flow import Core, call
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.oxen import models
from oxloop.oxen._names import Location, location, repository
from oxloop.oxen.details import OxenDetails
from oxloop.oxen.models import ModelNames
from oxloop.oxen.tables import OxenTable
from oxloop.rules.columns import check_target_column
from oxloop.rules.paths import check_segments
from oxloop.runs import (
    AsyncEvaluationRun,
    EvaluationRun,
    Progress,
    RunState,
    Usage,
    bound,
    bound_async,
    common_status,
)

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset

    from oxloop._drivers import AsyncDriver, SyncDriver
    from oxloop._http import Response


@frozen(kw_only=True)
class NewEvaluation:
    """What a caller asks for; None means not given, and is not sent.

    The fields are those of the page "Create an evaluation" of the Oxen.ai documentation.
    """

    model: str
    prompt: str
    target_column: str
    input_type: str
    output_type: str
    target_branch: str | None
    target_path: str | None
    auto_commit: bool | None
    commit_message: str | None
    is_sample: bool | None
    sample_count: int | None
    batch_size: int | None
    name: str | None

    def check(self) -> None:
        """Refuse what cannot work, before anything is sent."""
        for name in ("model", "prompt", "input_type", "output_type"):
            if not getattr(self, name):
                raise ConfigurationError(f"{name}= is empty; give it a value.")
        for name in ("sample_count", "batch_size"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigurationError(f"{name}={value} is not usable; give 1 or more.")
        with by_the_rules():
            check_target_column(self.target_column)
            for name in ("target_branch", "target_path"):
                value = getattr(self, name)
                if value is not None:
                    check_segments(name, value, multi=True)

    def body(self, model_id: str) -> "wire.CreateEvaluationRequest":
        """The request's body."""
        from oxloop_api.oxen.models.create_evaluation_request import CreateEvaluationRequest
        from oxloop_api.oxen.models.input_type import InputType
        from oxloop_api.oxen.models.output_type import OutputType

        optional = (
            "target_branch",
            "target_path",
            "auto_commit",
            "commit_message",
            "is_sample",
            "sample_count",
            "batch_size",
            "name",
        )
        return CreateEvaluationRequest(
            prompt=self.prompt,
            input_type=InputType(self.input_type),
            output_type=OutputType(self.output_type),
            model_id=UUID(model_id),
            target_column=self.target_column,
            **{name: _given(getattr(self, name)) for name in optional},
        )


@frozen
class OxenRuns:
    """What can be done with runs on Oxen."""

    core: Core
    names: ModelNames

    def create(self, repo: str, where: Location, wanted: NewEvaluation) -> Flow[RunState]:
        """Ask for a new run, and make sure that the server read the file's name as it was meant."""
        from oxloop_api.oxen.api.evaluations import create_evaluation

        namespace, repo_name = repository(repo)
        wanted.check()
        model_id = yield from models.resolve(self.core, self.names, wanted.model)
        request = create_evaluation.build_request(
            namespace, repo_name, where.revision, where.path, body=wanted.body(model_id)
        )

        def parse(response: "Response") -> RunState:
            return _run(repo, create_evaluation.parse_response(response).evaluation)

        run = self._seen((yield from call(self.core, request, parse)))
        read = run.oxen.path if run.oxen else None
        if where.explicit and read is not None and read != where.path:
            yield from self._misread(run, where)
        return run

    def get(self, repo: str, run_id: str) -> Flow[RunState]:
        """Ask where a run stands."""
        return self._get(self.core, repo, run_id)

    def refresh(self, run: RunState, core: Core) -> Flow[RunState]:
        """Ask where a run stands, with the limits of another core."""
        return self._get(core, _details(run).repo, run.id)

    def cancel(self, run: RunState) -> Flow[RunState]:
        """Stop a run, where the server can."""
        deadline = self.core.time.monotonic() + self.core.policy.total
        features = yield from self.core.extensions.ask(self.core.headers, deadline)
        if CANCEL not in features:
            raise ConfigurationError(
                f"{self.core.target.base_url} offers no way to cancel a run. The documented API "
                "of Oxen.ai can create an evaluation and get it; on the hub, a run is cancelled "
                "on its web page."
            )
        namespace, repo_name = repository(_details(run).repo)
        path = "/x/v1/oxen/repos/{}/{}/evaluations/{}/cancel".format(
            *(quote(part, safe="") for part in (namespace, repo_name, run.id))
        )
        request = {"method": "post", "url": path}
        yield from call(self.core, request, lambda _: None, idempotent=True)
        return (yield from self.refresh(run, self.core))

    def table(self, run: RunState) -> OxenTable:
        """Return what a run produced."""
        if run.status != "completed":
            end = "it has no result" if run.is_final else "wait() for its end first"
            raise ConfigurationError(f"Evaluation {run.id} is {run.status}: {end}.")
        return OxenTable(self.core, run)

    def notice(self, run: RunState) -> str | None:  # noqa: ARG002 - the same for every provider
        """Nothing: the server ends every run by itself."""
        return None

    def failure(self, run: RunState) -> Flow[str | None]:  # noqa: ARG002
        """Nothing: a run that failed has a status that says so."""
        yield from ()
        return None

    def _get(self, core: Core, repo: str, run_id: str) -> Flow[RunState]:
        from oxloop_api.oxen.api.evaluations import get_evaluation

        with by_the_rules():
            check_segments("evaluation_id", run_id, multi=False)

        def parse(response: "Response") -> RunState:
            return _run(repo, get_evaluation.parse_response(response).evaluation)

        request = get_evaluation.build_request(*repository(repo), run_id)
        return self._seen((yield from call(core, request, parse)))

    def _seen(self, run: RunState) -> RunState:
        return evolve(run, capabilities=self.core.extensions.known)

    def _misread(self, run: RunState, where: Location) -> Flow[None]:
        """Raise: the server found another file under the same address."""
        details = _details(run)
        fate = f"the run {run.id} goes on at the server"
        if CANCEL in (self.core.extensions.known or ()):
            yield from self.cancel(run)
            fate = f"the run {run.id} was cancelled"
        raise ConfigurationError(
            f'You meant path="{where.path}" at revision="{where.revision}", but the server read '
            f'path="{details.path}" at "{details.revision}": a branch of that name hides yours; '
            f"{fate}. Name the file by its commit id instead."
        )


def _given(value: Any) -> Any:
    """A value for the generated layer, which leaves out what is unset."""
    from oxloop_api.oxen.types import UNSET

    return UNSET if value is None else value


def _details(run: RunState) -> OxenDetails:
    assert run.oxen is not None
    return run.oxen


def _run(repo: str, answered: "wire.Evaluation | Unset | None") -> RunState:
    """A run, out of the answer's evaluation."""
    found = part(answered, "evaluation")
    run_id = maybe_text(found.id, "evaluation.id")
    raw_status = maybe_text(found.status, "evaluation.status")
    if not run_id or not raw_status:
        raise ShapeError("evaluation.status" if run_id else "evaluation.id", "is missing")
    more = extras(found)
    finished_at = maybe_moment(found.completed_at, "evaluation.completed_at")
    if finished_at is None:
        finished_at = maybe_moment(found.cancelled_at, "evaluation.cancelled_at")
    return RunState(
        id=run_id,
        provider="oxen",
        status=common_status("oxen", raw_status),
        raw_status=raw_status,
        name=maybe_text(found.name, "evaluation.name"),
        progress=_progress(known(found.progress)),
        error=maybe_text(found.error_message, "evaluation.error_message"),
        created_at=maybe_moment(found.inserted_at, "evaluation.inserted_at"),
        started_at=maybe_moment(found.started_at, "evaluation.started_at"),
        finished_at=finished_at,
        usage=_usage(found),
        commit=_closing_commit(more),
        oxen=_oxen_details(repo, found),
        extra=more,
    )


def _progress(found: "wire.EvaluationProgress | None") -> Progress | None:
    if found is None:
        return None
    done = maybe_integer(found.processed, "evaluation.progress.processed")
    total = maybe_integer(found.total, "evaluation.progress.total")
    return Progress(done or 0, total or 0)


def _usage(found: "wire.Evaluation") -> Usage:
    return Usage(
        prompt_tokens=maybe_integer(found.prompt_tokens_used, "evaluation.prompt_tokens_used"),
        completion_tokens=maybe_integer(
            found.completion_tokens_used, "evaluation.completion_tokens_used"
        ),
        total_tokens=maybe_integer(found.tokens_used, "evaluation.tokens_used"),
        credits=maybe_number(found.credits_used, "evaluation.credits_used"),
    )


def _closing_commit(more: Mapping[str, Any]) -> str | None:
    """The commit with the result: a field of older live answers, and of the local service's."""
    commit = more.get("closing_commit")
    found = commit.get("id") if isinstance(commit, dict) else commit  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return found if isinstance(found, str) and found else None


def _oxen_details(repo: str, found: "wire.Evaluation") -> OxenDetails:
    resource = known(found.resource)
    return OxenDetails(
        repo=repo,
        model=_model(found.model),
        prompt=maybe_text(found.prompt, "evaluation.prompt"),
        revision=maybe_text(resource and resource.version, "evaluation.resource.version"),
        path=maybe_text(resource and resource.path, "evaluation.resource.path"),
        target_column=maybe_text(found.target_column, "evaluation.target_column"),
        target_branch=maybe_text(found.target_branch, "evaluation.target_branch"),
        target_path=maybe_text(found.target_path, "evaluation.target_path"),
        is_sample=known(found.is_sample),
        sample_count=maybe_integer(found.sample_count, "evaluation.sample_count"),
    )


def _model(found: "wire.EvaluationModel | str | Unset | None") -> str | None:
    """The model's name; it comes as an object, or in older answers as the name itself."""
    if isinstance(found, str):
        return found
    model = known(found)
    if model is None:
        return None
    name = maybe_text(model.name, "evaluation.model.name")
    return name or maybe_text(model.id, "evaluation.model.id")


class Evaluations:
    """Evaluations: a model run over every row of a data file."""

    def __init__(self, runs: OxenRuns, driver: "SyncDriver") -> None:
        self._runs = runs
        self._driver = driver

    def create(
        self,
        repo: str,
        resource: str | None = None,
        *,
        model: str,
        prompt: str,
        target_column: str,
        revision: str | None = None,
        path: str | None = None,
        target_branch: str | None = None,
        target_path: str | None = None,
        auto_commit: bool | None = None,
        commit_message: str | None = None,
        is_sample: bool | None = None,
        sample_count: int | None = None,
        batch_size: int | None = None,
        name: str | None = None,
        input_type: str = "text",
        output_type: str = "text",
    ) -> EvaluationRun:
        """Start a run; what is not given is left to the server.

        As on the page "Create an evaluation" of the Oxen.ai documentation.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: The file: revision, slash and path, like ``"main/tickets.parquet"``.
            model: The model's name or its uuid.
            prompt: The prompt template; ``{column}`` is filled in from each row.
            target_column: The column that the answers are written to.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            target_branch: The branch that the result is committed to.
            target_path: The path of the result, if not that of the file.
            auto_commit: Whether the result is committed when the run completes. Without, there is
                nothing to read afterwards until somebody commits it.
            commit_message: The message of that commit.
            is_sample: Whether to run the first rows only.
            sample_count: How many rows, if so.
            batch_size: Rows that the server takes at a time.
            name: A name for people.
            input_type: What goes into the model: ``text``, ``image`` or ``video``.
            output_type: What comes out: ``text``, ``image``, ``video`` or ``embeddings``.

        Returns:
            The run; ``wait()`` for its end.

        Raises:
            ConfigurationError: Something given cannot work; nothing was sent. Or the server read
                another file than the one named by ``revision`` and ``path``.
            BadRequestError: The server refuses it, for example for an unknown placeholder.
            NotFoundError: There is no such repository or file.

        Example:
            >>> run = oxen.evaluations.create(
            ...     "ox/support", "main/tickets.parquet",
            ...     model="demo", prompt="Which department should answer? {query}",
            ...     target_column="department", target_branch="eval/first", auto_commit=True,
            ... )
        """
        wanted = NewEvaluation(
            model=model,
            prompt=prompt,
            target_column=target_column,
            input_type=input_type,
            output_type=output_type,
            target_branch=target_branch,
            target_path=target_path,
            auto_commit=auto_commit,
            commit_message=commit_message,
            is_sample=is_sample,
            sample_count=sample_count,
            batch_size=batch_size,
            name=name,
        )
        where = location(resource, revision, path)
        return self._bound(self._driver.run(self._runs.create(repo, where, wanted)))

    def get(self, repo: str, run_id: str) -> EvaluationRun:
        """Return a run as it is now.

        As on the page "Get evaluation status" of the Oxen.ai documentation.

        Args:
            repo: The repository, like ``"ox/support"``.
            run_id: The run's id.

        Raises:
            NotFoundError: There is no such run.
        """
        return self._bound(self._driver.run(self._runs.get(repo, run_id)))

    def _bound(self, state: RunState) -> EvaluationRun:
        return bound(state, self._runs, self._driver)


class AsyncEvaluations:
    """Evaluations, as ``Evaluations`` has them, awaited."""

    def __init__(self, runs: OxenRuns, driver: "AsyncDriver") -> None:
        self._runs = runs
        self._driver = driver

    async def create(
        self,
        repo: str,
        resource: str | None = None,
        *,
        model: str,
        prompt: str,
        target_column: str,
        revision: str | None = None,
        path: str | None = None,
        target_branch: str | None = None,
        target_path: str | None = None,
        auto_commit: bool | None = None,
        commit_message: str | None = None,
        is_sample: bool | None = None,
        sample_count: int | None = None,
        batch_size: int | None = None,
        name: str | None = None,
        input_type: str = "text",
        output_type: str = "text",
    ) -> AsyncEvaluationRun:
        """Start a run, as ``Evaluations.create`` does."""
        wanted = NewEvaluation(
            model=model,
            prompt=prompt,
            target_column=target_column,
            input_type=input_type,
            output_type=output_type,
            target_branch=target_branch,
            target_path=target_path,
            auto_commit=auto_commit,
            commit_message=commit_message,
            is_sample=is_sample,
            sample_count=sample_count,
            batch_size=batch_size,
            name=name,
        )
        where = location(resource, revision, path)
        return self._bound(await self._driver.run(self._runs.create(repo, where, wanted)))

    async def get(self, repo: str, run_id: str) -> AsyncEvaluationRun:
        """Return a run as it is now, as ``Evaluations.get`` does."""
        return self._bound(await self._driver.run(self._runs.get(repo, run_id)))

    def _bound(self, state: RunState) -> AsyncEvaluationRun:
        return bound_async(state, self._runs, self._driver)
