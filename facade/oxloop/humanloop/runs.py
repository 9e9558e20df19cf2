"""Runs of evaluations on Humanloop: how they are made, followed and ended."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from attrs import evolve, field, frozen

from oxloop._decode import integer, known, maybe_number, maybe_text, part
from oxloop._extensions import PROGRESS, PROVIDER_KEYS
from oxloop._flow import Core, call
from oxloop._secret import Secret
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError, TimeoutError  # noqa: A004 - this package's own
from oxloop.humanloop import _reading
from oxloop.humanloop._fields import Fields
from oxloop.humanloop._giving import body, ids, path_id, present, word
from oxloop.humanloop.counting import count
from oxloop.humanloop.details import HumanloopDetails
from oxloop.humanloop.tables import HumanloopTable, error_of_all
from oxloop.humanloop.tally import Tally
from oxloop.runs import Progress, RunState, RunTarget, Usage, common_status

if TYPE_CHECKING:
    from oxloop_api.extensions import models as extensions
    from oxloop_api.humanloop import models as wire

    from oxloop._http import Response
    from oxloop.humanloop.execution import HumanloopExecution
    from oxloop.runs import AnswerFunction, EvaluatorFunction


@frozen(kw_only=True)
class NewEvaluation:
    """What a caller asks for; None means not given, and is not sent.

    The fields are those of the page "Create an evaluation" of the Humanloop v4 reference.
    """

    config_id: str
    evaluator_ids: Sequence[str]
    dataset_id: str
    hl_generated: bool | None
    name: str | None
    provider_api_keys: Mapping[str, Secret] = field(repr=False)

    def body(self) -> "wire.CreateEvaluationRequest":
        """The request's body."""
        from oxloop_api.humanloop.models.create_evaluation_request import CreateEvaluationRequest

        keys = {name: key.reveal() for name, key in self.provider_api_keys.items()}
        fields = present(
            config_id=self.config_id,
            evaluator_ids=ids("evaluator_ids", self.evaluator_ids),
            dataset_id=self.dataset_id,
            hl_generated=self.hl_generated,
            name=self.name,
            provider_api_keys=keys or None,
        )
        return body(CreateEvaluationRequest, fields)


def provider_keys(given: Mapping[str, str] | None) -> dict[str, Secret]:
    """Wrap keys of model providers, so that they cannot be shown by mistake.

    Raises:
        ConfigurationError: One of them is no text or empty.
    """
    keys = dict(given or {})
    for name, key in keys.items():
        if not isinstance(key, str) or not key.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(
                f"The key in provider_api_keys[{name!r}] is no text or empty; leave it out or "
                "give the key."
            )
    return {name: Secret(key) for name, key in keys.items()}


@frozen(kw_only=True)
class Known:
    """What is known of a run that the API does not answer.

    Attributes:
        name: Its name.
        project_id: Its project.
        hl_generated: Whether the service makes the logs.
        tally: What was counted so far.
    """

    name: str | None = None
    project_id: str | None = None
    hl_generated: bool | None = None
    tally: Tally = field(factory=Tally)


