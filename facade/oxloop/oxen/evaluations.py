"""Evaluations: a model run over every row of a data file."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from attrs import evolve, frozen

from oxloop._checks import by_the_rules
from oxloop._decode import integer
from oxloop._extensions import CANCEL, COMMIT, LIST, ROWS
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Emit, Flow
from oxloop.errors import APIError, ConfigurationError
from oxloop.oxen._names import Location, ModelNames, location, repository
from oxloop.oxen._reading import extended_state, run_state
from oxloop.oxen.details import OxenDetails
from oxloop.rules.columns import check_target_column
from oxloop.rules.paths import check_segments
from oxloop.runs import (
    AsyncEvaluationRun,
    EvaluationRun,
    RunState,
    RunTarget,
    bound,
    bound_async,
)

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire

    from oxloop._drivers import AsyncDriver, SyncDriver
    from oxloop._http import Response
    from oxloop.oxen.preview import Preview
    from oxloop.oxen.tables import OxenTable


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

    def with_core(self, core: Core) -> "OxenRuns":
        """Return the same with other settings."""
        return OxenRuns(core, self.names)

    def create(self, repo: str, where: Location, wanted: NewEvaluation) -> Flow[RunState]:
        """Ask for a new run, and make sure that the server read the file's name as it was meant."""
        from oxloop_api.oxen.api.evaluations import create_evaluation

        from oxloop.oxen import models

        namespace, repo_name = repository(repo)
        wanted.check()
        model_id = yield from models.resolve(self.core, self.names, wanted.model)
        request = create_evaluation.build_request(
            namespace, repo_name, where.revision, where.path, body=wanted.body(model_id)
        )

        def parse(response: "Response") -> RunState:
            return run_state(repo, create_evaluation.parse_response(response).evaluation)

        try:
            run = self._seen((yield from call(self.core, request, parse)))
        except APIError as error:
            _name_model(error, model_id, wanted.model)
            raise
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
        from oxloop_api.extensions.api.oxen import cancel_evaluation

        yield from self._need(
            CANCEL,
            "no way to cancel a run",
            "can create an evaluation and get it; on the hub, a run is cancelled on its web page",
        )
        return (yield from self._change(run, cancel_evaluation, cancel_evaluation.build_request))

    def commit(self, run: RunState, target: RunTarget) -> Flow[RunState]:
        """Commit what a run was answered, where the server can."""
        from oxloop_api.extensions.api.oxen import commit_evaluation
        from oxloop_api.extensions.models.commit_evaluation_request import CommitEvaluationRequest

        fields = {
            "target_branch": target.branch,
            "target_path": target.path,
            "commit_message": target.message,
        }
        with by_the_rules():
            for name in ("target_branch", "target_path"):
                if (value := fields[name]) is not None:
                    check_segments(name, value, multi=True)
        yield from self._need(
            COMMIT,
            "no way to commit a run's results afterwards",
            "commits the results of a run that is created with auto_commit=True; on the hub, "
            "others are committed on the run's web page",
        )
        given = {name: value for name, value in fields.items() if value is not None}
        build = partial(
            commit_evaluation.build_request, body=CommitEvaluationRequest.from_dict(given)
        )
        return (yield from self._change(run, commit_evaluation, build))

    def rows(self, run: RunState) -> Flow[None]:
        """Emit what became of each row of a run, where the server tells."""
        yield from self._need(
            ROWS,
            "no way to read what became of single rows",
            "tells of a run's progress as a whole; the results of a completed run are in its file",
        )
        from oxloop.oxen.row_states import RowStates

        states = RowStates(self.core, _details(run).repo, run.id)
        while rows := (yield from states.more()):
            for row in rows:
                yield Emit(row)

    def provide_keys(self, run: RunState, keys: Mapping[str, str]) -> Flow[RunState]:  # noqa: ARG002
        """Nothing: a run on Oxen comes with no keys."""
        yield from ()
        raise ConfigurationError(
            f"Evaluation {run.id} is called for with the server's own keys. provide_keys() is for "
            "runs on Humanloop."
        )

    def list(self, repo: str, page_size: int) -> Flow[None]:
        """Emit the runs of a repository, the newest first, where the server lists them."""
        from oxloop_api.extensions.api.oxen import list_evaluations

        if page_size < 1:
            raise ConfigurationError(f"page_size={page_size} is not usable; give 1 or more.")

        def parse(response: "Response") -> tuple[list[RunState], int]:
            found = list_evaluations.parse_response(response)
            total = integer(found.pagination.total_pages, "pagination.total_pages")
            return [extended_state(repo, one) for one in found.evaluations], total

        where = repository(repo)
        yield from self._need(
            LIST,
            "no list of evaluations",
            "can get an evaluation by its id; on the hub, they are listed on the repository's page",
        )
        seen: set[str] = set()
        number, total = 1, 1
        while number <= total:
            request = list_evaluations.build_request(*where, page=number, page_size=page_size)
            runs, total = yield from call(self.core, request, parse)
            # A run that is created meanwhile moves those that were read to the next page.
            for run in (run for run in runs if run.id not in seen):
                seen.add(run.id)
                yield Emit(self._seen(run))
            number += 1

    def execution(
        self,
        run: RunState,
        function: object,  # noqa: ARG002 - the same for every provider
        evaluators: object,  # noqa: ARG002
        concurrency: int,  # noqa: ARG002
    ) -> NoReturn:
        """Refuse: on Oxen, the server asks the model."""
        raise ConfigurationError(
            f"Evaluation {run.id} is one of Oxen, where the server asks the model itself: wait() "
            "for it. For answers of your own, read the file with oxen.data_frames.rows and upload "
            "it with the new column; or run an evaluation of Humanloop's API with "
            "hl_generated=False, on Humanloop.local()."
        )

    def table(self, run: RunState) -> "OxenTable":
        """Return what a run produced."""
        from oxloop.oxen.tables import OxenTable

        if run.status != "completed" and run.commit is None:
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
            return run_state(repo, get_evaluation.parse_response(response).evaluation)

        request = get_evaluation.build_request(*repository(repo), run_id)
        return self._seen((yield from call(core, request, parse)))

    def _need(self, feature: str, lack: str, instead: str) -> Flow[None]:
        """Refuse what the server does not offer, and say what the documented API has instead."""
        if feature not in (yield from self.core.features()):
            raise ConfigurationError(
                f"{self.core.target.base_url} offers {lack}. The documented API of Oxen.ai "
                f"{instead}."
            )

    def _change(
        self, run: RunState, operation: Any, build: Callable[..., dict[str, Any]]
    ) -> Flow[RunState]:
        """Do something to a run that may be done twice; answers the run as it is then."""
        repo = _details(run).repo

        def parse(response: "Response") -> RunState:
            return extended_state(repo, operation.parse_response(response).evaluation)

        request = build(*repository(repo), run.id)
        return self._seen((yield from call(self.core, request, parse, idempotent=True)))

    def _seen(self, run: RunState) -> RunState:
        known = self.core.extensions.known
        return run if known is None else evolve(run, capabilities=known)

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


