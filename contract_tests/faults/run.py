"""``python -m faults.run``: which check catches each fault, how fast, and which none catches.

Exit 0: every fault that changed an answer was caught. Exit 1: one survived. Exit 2: the checks
fail without any fault, so that nothing they say of faults counts.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from attrs import frozen
from fresh_service import Fresh, fresh_service
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.running import Setting
from oxloop_contract.run import check, check_machine

from faults.by_hand import by_hand
from faults.fault import Api, Fault, Forward, Met, Reply, Sent
from faults.from_spec import enumerated
from faults.proxy import Routes, proxy

APIS: tuple[Api, ...] = ("oxen", "humanloop")
SEED = 20260115
"""Chooses the sample of the enumerated faults; published, so that nobody can choose them."""


@frozen
class Outcome:
    """What became of a fault.

    Attributes:
        fault: The fault.
        by: What caught it; None if nothing did.
        seconds: How long that took.
        changes: How often the fault changed an answer.
    """

    fault: Fault
    by: str | None
    seconds: float
    changes: int


def sample(size: int, seed: int = SEED) -> list[Fault]:
    """Choose enumerated faults, as evenly over APIs and kinds as there are."""
    chosen: list[Fault] = []
    by_kind: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for api in APIS:
        for fault in enumerated(api):
            by_kind[api, fault.kind].append(fault)
    order = random.Random(seed)
    for faults in by_kind.values():
        order.shuffle(faults)
    while len(chosen) < size and any(by_kind.values()):
        for faults in by_kind.values():
            if faults and len(chosen) < size:
                chosen.append(faults.pop())
    return chosen


def attempt(
    fault: Fault,
    service: Fresh,
    routes: Routes,
    *,
    seeds: Sequence[int] = (1, 2),
    deep: bool = True,
) -> Outcome:
    """Run the checks against the service with one fault in front of it.

    Args:
        fault: The fault.
        service: The service.
        routes: Tells operations apart.
        seeds: The seeds of the state machines.
        deep: Let Schemathesis try what the machines do not catch.
    """
    met = Met()
    begun = time.monotonic()
    with proxy(service.running.url, met.around(fault.make()), routes) as url:
        by = _caught_by(fault.api, url, service, seeds, deep)
    return Outcome(fault, by, time.monotonic() - begun, met.changes)


def _caught_by(api: Api, url: str, service: Fresh, seeds: Sequence[int], deep: bool) -> str | None:
    setting = Setting(url, service.running.key, service.other_key)
    # Most faults show at once: every machine gets a short turn before one gets a long one.
    for seed, examples in [(seeds[0], 4), *((seed, None) for seed in seeds)]:
        for machine in MACHINES[api]:
            failure = check_machine(machine, api, setting, seed=seed, examples=examples).failure
            if failure is not None:
                return f"{machine.name}: {failure.operation}: {failure.check}"
    if deep:
        report = check(api, base_url=url, api_key=service.running.key, examples=5)
        # Without any answer counted it did not run, and what did not run caught nothing.
        if not report.passed and report.answers:
            where, what = next(iter(report.failures.items()), ("the whole", "a failure"))
            return f"Schemathesis: {where}: {' '.join(what.split())[:80]}"
    return None


def run(faults: Sequence[Fault], service: Fresh, *, deep: bool) -> Iterator[Outcome]:
    """Try faults one after the other."""
    routes = Routes()
    for fault in faults:
        try:
            yield attempt(fault, service, routes, deep=deep)
        except Exception as problem:  # a crash of the checks is no catch
            print(f"  crashed: {fault.name}: {problem!r}", file=sys.stderr)
            yield Outcome(fault, None, 0, 1)


def _nothing(sent: Sent, forward: Forward) -> Reply:
    return forward(sent)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what caught each fault, by class, and name the survivors."""
    parser = argparse.ArgumentParser(prog="python -m faults.run", description=main.__doc__)
    parser.add_argument("--sample", type=int, default=66, help="enumerated faults (default: 66)")
    parser.add_argument("--api", choices=APIS, action="append", help="only this API")
    parser.add_argument("--only", help="only faults with this in their name")
    parser.add_argument("--machines-only", action="store_true", help="without Schemathesis")
    arguments = parser.parse_args(argv)
    faults = [
        fault
        for fault in (*sample(arguments.sample), *by_hand())
        if fault.api in (arguments.api or APIS) and (arguments.only or "") in fault.name
    ]
    outcomes: list[Outcome] = []
    with (
        tempfile.TemporaryDirectory(prefix="oxloop-faults-") as name,
        fresh_service(Path(name) / "data") as service,
    ):
        used = {fault.api for fault in faults}
        for api in APIS:
            if api not in used:
                continue
            clean = attempt(
                Fault("none", "none", api, lambda: _nothing),
                service,
                Routes(),
                deep=not arguments.machines_only,
            )
            if clean.by:
                print(f"the checks fail without a fault: {clean.by}", file=sys.stderr)
                return 2
        for outcome in run(faults, service, deep=not arguments.machines_only):
            outcomes.append(outcome)
            print(_line(outcome), flush=True)
    print("\n".join(_summary(outcomes)))
    return 0 if all(outcome.by for outcome in outcomes if outcome.changes) else 1


def _line(outcome: Outcome) -> str:
    met = "" if outcome.changes else " (it never changed an answer)"
    return (
        f"{'caught' if outcome.by else 'ALIVE ':6} {outcome.seconds:5.1f} s  "
        f"{outcome.fault.kind:22} {outcome.fault.api}: {outcome.fault.name}{met}"
        f"{'  <- ' + outcome.by if outcome.by else ''}"
    )


def _summary(outcomes: Sequence[Outcome]) -> list[str]:
    all_of = Counter(outcome.fault.kind for outcome in outcomes)
    caught = Counter(outcome.fault.kind for outcome in outcomes if outcome.by)
    counts = {api: len(enumerated(api)) for api in APIS}
    never = Counter(one.fault.kind for one in outcomes if not one.by and not one.changes)
    lines = ["", f"{'class':24} faults  caught  never met"]
    lines += [
        f"{kind:24} {all_of[kind]:6}  {caught[kind]:6}  {never[kind]:9}" for kind in sorted(all_of)
    ]
    seconds = [outcome.seconds for outcome in outcomes if outcome.by]
    lines += [
        f"{'all':24} {len(outcomes):6}  {len(seconds):6}  {never.total():9}",
        f"enumerated: {counts['oxen']} oxen, {counts['humanloop']} humanloop; by hand: "
        f"{len(by_hand())}; seed of the sample: {SEED}",
        f"median time to a caught fault: {median(seconds) if seconds else 0:.1f} s",
    ]
    # What is never answered cannot be answered wrongly: such a fault is no other server.
    lines += [
        f"{'survivor' if one.changes else 'never met'}: {one.fault.api}: {one.fault.name}"
        for one in outcomes
        if not one.by
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