@frozen
class HumanloopRuns:
    """What can be done with runs on Humanloop."""

    core: Core

    def with_core(self, core: Core) -> "HumanloopRuns":
        """Return the same with other settings."""
        return HumanloopRuns(core)

    def create(self, project_id: str, wanted: NewEvaluation) -> Flow[RunState]:
        """Ask for a new run."""
        from oxloop_api.humanloop.api.evaluations import create_evaluation

        request = create_evaluation.build_request(
            path_id("project_id", project_id), body=wanted.body()
        )
        known = Known(
            project_id=project_id,
            hl_generated=wanted.hl_generated is not False,
            name=wanted.name,
        )

        def parse(response: "Response") -> RunState:
            return run_state(create_evaluation.parse_response(response), known)

        secrets = wanted.provider_api_keys.values()
        run = self._seen((yield from call(self.core, request, parse, secrets=secrets)))
        total = _size(_details(run))
        return evolve(run, aggregates=run.aggregates or (), progress=Progress(0, total))

    def get(self, run_id: str) -> Flow[RunState]:
        """Ask where a run stands."""
        return self._get(self.core, run_id, Known())

    def refresh(self, run: RunState, core: Core) -> Flow[RunState]:
        """Ask where a run stands, with the limits of another core."""
        return self._get(core, run.id, _known(run))

    def cancel(self, run: RunState) -> Flow[RunState]:
        """Stop a run."""
        return self._set_status(run.id, "cancelled", _known(run))

    def set_status(self, run_id: str, status: str) -> Flow[RunState]:
        """Start a run, complete it, open it again or stop it."""
        return self._set_status(run_id, status, Known())

    def move(self, run: RunState, status: str) -> Flow[RunState]:
        """Set the status of a run that is known."""
        return self._set_status(run.id, status, _known(run))

    def provide_keys(self, run: RunState, keys: Mapping[str, str]) -> Flow[RunState]:
        """Send the keys again that a run came with, where the server takes them."""
        from oxloop_api.extensions.api.humanloop import send_provider_api_keys
        from oxloop_api.extensions.models.send_provider_api_keys_request import (
            SendProviderApiKeysRequest,
        )

        secrets = provider_keys(keys)
        if not secrets:
            raise ConfigurationError("There is no key in what was given: name provider and key.")
        if PROVIDER_KEYS not in (yield from self.core.features()):
            raise ConfigurationError(
                f"{self.core.target.base_url} offers no way to send keys again. Humanloop's API "
                "takes them with a new evaluation only."
            )
        revealed = {name: key.reveal() for name, key in secrets.items()}
        request = send_provider_api_keys.build_request(
            path_id("evaluation_id", run.id),
            body=SendProviderApiKeysRequest.from_dict({"provider_api_keys": revealed}),
        )
        yield from call(
            self.core,
            request,
            send_provider_api_keys.parse_response,
            idempotent=True,
            secrets=secrets.values(),
        )
        return (yield from self.refresh(run, self.core))

    def execution(
        self,
        run: RunState,
        function: "AnswerFunction",
        evaluators: "Mapping[str, EvaluatorFunction]",
        concurrency: int,
    ) -> "HumanloopExecution":
        """Return how a caller's own functions are run over a run's datapoints."""
        from oxloop.humanloop.execution import HumanloopExecution

        execution = HumanloopExecution(
            api=self,
            run=run,
            function=function,
            evaluators=evaluators,
            concurrency=concurrency,
        )
        execution.check()
        return execution

    def add_evaluators(self, run_id: str, evaluator_ids: Sequence[str]) -> Flow[RunState]:
        """Have more evaluators judge a run; those that it has stay, so asking twice is safe."""
        from oxloop_api.humanloop.api.evaluations import add_evaluators
        from oxloop_api.humanloop.models.add_evaluators_request import AddEvaluatorsRequest

        request = add_evaluators.build_request(
            path_id("evaluation_id", run_id),
            body=AddEvaluatorsRequest(evaluator_ids=ids("evaluator_ids", evaluator_ids)),
        )
        yield from call(self.core, request, add_evaluators.parse_response, idempotent=True)
        return (yield from self.get(run_id))

    def rows(self, run: RunState) -> Flow[None]:
        """Nothing: each datapoint has its log and its results instead."""
        yield from ()
        raise ConfigurationError(
            f"Evaluation {run.id} runs over datapoints: results() tells the log and the results of "
            "each. rows() is for runs on Oxen."
        )

    def commit(self, run: RunState, target: RunTarget) -> Flow[RunState]:  # noqa: ARG002
        """Nothing: Humanloop has no files to commit."""
        yield from ()
        raise ConfigurationError(
            f"Evaluation {run.id} has its results at the server: results() reads them. "
            "commit_results() is for runs on Oxen."
        )

    def table(self, run: RunState) -> HumanloopTable:
        """Return what a run produced so far."""
        return HumanloopTable(self.core, run.id, _details(run).evaluators)

    def notice(self, run: RunState) -> str | None:
        """Tell whoever waits if the run ends only when its caller ends it."""
        details = _details(run)
        outside = [e.name for e in details.evaluators if not e.is_run_by_service]
        if run.is_final or not (outside or details.hl_generated is False):
            return None
        needed = ["a log for each datapoint"] if details.hl_generated is False else []
        needed += [f'the results of "{name}"' for name in outside]
        return (
            f"Evaluation {run.id} does not end by itself: it waits for {' and '.join(needed)}, and "
            'then for evaluations.update_status(…, "completed").'
        )

    def failure(self, run: RunState) -> Flow[str | None]:
        """Look whether the run has logs, and every log has an error: no status says that."""
        error = yield from error_of_all(self.core, run.id)
        return error and f"every log has an error, the first one: {error}"

    def _get(self, core: Core, run_id: str, known: Known) -> Flow[RunState]:
        from oxloop_api.humanloop.api.evaluations import get_evaluation

        deadline = core.time.monotonic() + core.policy.total
        request = get_evaluation.build_request(
            path_id("evaluation_id", run_id), evaluator_aggregates=True
        )

        def parse(response: "Response") -> RunState:
            return run_state(get_evaluation.parse_response(response), known)

        run = yield from call(core, request, parse)
        return self._seen((yield from _counted(core, run, deadline)))

    def _set_status(self, run_id: str, status: str, known: Known) -> Flow[RunState]:
        """Set the status; the one that the run has changes nothing, so asking twice is safe."""
        from oxloop_api.humanloop.api.evaluations import update_evaluation_status
        from oxloop_api.humanloop.models.evaluation_status import EvaluationStatus
        from oxloop_api.humanloop.models.update_evaluation_status_request import (
            UpdateEvaluationStatusRequest,
        )

        request = update_evaluation_status.build_request(
            path_id("evaluation_id", run_id),
            body=UpdateEvaluationStatusRequest(word(EvaluationStatus, "status", status)),
        )
        yield from call(
            self.core, request, update_evaluation_status.parse_response, idempotent=True
        )
        return (yield from self._get(self.core, run_id, known))

    def _seen(self, run: RunState) -> RunState:
        return evolve(run, capabilities=self.core.extensions.known)


