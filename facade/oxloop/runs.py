"""A run of an evaluation: where it stands, and how to wait for it. The same for every provider."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self, TypeVar, Unpack

from attrs import field, fields, frozen

from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._options import Options, changed
from oxloop._progress import reporter
from oxloop._public import PublicDir
from oxloop._steps import Flow
from oxloop._waiting import wait, watch
from oxloop.errors import ConfigurationError
from oxloop.results import AsyncResults, Results, Table

if TYPE_CHECKING:
    from oxloop._flow import Core
    from oxloop.humanloop.details import Aggregate, Datapoint, HumanloopDetails, Log
    from oxloop.oxen.details import OxenDetails

R = TypeVar("R")

Provider = Literal["oxen", "humanloop"]

AnswerFunction = Callable[
    ["Datapoint"], str | Mapping[str, Any] | Awaitable[str | Mapping[str, Any]]
]
"""Answers a datapoint, with the output alone or with the fields of a log; plain or async."""
EvaluatorFunction = Callable[["Log", "Datapoint"], object]
"""Judges a log, with true, false or a number; plain or async."""

_STATUS: Final[Mapping[tuple[Provider, str], str]] = {
    ("oxen", "queued"): "queued",
    ("oxen", "running"): "running",
    ("oxen", "committing"): "committing",
    ("oxen", "completed"): "completed",
    ("oxen", "errored"): "failed",
    ("oxen", "cancelled"): "cancelled",
    ("humanloop", "pending"): "queued",
    ("humanloop", "running"): "running",
    ("humanloop", "completed"): "completed",
    ("humanloop", "cancelled"): "cancelled",
}
_FINAL: Final = frozenset({"completed", "failed", "cancelled"})
_KNOWN: Final = frozenset(_STATUS.values())


def common_status(provider: Provider, raw: str) -> str:
    """Return this package's word for a provider's status; an unknown one stays as it came."""
    return _STATUS.get((provider, raw), raw)


@frozen
class Progress:
    """How far a run has come.

    Attributes:
        done: Rows or datapoints that have their answer.
        total: How many there are; 0 until the server has counted.
    """

    done: int
    total: int

    @property
    def fraction(self) -> float:
        """The part that is done, from 0 to 1; 0 as long as the total is not known."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


@frozen(kw_only=True)
class Usage:
    """What a run has used so far; None where the provider does not tell.

    Attributes:
        prompt_tokens: Tokens that went into the model.
        completion_tokens: Tokens that came out of it.
        total_tokens: Both.
        credits: Cost in the provider's own unit; the local service's is what its prices are in.
        judges: The part of all this that evaluators used which ask models; None where the server
            does not tell it apart.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    credits: float | None = None
    judges: "Usage | None" = None


@frozen(kw_only=True)
class RunRow:
    """What became of one row of a run on Oxen.

    Attributes:
        row: The row's place in the file, from 0.
        status: ``pending``, ``running``, ``done`` or ``failed``. A pending row of a run that has
            ended was not asked.
        output: The model's answer, once the row is done.
        error: Why the row failed.
        duration: Seconds from the call to the answer, with all attempts.
        prompt_tokens: Tokens that went into the model, if it tells.
        completion_tokens: Tokens that came out of it, if it tells.
        cost: What the call cost, in the unit of ``Usage.credits``.
    """

    row: int
    status: str
    output: str | None = None
    error: str | None = None
    duration: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None


@frozen(kw_only=True)
class RunTarget:
    """Where a run's result is to go; None means where the run said when it was created.

    Attributes:
        branch: The branch.
        path: The file.
        message: The message of the commit.
    """

    branch: str | None = None
    path: str | None = None
    message: str | None = None


@frozen(kw_only=True)
class RunState(PublicDir):
    """What is known of a run at one moment. What a provider does not tell is None.

    Attributes:
        id: The run's id.
        provider: Whose API it runs under.
        status: ``queued``, ``running``, ``committing``, ``completed``, ``failed`` or
            ``cancelled``; any other word of a provider as it came.
        raw_status: The provider's own word.
        name: The run's name, for people.
        progress: Rows or datapoints done, of how many.
        error: Why it failed; of one that goes on, why it does not just now.
        created_at: When it was asked for.
        started_at: When it began.
        finished_at: When it ended, well or not.
        usage: Tokens and cost so far.
        commit: Id of the commit that holds the result.
        capabilities: What this server can do with a run beyond the provider's documented API,
            such as ``cancel``; None before the server was asked, which creating a run does.
        aggregates: What each evaluator found, as one number each; None where it was not asked
            for, and on Oxen.
        oxen: More about a run on Oxen.
        humanloop: More about a run on Humanloop.
        extra: Fields of the answer that the provider does not document.
    """

    id: str
    provider: Provider
    status: str
    raw_status: str
    name: str | None = None
    progress: Progress | None = None
    error: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    usage: Usage = Usage()
    commit: str | None = None
    capabilities: frozenset[str] | None = None
    aggregates: "tuple[Aggregate, ...] | None" = None
    oxen: "OxenDetails | None" = field(default=None, repr=False)
    humanloop: "HumanloopDetails | None" = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)

    @property
    def is_final(self) -> bool:
        """Whether the run has ended, well or not."""
        return self.status in _FINAL

    @property
    def is_known(self) -> bool:
        """Whether this package knows the status's word."""
        return self.status in _KNOWN


