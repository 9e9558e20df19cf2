"""Puts one fault in front of a service, and lets the checks find it."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
from attrs import asdict, field, frozen
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.running import Machine, Setting, Walk
from oxloop_contract.run import check, check_cases, check_machine

from faults.fault import Api, Fault, Met
from faults.proxy import Routes, proxy

SEEDS = (1, 2)
"""Of the state machines; the first alone decides about most faults."""
_SEES: Mapping[Api, Sequence[Api]] = {
    "oxen": ("oxen", "extensions"),
    "humanloop": ("humanloop", "extensions"),
    "extensions": ("extensions",),
}
"""The APIs whose checks use an API's operations."""
_CURL = re.compile(r"^\s*(curl .*)$", re.MULTILINE)


@frozen
class Target:
    """A service to try faults on.

    Attributes:
        url: Where it listens.
        key: A key of it.
        other_key: A key of another tenant.
        read_key: A key that may only read.
    """

    url: str
    key: str = field(repr=False)
    other_key: str = field(repr=False)
    read_key: str = field(repr=False)

    def setting(self, url: str) -> Setting:
        """Return how the checks are told of it.

        Args:
            url: Where they are to find it.
        """
        return Setting(url, self.key, self.other_key, read_key=self.read_key)


@frozen
class Catch:
    """What caught a fault.

    Attributes:
        by: The part of the checks.
        said: The operation and what did not hold.
        curl: A line that shows it again.
    """

    by: str
    said: str
    curl: str


@frozen
class Outcome:
    """What became of a fault.

    Attributes:
        id: The fault.
        kind: Its class.
        caught: What caught it; None if nothing did.
        seconds: How long that took.
        changes: How often the fault changed anything.
        equivalent: Why no client can tell it; empty if one can.
        trouble: What the checks broke on, which is no catch; empty if they did not.
        by_hand: Whether the fault was written by hand.
    """

    id: str
    kind: str
    caught: Catch | None
    seconds: float
    changes: int
    equivalent: str = ""
    trouble: str = ""
    by_hand: bool = False

    @property
    def survived(self) -> bool:
        """Whether a client could tell the fault, and the checks could not."""
        return self.caught is None and (not self.equivalent or self.disproved)

    @property
    def disproved(self) -> bool:
        """Whether it changed something though a proof says that nobody can tell it."""
        return bool(self.equivalent) and self.changes > 0

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Outcome":
        """Make it of what ``to_json`` gave."""
        caught: dict[str, str] | None = found["caught"]
        rest = {name: value for name, value in found.items() if name != "caught"}
        return cls(caught=Catch(**caught) if caught else None, **rest)


def attempt(
    fault: Fault, target: Target, routes: Routes, *, machines_only: bool = False
) -> Outcome:
    """Run the checks against a service with one fault in front of it, until one fails.

    Args:
        fault: The fault.
        target: The service.
        routes: Tells operations apart.
        machines_only: Leave out what is made from the schemas.
    """
    met = Met()
    begun = time.monotonic()
    caught, trouble = None, ""
    with proxy(target.url, met.around(fault.make()), routes) as url:
        _introduce(url, target)
        for stage in _stages(fault, url, target, met, machines_only):
            try:
                caught = stage()
            except Exception as problem:  # what breaks the checks does not pass for a catch
                trouble = trouble or f"{type(problem).__name__}: {problem}"[:200]
            if caught is not None and not met.changes:
                # Nothing was wrong yet: the checks are.
                trouble = f"{caught.by} failed without any fault: {caught.said}"
                caught = None
            if caught is not None:
                break
    return Outcome(
        fault.id,
        fault.kind,
        caught,
        round(time.monotonic() - begun, 2),
        met.changes,
        fault.equivalent,
        trouble,
        fault.by_hand,
    )


def _introduce(url: str, target: Target) -> None:
    """Show a good key, as a server knows its keys before anybody asks with a wrong one."""
    headers = {"Authorization": f"Bearer {target.key}", "X-API-KEY": target.key}
    with httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False) as http:
        http.get("/v4/projects")


def _stages(
    fault: Fault, url: str, target: Target, met: Met, machines_only: bool
) -> Iterator[Callable[[], Catch | None]]:
    setting = target.setting(url)
    schemas: Sequence[Callable[[], Catch | None]] = (
        () if machines_only else (partial(_by_cases, fault, url, target),)
    )
    yield from _turns(fault, setting, Walk)
    # What comes of one keyword or one field shows in what is derived from it, if anywhere.
    yield from () if fault.by_hand else schemas
    if fault.equivalent:
        return
    # Most faults show at once: every machine gets a short turn before one gets a long one.
    yield from _turns(fault, setting, Machine, examples=4)
    if not (met.changes or fault.by_hand):
        return
    for seed in SEEDS:
        yield from _turns(fault, setting, Machine, seed=seed)
    yield from schemas if fault.by_hand else ()
    if not machines_only:
        yield partial(_by_schemathesis, fault, url, target)


def _turns(
    fault: Fault,
    setting: Setting,
    kind: type[Machine | Walk],
    *,
    seed: int = SEEDS[0],
    examples: int | None = None,
) -> Iterator[Callable[[], Catch | None]]:
    for api in _SEES[fault.api]:
        for machine in MACHINES.get(api, ()):
            if isinstance(machine, kind):
                yield partial(_by_machine, machine, api, setting, seed, examples)


def _by_machine(
    machine: Machine | Walk, api: Api, setting: Setting, seed: int, examples: int | None
) -> Catch | None:
    failure = check_machine(machine, api, setting, seed=seed, examples=examples).failure
    if failure is None:
        return None
    return Catch(machine.name, f"{failure.operation}: {failure.check}", failure.trace[-1])


def _by_cases(fault: Fault, url: str, target: Target) -> Catch | None:
    report = check_cases(fault.api, target.setting(url), operations=fault.operations)
    if not report.failures:
        return None
    failure = report.failures[0]
    return Catch("derived cases", f"{failure.operation}: {failure.check}", failure.trace[-1])


def _by_schemathesis(fault: Fault, url: str, target: Target) -> Catch | None:
    report = check(
        fault.api, base_url=url, api_key=target.key, examples=10, operations=fault.operations
    )
    # Without any answer counted it did not run, and what did not run caught nothing.
    if not report.answers or not report.failures:
        return None
    where, what = next(iter(report.failures.items()))
    curl = _CURL.search(what) or _CURL.search(report.output)
    said = f"{where}: {' '.join(what.split())[:80]}"
    return Catch("Schemathesis", said, curl[1] if curl else "")