def _known(run: RunState) -> Known:
    details = _details(run)
    return Known(
        name=run.name,
        project_id=details.project_id,
        hl_generated=details.hl_generated,
        tally=details.tally,
    )


def _details(run: RunState) -> HumanloopDetails:
    assert run.humanloop is not None
    return run.humanloop


def run_state(found: "wire.EvaluationResponse", known: Known, place: str = "") -> RunState:
    """Read a run, and add what is known of it besides."""
    of = Fields(found, place)
    raw_status = of.text("status")
    config = of.one("config", _reading.config)
    dataset = of.one("dataset", _reading.dataset)
    evaluators = of.each("evaluators", _reading.evaluator)
    return RunState(
        id=of.text("id"),
        provider="humanloop",
        status=common_status("humanloop", raw_status),
        raw_status=raw_status,
        name=known.name,
        created_at=of.moment("created_at"),
        aggregates=of.maybe_each("evaluator_aggregates", _reading.aggregate_of(evaluators)),
        humanloop=HumanloopDetails(
            project_id=known.project_id,
            config_id=config.id,
            config=config,
            dataset_id=dataset.id,
            dataset=dataset,
            dataset_version_id=of.text("dataset_version_id"),
            dataset_snapshot=of.maybe("dataset_snapshot", _reading.dataset),
            evaluators=evaluators,
            hl_generated=known.hl_generated,
            updated_at=of.moment("updated_at"),
            tally=known.tally,
        ),
        extra=of.rest(),
    )


def _counted(core: Core, run: RunState, deadline: float) -> Flow[RunState]:
    """Add how far a run has come: as the server counts it, or else counted here."""
    details = _details(run)
    if run.status != "queued" and (told := (yield from _told(core, run, deadline))):
        return evolve(run, progress=told.progress, error=told.waits_for, usage=told.usage)
    tally = details.tally
    evaluators = frozenset(evaluator.id for evaluator in details.evaluators)
    if evaluators != tally.evaluators:  # what was done before may not be done for the new ones
        tally = Tally(evaluators)
    if run.status != "queued":
        to_end = run.status == "completed"
        tally = yield from count(core, run.id, tally, to_end=to_end, deadline=deadline)
    total = _size(details) if tally.total is None else tally.total
    return evolve(
        run,
        progress=Progress(sum(tally.done), total),
        humanloop=evolve(details, tally=tally),
    )


@frozen
class _Told:
    """What the server tells of a run by the extension."""

    progress: Progress
    waits_for: str | None
    usage: Usage


def _told(core: Core, run: RunState, deadline: float) -> Flow[_Told | None]:
    """Ask the server how far a run has come, what it waits for and what it has used.

    None where the server does not count that, or not in time.
    """
    from oxloop_api.extensions.api.humanloop import get_evaluation_progress

    def parse(response: "Response") -> _Told:
        found = get_evaluation_progress.parse_response(response)
        progress = Progress(integer(found.done, "done"), integer(found.total, "total"))
        return _Told(progress, maybe_text(found.waits_for, "waits_for"), _usage(found.usage))

    features = yield from core.extensions.ask(core.headers, deadline)
    left = deadline - core.time.monotonic()
    if PROGRESS not in features or left <= 0:
        return None
    request = get_evaluation_progress.build_request(path_id("evaluation_id", run.id))
    try:
        return (yield from call(core.limited(left), request, parse))
    except TimeoutError:
        if core.time.monotonic() < deadline:
            raise
        return None


def _usage(answered: object) -> Usage:
    found = cast("extensions.EvaluationUsage | None", known(answered))
    if found is None:
        return Usage()
    answers, judges = found.answers, _calls(found.judges, "usage.judges")
    return evolve(_calls(answers, "usage.answers", also=judges), judges=judges)


def _calls(found: "extensions.CallUsage", place: str, also: Usage | None = None) -> Usage:
    """What some calls used, and others with them."""
    more = also or Usage()
    went_in = integer(found.prompt_tokens, f"{place}.prompt_tokens") + (more.prompt_tokens or 0)
    came_out = integer(found.completion_tokens, f"{place}.completion_tokens")
    came_out += more.completion_tokens or 0
    return Usage(
        prompt_tokens=went_in,
        completion_tokens=came_out,
        total_tokens=went_in + came_out,
        credits=part(maybe_number(found.cost, f"{place}.cost"), f"{place}.cost")
        + (more.credits or 0),
    )


def _size(details: HumanloopDetails) -> int:
    """How many datapoints the run is over, as far as the run itself tells."""
    return (details.dataset_snapshot or details.dataset).datapoint_count
