"""Evaluations: a config run over a dataset, and every log judged."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, check_names, ids, path_id, present, word
from oxloop.humanloop._paging import PAGE_SIZE, Page, Pages, check_size, every, page
from oxloop.humanloop.details import CreatedLog, EvaluationDatapoint, EvaluationResult
from oxloop.humanloop.runs import HumanloopRuns, Known, NewEvaluation, provider_keys, run_state
from oxloop.humanloop.tables import datapoints
from oxloop.runs import AsyncEvaluationRun, EvaluationRun, RunState, bound, bound_async

if TYPE_CHECKING:
    from oxloop._http import Response


class EvaluationQuery(TypedDict, total=False):
    """Which evaluations to list; a field that is None counts as not given.

    Attributes:
        ids: Only these evaluations.
        start_date: Only what was created after this day.
        end_date: Only what was created before this day.
        statuses: Only what is ``pending``, ``running``, ``completed`` or ``cancelled``.
        datasets: Only what runs over one of these datasets, by name.
        configs: Only what runs one of these configs, by name.
        sort: What to sort by, most important first: a column, a dot, and ``asc`` or ``desc``.
            Columns are ``dataset``, ``config``, ``status`` and ``evaluator-`` with an id.
        page_size: Evaluations fetched at a time.
    """

    ids: Sequence[str] | None
    start_date: date | None
    end_date: date | None
    statuses: Sequence[str] | None
    datasets: Sequence[str] | None
    configs: Sequence[str] | None
    sort: Sequence[str] | None
    page_size: int


def list_all(core: Core, project_id: str, query: EvaluationQuery) -> Flow[None]:
    """Emit each evaluation of a project that fits."""
    from oxloop_api.humanloop.api.evaluations import list_evaluations
    from oxloop_api.humanloop.models.evaluation_status import EvaluationStatus

    check_names("evaluations.list", query, EvaluationQuery)
    statuses = query.get("statuses")
    if statuses is not None:
        statuses = [word(EvaluationStatus, "statuses", one) for one in ids("statuses", statuses)]
    fields = present(
        project_id=project_id,
        id=query.get("ids"),
        start_date=query.get("start_date"),
        end_date=query.get("end_date"),
        status_filter=statuses,
        dataset_filter=query.get("datasets"),
        config_filter=query.get("configs"),
        sort=query.get("sort"),
    )
    page_size = check_size(query.get("page_size", PAGE_SIZE))
    known = Known(project_id=project_id)

    def parse(response: "Response") -> Page:
        return page(
            list_evaluations.parse_response(response),
            lambda found, place: run_state(found, known, place),
        )

    def ask(number: int, size: int) -> Flow[Page]:
        return call(core, list_evaluations.build_request(page=number, size=size, **fields), parse)

    return every(Pages(ask, page_size, first=0))


def add_log(
    core: Core, evaluation_id: str, datapoint_id: str, fields: Mapping[str, Any]
) -> Flow[CreatedLog]:
    """Send an answer to a datapoint."""
    from oxloop_api.humanloop.api.evaluations import log_to_evaluation
    from oxloop_api.humanloop.models.create_evaluation_log_request import CreateEvaluationLogRequest
    from oxloop_api.humanloop.models.log_request import LogRequest

    new = CreateEvaluationLogRequest(datapoint_id=datapoint_id, log=body(LogRequest, fields, "log"))
    request = log_to_evaluation.build_request(path_id("evaluation_id", evaluation_id), body=new)

    def parse(response: "Response") -> CreatedLog:
        return _reading.created_log(log_to_evaluation.parse_response(response))

    return (yield from call(core, request, parse))


def answer(
    output: str | None, error: str | None, log: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """The fields of a log, out of what a caller gives of it."""
    short = present(output=output, error=error)
    if bool(short) == (log is not None):
        raise ConfigurationError(
            "Give either output= or error=, or log= with all that is known of the answer."
        )
    return short if log is None else log


def add_result(
    core: Core,
    evaluation_id: str,
    log_id: str,
    evaluator_id: str,
    result: bool | float | None,
    error: str | None,
) -> Flow[EvaluationResult]:
    """Send what an external evaluator found."""
    from oxloop_api.humanloop.api.evaluations import add_evaluation_result
    from oxloop_api.humanloop.models.create_evaluation_result_log_request import (
        CreateEvaluationResultLogRequest,
    )

    if (result is None) == (error is None):
        raise ConfigurationError("Give either result= or error=.")
    if not isinstance(result, bool | int | float | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"result={result!r} cannot be sent: the API takes true, false or a number."
        )
    new = present(log_id=log_id, evaluator_id=evaluator_id, result=result, error=error)
    request = add_evaluation_result.build_request(
        path_id("evaluation_id", evaluation_id), body=body(CreateEvaluationResultLogRequest, new)
    )

    def parse(response: "Response") -> EvaluationResult:
        return _reading.result(add_evaluation_result.parse_response(response))

    return (yield from call(core, request, parse))


def list_datapoints(core: Core, evaluation_id: str, page_size: int) -> Flow[None]:
    """Emit each datapoint of an evaluation, with its log and its results."""
    path_id("evaluation_id", evaluation_id)
    return every(datapoints(core, evaluation_id, check_size(page_size)))


class Evaluations(SyncResource):
    """Evaluations: a config run over a dataset, and every log judged."""

    @property
    def _runs(self) -> HumanloopRuns:
        return HumanloopRuns(self._core)

    def create(
        self,
        project_id: str,
        *,
        config_id: str,
        evaluator_ids: Sequence[str],
        dataset_id: str,
        hl_generated: bool | None = None,
        name: str | None = None,
        provider_api_keys: Mapping[str, str] | None = None,
    ) -> EvaluationRun:
        """Start a run of a config over a dataset.

        As on the page "Create an evaluation" of the Humanloop v4 reference.

        Args:
            project_id: The project, whose id starts with ``pr_``.
            config_id: The config to run.
            evaluator_ids: Who judges the logs, one evaluator at least.
            dataset_id: The dataset to run over, in its latest version.
            hl_generated: Whether the service makes the logs, as it does if this is not given. If
                not, send them with ``log``.
            name: A name for people, which no other evaluation of the project has.
            provider_api_keys: Keys of model providers, for this run alone: they are not kept, and
                appear in no error and no log of this package.

        Returns:
            The run; ``wait()`` for its end.

        Raises:
            ConfigurationError: Something given cannot work; nothing was sent.
            NotFoundError: There is no such project.
            UnprocessableEntityError: There is no such config, dataset or evaluator, or the name is
                taken; ``errors`` says which.

        Example:
            >>> run = humanloop.evaluations.create(
            ...     project.id, config_id=config.id, dataset_id=dataset.id,
            ...     evaluator_ids=[evaluator.id],
            ... )
            >>> print(run.wait(progress=True).aggregates)
        """
        wanted = NewEvaluation(
            config_id=config_id,
            evaluator_ids=evaluator_ids,
            dataset_id=dataset_id,
            hl_generated=hl_generated,
            name=name,
            provider_api_keys=provider_keys(provider_api_keys),
        )
        return self._bound(self._driver.run(self._runs.create(project_id, wanted)))

    def get(self, evaluation_id: str) -> EvaluationRun:
        """Return a run as it is now, with its aggregates and its progress.

        The API does not tell the progress: it is counted on the run's datapoints, which takes up
        to 5 more requests, and of a completed run one for each 100 datapoints. As on the page "Get
        an evaluation" of the Humanloop v4 reference.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.

        Raises:
            NotFoundError: There is no such run.

        Example:
            >>> humanloop.evaluations.get("ev_…").aggregates
        """
        return self._bound(self._driver.run(self._runs.get(evaluation_id)))

    def list(self, project_id: str, **query: Unpack[EvaluationQuery]) -> Iterator[EvaluationRun]:
        """Iterate over a project's runs; a page is fetched when its first run is asked for.

        Their aggregates and their progress are None: ``refresh()`` asks for them.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            project_id: The project, whose id starts with ``pr_``.
            query: Which runs, and in which order: see ``EvaluationQuery``.

        Example:
            >>> for run in humanloop.evaluations.list(project.id, statuses=["completed"]):
            ...     print(run.id, run.humanloop.config.name)
        """
        return map(self._bound, self._driver.iterate(list_all(self._core, project_id, query)))

    def datapoints(
        self, evaluation_id: str, *, page_size: int = PAGE_SIZE
    ) -> Iterator[EvaluationDatapoint]:
        """Iterate over a run's datapoints, each with its log and what evaluators said of it.

        A page is fetched when its first datapoint is asked for.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.
            page_size: Datapoints fetched at a time.

        Example:
            >>> for found in humanloop.evaluations.datapoints(run.id):
            ...     print(found.datapoint.inputs, found.log and found.log.output)
        """
        return self._driver.iterate(list_datapoints(self._core, evaluation_id, page_size))

    def log(
        self,
        evaluation_id: str,
        datapoint_id: str,
        output: str | None = None,
        *,
        error: str | None = None,
        log: Mapping[str, Any] | None = None,
    ) -> CreatedLog:
        """Send an answer to one of a run's datapoints. The run has to be ``running``.

        The evaluators that the service runs then judge it. As on the page "Log" of evaluations in
        the Humanloop v4 reference.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.
            datapoint_id: The datapoint.
            output: What the model answered.
            error: Why there is no answer.
            log: All that is known of the answer, as the fields of a log, instead.

        Returns:
            Where the log was kept; its ``id`` is what ``result`` takes.

        Raises:
            ConfigurationError: A field is unknown, or it is not clear what to send.
            BadRequestError: The run is not running.

        Example:
            >>> kept = humanloop.evaluations.log(run.id, datapoint.id, "positive")
        """
        fields = answer(output, error, log)
        return self._driver.run(add_log(self._core, evaluation_id, datapoint_id, fields))

    def result(
        self,
        evaluation_id: str,
        log_id: str,
        evaluator_id: str,
        *,
        result: bool | float | None = None,
        error: str | None = None,
    ) -> EvaluationResult:
        """Send what an external evaluator found about a log. The run has to be ``running``.

        As on the page "Result" of evaluations in the Humanloop v4 reference.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.
            log_id: The log, one of the run's.
            evaluator_id: Who judged, one of the run's evaluators.
            result: The judgment.
            error: Why there is none, instead.

        Raises:
            ConfigurationError: Neither or both are given, or the judgment is text.
            BadRequestError: The run is not running.

        Example:
            >>> humanloop.evaluations.result(run.id, kept.id, evaluator.id, result=True)
        """
        flow = add_result(self._core, evaluation_id, log_id, evaluator_id, result, error)
        return self._driver.run(flow)

    def update_status(self, evaluation_id: str, status: str) -> EvaluationRun:
        """Start a run, complete it, open it again or stop it.

        As on the page "Update Status" of evaluations in the Humanloop v4 reference.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.
            status: ``running``, from ``pending`` or ``completed``; ``completed``, from
                ``running``; ``cancelled``, from ``pending`` or ``running``.

        Returns:
            The run as it is afterwards.

        Raises:
            BadRequestError: The run's status does not allow it.

        Example:
            >>> run = humanloop.evaluations.update_status(run.id, "completed")
        """
        return self._bound(self._driver.run(self._runs.set_status(evaluation_id, status)))

    def add_evaluators(self, evaluation_id: str, evaluator_ids: Sequence[str]) -> EvaluationRun:
        """Have more evaluators judge a run; one that it has already stays as it is.

        As on the page "Add Evaluators" of evaluations in the Humanloop v4 reference.

        Args:
            evaluation_id: The run's id, which starts with ``ev_``.
            evaluator_ids: The evaluators to add.

        Returns:
            The run as it is afterwards.

        Raises:
            NotFoundError: There is no such run.

        Example:
            >>> run = humanloop.evaluations.add_evaluators(run.id, [evaluator.id])
        """
        flow = self._runs.add_evaluators(evaluation_id, evaluator_ids)
        return self._bound(self._driver.run(flow))

    def _bound(self, state: RunState) -> EvaluationRun:
        return bound(state, self._runs, self._driver)


class AsyncEvaluations(AsyncResource):
    """Evaluations, as ``Evaluations`` has them, awaited."""

    @property
    def _runs(self) -> HumanloopRuns:
        return HumanloopRuns(self._core)

    async def create(
        self,
        project_id: str,
        *,
        config_id: str,
        evaluator_ids: Sequence[str],
        dataset_id: str,
        hl_generated: bool | None = None,
        name: str | None = None,
        provider_api_keys: Mapping[str, str] | None = None,
    ) -> AsyncEvaluationRun:
        """Start a run of a config over a dataset, as ``Evaluations.create`` does."""
        wanted = NewEvaluation(
            config_id=config_id,
            evaluator_ids=evaluator_ids,
            dataset_id=dataset_id,
            hl_generated=hl_generated,
            name=name,
            provider_api_keys=provider_keys(provider_api_keys),
        )
        return self._bound(await self._driver.run(self._runs.create(project_id, wanted)))

    async def get(self, evaluation_id: str) -> AsyncEvaluationRun:
        """Return a run as it is now, as ``Evaluations.get`` does."""
        return self._bound(await self._driver.run(self._runs.get(evaluation_id)))

    def list(
        self, project_id: str, **query: Unpack[EvaluationQuery]
    ) -> AsyncIterator[AsyncEvaluationRun]:
        """Iterate over a project's runs with ``async for``, as ``Evaluations.list`` does."""
        return self._each_bound(list_all(self._core, project_id, query))

    def datapoints(
        self, evaluation_id: str, *, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[EvaluationDatapoint]:
        """Iterate over a run's datapoints, as ``Evaluations.datapoints`` does: ``async for``."""
        return self._driver.iterate(list_datapoints(self._core, evaluation_id, page_size))

    async def log(
        self,
        evaluation_id: str,
        datapoint_id: str,
        output: str | None = None,
        *,
        error: str | None = None,
        log: Mapping[str, Any] | None = None,
    ) -> CreatedLog:
        """Send an answer to one of a run's datapoints, as ``Evaluations.log`` does."""
        fields = answer(output, error, log)
        return await self._driver.run(add_log(self._core, evaluation_id, datapoint_id, fields))

    async def result(
        self,
        evaluation_id: str,
        log_id: str,
        evaluator_id: str,
        *,
        result: bool | float | None = None,
        error: str | None = None,
    ) -> EvaluationResult:
        """Send what an external evaluator found, as ``Evaluations.result`` does."""
        flow = add_result(self._core, evaluation_id, log_id, evaluator_id, result, error)
        return await self._driver.run(flow)

    async def update_status(self, evaluation_id: str, status: str) -> AsyncEvaluationRun:
        """Start, complete, open again or stop a run, as ``Evaluations.update_status`` does."""
        return self._bound(await self._driver.run(self._runs.set_status(evaluation_id, status)))

    async def add_evaluators(
        self, evaluation_id: str, evaluator_ids: Sequence[str]
    ) -> AsyncEvaluationRun:
        """Have more evaluators judge a run, as ``Evaluations.add_evaluators`` does."""
        flow = self._runs.add_evaluators(evaluation_id, evaluator_ids)
        return self._bound(await self._driver.run(flow))

    def _bound(self, state: RunState) -> AsyncEvaluationRun:
        return bound_async(state, self._runs, self._driver)

    async def _each_bound(self, flow: Flow[None]) -> AsyncIterator[AsyncEvaluationRun]:
        async with aclosing(self._driver.iterate(flow)) as states:
            async for state in states:
                yield self._bound(state)
