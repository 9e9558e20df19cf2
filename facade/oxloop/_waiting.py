"""How a run is followed to its end: when to ask, how long, and what an end means."""

import logging
import math
from typing import TYPE_CHECKING, Final

from attrs import evolve

from oxloop._steps import Emit, Flow, Sleep
from oxloop.errors import (
    ConfigurationError,
    EvaluationCancelled,
    EvaluationFailed,
    RateLimitError,
    ServerError,
    TransportError,
    WaitTimeout,
)

if TYPE_CHECKING:
    from oxloop.runs import RunApi, RunState

_log = logging.getLogger("oxloop")

_SHORTEST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 10.0
_LATENESS: Final = 0.05
"""A pause is this part of the time waited so far: the news is never later than that."""
PATIENCE: Final = 60.0
"""Seconds for which a server may be out of reach before the wait is given up."""


def wait(
    api: "RunApi",
    run: "RunState",
    timeout: float | None,
    poll: float | None,
    *,
    raise_on_failure: bool,
) -> Flow["RunState"]:
    """Follow a run to its end; a bad end is an error if the caller wants that.

    Emits the run each time it has changed.
    """
    notice = api.notice(run)
    if notice is not None:
        _log.warning(notice)
    run = yield from watch(api, run, timeout, poll)
    if not raise_on_failure:
        return run
    if run.status == "cancelled":
        raise EvaluationCancelled(f"Evaluation {run.id} was cancelled", run=run)
    if run.status == "failed":
        reason: str | None = run.error or "the server does not say why"
    else:
        reason = yield from api.failure(run)
    if reason is not None:
        raise EvaluationFailed(
            f"Evaluation {run.id} failed: {reason}", run=evolve(run, error=reason)
        )
    return run


def watch(
    api: "RunApi", run: "RunState", timeout: float | None, poll: float | None
) -> Flow["RunState"]:
    """Follow a run to its end, however it ends; emits it each time it has changed."""
    _check("timeout", timeout, least=0.0)
    _check("poll", poll, least=0.001)
    yield Emit(run)
    try:
        return (yield from _follow(api, run, timeout, poll))
    except GeneratorExit:
        raise
    except BaseException as error:
        if not isinstance(error, Exception):  # Ctrl-C, or the task was cancelled
            note = f"Evaluation {run.id} goes on at the server."
            error.add_note(note)
            _log.info(note)
        raise


def _follow(
    api: "RunApi", run: "RunState", timeout: float | None, poll: float | None
) -> Flow["RunState"]:
    now = api.core.time.monotonic
    started = heard = now()
    end = math.inf if timeout is None else started + timeout
    warned = False
    while not run.is_final:
        if now() >= end:
            raise _out_of_time(run, timeout)
        try:
            news = yield from api.refresh(
                run, api.core.limited(min(api.core.policy.total, end - now()))
            )
        except (TransportError, ServerError, RateLimitError) as error:
            if now() >= end:
                raise _out_of_time(run, timeout) from error
            if now() - heard >= PATIENCE:
                raise
            _log.warning("Evaluation %s: still waiting although %s", run.id, error)
        else:
            heard = now()
            if news != run:
                yield Emit(news)
            if news.error not in (None, run.error) and not news.is_final:
                _log.warning("Evaluation %s waits: %s", run.id, news.error)
            run = news
        if not (run.is_known or warned):
            warned = True
            _log.warning("Evaluation %s has the unknown status %r; waiting on", run.id, run.status)
        if not run.is_final:
            pause = poll or pause_after(now() - started, api.core.time.chance())
            yield Sleep(max(0.0, min(pause, end - now())))
    return run


def pause_after(waited: float, chance: float) -> float:
    """Seconds until the next question: more the longer it takes, and not all clients at once."""
    pause = min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, _LATENESS * waited))
    return pause * (0.8 + 0.4 * chance)


def _out_of_time(run: "RunState", timeout: float | None) -> WaitTimeout:
    done = f" with {run.progress.done} of {run.progress.total} done" if run.progress else ""
    return WaitTimeout(
        f"Evaluation {run.id} is still {run.status}{done} after {timeout:g} s of waiting. "
        "It goes on at the server: wait again, or get it later by this id",
        run=run,
    )


def _check(name: str, value: float | None, *, least: float) -> None:
    if value is not None and not value >= least:
        raise ConfigurationError(f"{name}={value!r} is not usable; give seconds from {least:g} up.")