class Execution(Protocol):
    """A caller's own functions, about to be run over a run's datapoints."""

    async def carry_out(self, driver: AsyncDriver, tell: Callable[[RunState], object]) -> RunState:
        """Do it; ``tell`` is called with the run each time it has changed."""
        ...


class RunApi(Protocol):
    """What a provider's part of this package can do with a run."""

    @property
    def core(self) -> "Core":
        """The client's settings."""
        ...

    def with_core(self, core: "Core") -> "RunApi":
        """Return the same with other settings."""
        ...

    def refresh(self, run: RunState, core: "Core") -> Flow[RunState]:
        """Ask where the run stands."""
        ...

    def cancel(self, run: RunState) -> Flow[RunState]:
        """Stop the run."""
        ...

    def rows(self, run: RunState) -> Flow[None]:
        """Emit what became of each row."""
        ...

    def commit(self, run: RunState, target: RunTarget) -> Flow[RunState]:
        """Commit what the run was answered."""
        ...

    def provide_keys(self, run: RunState, keys: Mapping[str, str]) -> Flow[RunState]:
        """Send the keys of model providers again that the run came with."""
        ...

    def execution(
        self,
        run: RunState,
        function: AnswerFunction,
        evaluators: Mapping[str, EvaluatorFunction],
        concurrency: int,
    ) -> Execution:
        """Return how functions of the caller's are run over a run's datapoints."""
        ...

    def table(self, run: RunState) -> Table:
        """Return what the run produced."""
        ...

    def notice(self, run: RunState) -> str | None:
        """Return what somebody who waits for the run should know, if there is anything."""
        ...

    def failure(self, run: RunState) -> Flow[str | None]:
        """Find out why a completed run counts as failed all the same; None if it does not."""
        ...


def _state(run: RunState) -> dict[str, Any]:
    """The fields of a run without its connection to a client."""
    return {attribute.name: getattr(run, attribute.name) for attribute in fields(RunState)}


def _plain(run: RunState) -> RunState:
    """What is known of a run, which compares equal to later news of the same content."""
    return RunState(**_state(run))


def _unbound(kind: Any, state: dict[str, Any]) -> RunState:
    """Make a run again that was pickled; it has no client any more."""
    run: RunState = kind(**state)
    return run


def bound(run: RunState, api: RunApi, driver: SyncDriver) -> "EvaluationRun":
    """Give a run the client that it was asked for with."""
    return EvaluationRun(**_state(run), api=api, driver=driver)


def bound_async(run: RunState, api: RunApi, driver: AsyncDriver) -> "AsyncEvaluationRun":
    """Give a run the client that it was asked for with."""
    return AsyncEvaluationRun(**_state(run), api=api, driver=driver)


def _teller(
    show: Callable[[RunState], None],
    on_update: Callable[[R], object] | None,
    bind: Callable[[RunState], R],
) -> Callable[[RunState], None]:
    """Return what tells of news of a run: it shows them, and calls who wants to be called."""

    def tell(state: RunState) -> None:
        show(state)
        if on_update is not None:
            on_update(bind(state))

    return tell


_NO_CLIENT: Final = (
    "This run was pickled and has no client any more: get it again by its id, "
    "as in oxen.evaluations.get(repo, run.id) or humanloop.evaluations.get(run.id)."
)