def _name_model(error: APIError, model_id: str, name: str) -> None:
    """Let an error that tells of a model by its id tell the name too that the caller knows."""
    if model_id != name and model_id in error.message:
        error.message = error.message.replace(model_id, f'{model_id}, which stands for "{name}"', 1)
        error.args = (error.message,)


def _given(value: Any) -> Any:
    """A value for the generated layer, which leaves out what is unset."""
    from oxloop_api.oxen.types import UNSET

    return UNSET if value is None else value


def _details(run: RunState) -> OxenDetails:
    assert run.oxen is not None
    return run.oxen


class Evaluations(SyncResource):
    """Evaluations: a model run over every row of a data file."""

    def __init__(self, core: Core, driver: "SyncDriver", names: ModelNames) -> None:
        super().__init__(core, driver)
        self._names = names

    @property
    def _runs(self) -> OxenRuns:
        return OxenRuns(self._core, self._names)

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

    def preview(
        self,
        repo: str,
        resource: str | None = None,
        *,
        prompt: str,
        target_column: str | None = None,
        revision: str | None = None,
        path: str | None = None,
        sample_count: int | None = None,
        rows: int = 5,
    ) -> "Preview":
        """Show what a run would ask, without creating it: nothing is run, and nothing paid.

        The prompt is filled from the file's first rows, and what ``create`` would refuse about the
        prompt and its columns is refused here. It works on every server, as it reads one page of
        the file's rows and no more.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: The file: revision, slash and path, like ``"main/tickets.parquet"``.
            prompt: The prompt template; ``{column}`` is filled in from each row.
            target_column: The column that the answers would be written to, to check its name.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            sample_count: How many rows the run would ask, if not all.
            rows: How many prompts to show, up to 100.

        Returns:
            The prompts of the first rows, and an estimate of the tokens of all.

        Raises:
            ConfigurationError: The prompt reads a column that the file does not have, or something
                else given cannot work.
            NotFoundError: There is no such repository or file.

        Example:
            >>> print(oxen.evaluations.preview(
            ...     "ox/support", "main/tickets.parquet",
            ...     prompt="Which department should answer? {query}",
            ... ))
        """
        from oxloop.oxen.preview import Wanted, preview

        wanted = Wanted(
            prompt=prompt, target_column=target_column, sample_count=sample_count, rows=rows
        )
        where = location(resource, revision, path)
        return self._driver.run(preview(self._core, repo, where, wanted))

    def get(self, repo: str, run_id: str) -> EvaluationRun:
        """Return a run as it is now.

        As on the page "Get evaluation status" of the Oxen.ai documentation.

        Args:
            repo: The repository, like ``"ox/support"``.
            run_id: The run's id.

        Raises:
            NotFoundError: There is no such run.

        Example:
            >>> oxen.evaluations.get("ox/support", run_id).status
        """
        return self._bound(self._driver.run(self._runs.get(repo, run_id)))

    def list(self, repo: str, *, page_size: int = 100) -> Iterator[EvaluationRun]:
        """Iterate over the runs of a repository, the newest first; asks for a page at a time.

        This is an extension of the local service; Oxen's documented API has no list.

        Args:
            repo: The repository, like ``"ox/support"``.
            page_size: Runs to ask for at a time.

        Raises:
            ConfigurationError: The server offers no list.
            NotFoundError: There is no such repository.

        Example:
            >>> for run in oxen.evaluations.list("ox/support"):
            ...     print(run.id, run.name, run.status)
        """
        for state in self._driver.iterate(self._runs.list(repo, page_size)):
            yield self._bound(state)

    def _bound(self, state: RunState) -> EvaluationRun:
        return bound(state, self._runs, self._driver)


class AsyncEvaluations(AsyncResource):
    """Evaluations, as ``Evaluations`` has them, awaited."""

    def __init__(self, core: Core, driver: "AsyncDriver", names: ModelNames) -> None:
        super().__init__(core, driver)
        self._names = names

    @property
    def _runs(self) -> OxenRuns:
        return OxenRuns(self._core, self._names)

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

    async def preview(
        self,
        repo: str,
        resource: str | None = None,
        *,
        prompt: str,
        target_column: str | None = None,
        revision: str | None = None,
        path: str | None = None,
        sample_count: int | None = None,
        rows: int = 5,
    ) -> "Preview":
        """Show what a run would ask, as ``Evaluations.preview`` does."""
        from oxloop.oxen.preview import Wanted, preview

        wanted = Wanted(
            prompt=prompt, target_column=target_column, sample_count=sample_count, rows=rows
        )
        where = location(resource, revision, path)
        return await self._driver.run(preview(self._core, repo, where, wanted))

    async def get(self, repo: str, run_id: str) -> AsyncEvaluationRun:
        """Return a run as it is now, as ``Evaluations.get`` does."""
        return self._bound(await self._driver.run(self._runs.get(repo, run_id)))

    async def list(self, repo: str, *, page_size: int = 100) -> AsyncIterator[AsyncEvaluationRun]:
        """Iterate over the runs of a repository, as ``Evaluations.list`` does."""
        async for state in self._driver.iterate(self._runs.list(repo, page_size)):
            yield self._bound(state)

    def _bound(self, state: RunState) -> AsyncEvaluationRun:
        return bound_async(state, self._runs, self._driver)