@frozen(kw_only=True)
class EvaluationRun(RunState):
    """A run of an evaluation, as it was last seen; each method answers a newer one."""

    _api: RunApi | None = field(default=None, repr=False, eq=False, alias="api")
    _driver: SyncDriver | None = field(default=None, repr=False, eq=False, alias="driver")

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return the same run with other options for what it asks the server.

        Args:
            options: As for the client's ``with_options``.

        Example:
            >>> run.with_options(max_retries=5).refresh()
        """
        api, _ = self._client()
        return self._of(api.with_core(changed(api.core, options)), self)

    def refresh(self) -> Self:
        """Ask the server where the run stands.

        Returns:
            The run as it is now.

        Example:
            >>> run = run.refresh()
        """
        api, driver = self._client()
        return self._as(driver.run(api.refresh(self, api.core)))

    def wait(
        self,
        timeout: float | None = None,
        *,
        poll: float | None = None,
        progress: bool = False,
        on_update: Callable[[Self], object] | None = None,
        raise_on_failure: bool = True,
    ) -> Self:
        """Wait until the run has ended.

        The server is asked now and then, less often the longer it takes. A server that is out of
        reach for up to a minute is waited for. Stopping to wait does not stop the run.

        Args:
            timeout: Seconds to wait at most; None waits as long as it takes.
            poll: Seconds between two questions, instead of the growing pauses.
            progress: Whether to show on stderr how far the run has come: a bar on a terminal,
                a line now and then elsewhere.
            on_update: Called with the run each time it has changed.
            raise_on_failure: Whether a run that ends badly is an error.

        Returns:
            The run as it ended.

        Raises:
            EvaluationFailed: The run failed.
            EvaluationCancelled: The run was cancelled.
            WaitTimeout: ``timeout`` is over; the run goes on at the server.

        Example:
            >>> run = run.wait(timeout=600, progress=True)
        """
        api, driver = self._client()
        with reporter(progress, api.core.time) as show:
            tell = _teller(show, on_update, self._as)
            return self._as(
                driver.run(
                    wait(api, _plain(self), timeout, poll, raise_on_failure=raise_on_failure),
                    emit=tell,
                )
            )

    def watch(self, timeout: float | None = None, *, poll: float | None = None) -> Iterator[Self]:
        """Follow the run: yields it each time it has changed, up to its end.

        Args:
            timeout: Seconds to follow it at most; None follows as long as it takes.
            poll: Seconds between two questions, instead of the growing pauses.

        Raises:
            WaitTimeout: ``timeout`` is over; the run goes on at the server.

        Example:
            >>> for run in run.watch():
            ...     print(run.status, run.progress)
        """
        api, driver = self._client()
        for state in driver.iterate(watch(api, _plain(self), timeout, poll)):
            yield self._as(state)

    def execute(
        self,
        fn: AnswerFunction,
        *,
        concurrency: int = 8,
        evaluators: Mapping[str, EvaluatorFunction] | None = None,
        progress: bool = False,
        on_update: Callable[[Self], object] | None = None,
    ) -> Self:
        """Answer every datapoint with a function of your own, and complete the run.

        For runs on Humanloop that were created with ``hl_generated=False``. The run is set to
        ``running``; each datapoint that has no log yet is handed to ``fn``, and what it returns
        is sent as the log. An exception that it raises becomes the error of that log, and the
        others go on. When the evaluators that the service runs have judged every log, and
        ``evaluators`` has a function for each of the others, the run is set to ``completed``;
        otherwise it stays ``running``, and the log of this package says what it waits for.

        What is at the server is not done again. So after an error, or after Ctrl-C, call this
        again to go on: datapoints with a log are skipped, and results that are missing are added.
        A plain function that is under way cannot be stopped: Ctrl-C waits for it to return.

        Args:
            fn: Called with a ``Datapoint``, whose ``inputs``, ``messages`` and ``target`` it may
                use. It returns the output as text, or a mapping of the fields of a log:
                ``output``, ``error``, ``prompt_tokens``, ``output_tokens``, ``metadata`` … A
                plain function is called in a thread, an async one in an event loop of asyncio.
            concurrency: How many datapoints may be under way at a time.
            evaluators: Functions that judge, by the id or the name of one of the run's external
                or human evaluators. Each is called with the ``Log`` and its ``Datapoint`` and
                returns true, false or a number. An exception becomes the error of that result,
                as does anything else that it returns.
            progress: Whether to show on stderr how far the run has come.
            on_update: Called with the run each time it has changed.

        Returns:
            The run as it is afterwards, with its aggregates.

        Raises:
            ConfigurationError: Something given cannot work, or ``fn`` returned what no log can
                hold; what was done before stays done.
            EvaluationCancelled: The run was cancelled.

        Example:
            >>> run = run.execute(
            ...     lambda datapoint: my_model(datapoint.inputs["question"]),
            ...     concurrency=16,
            ...     evaluators={"short": lambda log, datapoint: len(log.output) < 100},
            ... )
        """
        from oxloop._threads import in_thread, threaded

        api, driver = self._client()
        execution = api.execution(self, fn, evaluators or {}, concurrency)
        with reporter(progress, api.core.time) as show:
            tell = _teller(show, on_update, self._as)
            return self._as(
                in_thread(
                    lambda emit: execution.carry_out(threaded(driver, concurrency), emit), tell
                )
            )

    def cancel(self) -> Self:
        """Stop the run, where the server can; what is done is kept.

        Returns:
            The run as it is afterwards.

        Raises:
            ConfigurationError: The server offers no way to do this.
            BadRequestError: The run has ended otherwise, on Humanloop.
            ConflictError: The run has ended otherwise, on Oxen.

        Example:
            >>> run = run.cancel()
        """
        api, driver = self._client()
        return self._as(driver.run(api.cancel(self)))

    def rows(self) -> Iterator[RunRow]:
        """Iterate over what became of each row of a run on Oxen, also while it goes on.

        Rows are read page by page when they are asked for. This is an extension of the local
        service; Oxen's documented API has nothing like it. On Humanloop, ``results()`` tells it.

        Raises:
            ConfigurationError: The server offers no way to do this.

        Example:
            >>> for row in run.rows():
            ...     if row.status == "failed":
            ...         print(row.row, row.error)
        """
        api, driver = self._client()
        return driver.iterate(api.rows(self))

    def commit_results(
        self,
        *,
        target_branch: str | None = None,
        target_path: str | None = None,
        message: str | None = None,
    ) -> Self:
        """Commit what a run on Oxen was answered: one without ``auto_commit``, or that ended badly.

        Rows that failed are null; rows that were not asked keep what the column had. Committed
        already to the same place, the run is answered as it is. This is an extension of the local
        service; on Oxen's hub, results are committed on the run's web page.

        Args:
            target_branch: The branch, if not the one that the run was given.
            target_path: The file, likewise.
            message: The message of the commit.

        Returns:
            The run, whose ``commit`` tells the commit; ``results()`` reads it there.

        Raises:
            ConfigurationError: The server offers no way to do this.
            ConflictError: The run goes on, or has no answer to any row.

        Example:
            >>> run = run.commit_results(target_branch="eval/first")
        """
        api, driver = self._client()
        target = RunTarget(branch=target_branch, path=target_path, message=message)
        return self._as(driver.run(api.commit(self, target)))

    def provide_keys(self, keys: Mapping[str, str]) -> Self:
        """Send the keys of model providers again that a run on Humanloop came with.

        The local service holds them in memory only: after a restart, a run that needs one waits
        for it, and ``error`` says so. This is an extension of the local service.

        Args:
            keys: Keys by provider, as ``provider_api_keys`` of the run's creation; they are not
                kept, and appear in no error and no log of this package.

        Returns:
            The run as it is then.

        Raises:
            ConfigurationError: The server offers no way to do this, or a key is no text.
            BadRequestError: The run came with no key for that provider.
            ConflictError: The run was cancelled.

        Example:
            >>> run = run.provide_keys({"openai": os.environ["OPENAI_API_KEY"]}).wait()
        """
        api, driver = self._client()
        return self._as(driver.run(api.provide_keys(self, keys)))

    def results(self) -> Results:
        """Return what the run produced; rows are read when they are asked for.

        Raises:
            ConfigurationError: The run has not completed, on Oxen. On Humanloop, there are rows
                from the start, which fill with time.

        Example:
            >>> for row in run.results():
            ...     print(row["department"])
        """
        api, driver = self._client()
        return Results(api.table(self), driver)

    def _client(self) -> tuple[RunApi, SyncDriver]:
        if self._api is None or self._driver is None:
            raise ConfigurationError(_NO_CLIENT)
        return self._api, self._driver

    def _as(self, state: RunState) -> Self:
        return self._of(self._api, state)

    def _of(self, api: RunApi | None, state: RunState) -> Self:
        return type(self)(**_state(state), api=api, driver=self._driver)

    def __reduce__(self) -> tuple[object, ...]:
        return _unbound, (type(self), _state(self))


@frozen(kw_only=True)
class AsyncEvaluationRun(RunState):
    """A run of an evaluation, as it was last seen; each method, awaited, answers a newer one."""

    _api: RunApi | None = field(default=None, repr=False, eq=False, alias="api")
    _driver: AsyncDriver | None = field(default=None, repr=False, eq=False, alias="driver")

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return the same run with other options, as ``EvaluationRun.with_options`` does."""
        api, _ = self._client()
        return self._of(api.with_core(changed(api.core, options)), self)

    async def refresh(self) -> Self:
        """Ask the server where the run stands, as ``EvaluationRun.refresh`` does."""
        api, driver = self._client()
        return self._as(await driver.run(api.refresh(self, api.core)))

    async def wait(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - the same name as for threads
        *,
        poll: float | None = None,
        progress: bool = False,
        on_update: Callable[[Self], object] | None = None,
        raise_on_failure: bool = True,
    ) -> Self:
        """Wait until the run has ended, as ``EvaluationRun.wait`` does.

        ``on_update`` is a plain function; to await something at each change, use ``watch``.
        """
        api, driver = self._client()
        with reporter(progress, api.core.time) as show:
            tell = _teller(show, on_update, self._as)
            return self._as(
                await driver.run(
                    wait(api, _plain(self), timeout, poll, raise_on_failure=raise_on_failure),
                    emit=tell,
                )
            )

    async def watch(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - the same name as for threads
        *,
        poll: float | None = None,
    ) -> AsyncIterator[Self]:
        """Follow the run up to its end, as ``EvaluationRun.watch`` does."""
        api, driver = self._client()
        async with aclosing(driver.iterate(watch(api, _plain(self), timeout, poll))) as states:
            async for state in states:
                yield self._as(state)

    async def execute(
        self,
        fn: AnswerFunction,
        *,
        concurrency: int = 8,
        evaluators: Mapping[str, EvaluatorFunction] | None = None,
        progress: bool = False,
        on_update: Callable[[Self], object] | None = None,
    ) -> Self:
        """Answer every datapoint with a function of your own, as ``EvaluationRun.execute`` does.

        An async function is called in this event loop, whichever it is; ``on_update`` is a plain
        function.
        """
        api, driver = self._client()
        execution = api.execution(self, fn, evaluators or {}, concurrency)
        with reporter(progress, api.core.time) as show:
            tell = _teller(show, on_update, self._as)
            return self._as(await execution.carry_out(driver, tell))

    async def cancel(self) -> Self:
        """Stop the run, as ``EvaluationRun.cancel`` does."""
        api, driver = self._client()
        return self._as(await driver.run(api.cancel(self)))

    def rows(self) -> AsyncIterator[RunRow]:
        """Iterate over each row's state with ``async for``, as ``EvaluationRun.rows`` does."""
        api, driver = self._client()
        return driver.iterate(api.rows(self))

    async def commit_results(
        self,
        *,
        target_branch: str | None = None,
        target_path: str | None = None,
        message: str | None = None,
    ) -> Self:
        """Commit what the run was answered, as ``EvaluationRun.commit_results`` does."""
        api, driver = self._client()
        target = RunTarget(branch=target_branch, path=target_path, message=message)
        return self._as(await driver.run(api.commit(self, target)))

    async def provide_keys(self, keys: Mapping[str, str]) -> Self:
        """Send the keys again that the run came with, as ``EvaluationRun.provide_keys`` does."""
        api, driver = self._client()
        return self._as(await driver.run(api.provide_keys(self, keys)))

    def results(self) -> AsyncResults:
        """Return what the run produced, as ``EvaluationRun.results`` does; nothing to await."""
        api, driver = self._client()
        return AsyncResults(api.table(self), driver)

    def _client(self) -> tuple[RunApi, AsyncDriver]:
        if self._api is None or self._driver is None:
            raise ConfigurationError(_NO_CLIENT)
        return self._api, self._driver

    def _as(self, state: RunState) -> Self:
        return self._of(self._api, state)

    def _of(self, api: RunApi | None, state: RunState) -> Self:
        return type(self)(**_state(state), api=api, driver=self._driver)

    def __reduce__(self) -> tuple[object, ...]:
        return _unbound, (type(self), _state(self))
