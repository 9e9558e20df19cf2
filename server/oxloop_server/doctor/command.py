"""``oxloop doctor``: its options, and how its findings are shown."""

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import asdict
from oxloop.rules.folder import DataFolder

from oxloop_server.doctor import data, fidelity, machine, service
from oxloop_server.doctor.findings import Finding

_MARKS = {"ok": "      ", "note": "note  ", "wrong": "WRONG "}


def configure(parser: argparse.ArgumentParser) -> None:
    """Give ``oxloop doctor`` its options."""
    parser.add_argument(
        "--evaluators",
        action="store_true",
        help="try every Python evaluator in the sandbox, and say what keeps it from running",
    )
    parser.add_argument(
        "--fidelity",
        action="store_true",
        help="list each behaviour of the two APIs, and how it is known",
    )
    parser.add_argument(
        "--no-models",
        action="store_true",
        help="call no model; without this each is called once, which may cost what a call costs",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace, home: DataFolder) -> int:
    """Carry out ``oxloop doctor``; it changes nothing.

    Args:
        options: What ``configure`` read.
        home: The data folder, which need not be there.

    Returns:
        1 if something is wrong, else 0.
    """
    findings = list(_findings(options, home))
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        _print(findings)
    return int(any(finding.level == "wrong" for finding in findings))


def _findings(options: argparse.Namespace, home: DataFolder) -> Iterator[Finding]:
    if options.fidelity:
        yield from fidelity.every()
    elif options.evaluators:
        yield from _evaluators(home)
    else:
        yield from _all(options, home)


def _all(options: argparse.Namespace, home: DataFolder) -> Iterator[Finding]:
    # What these load is not needed for the rest, and takes a moment.
    from oxloop_server.doctor import evaluators, models

    yield from machine.examine()
    if not home.path.is_dir():
        yield Finding(
            data.FOLDER, "note", f"there is none yet at {home.path}: the first start makes it"
        )
    else:
        yield from data.examine(home)
        yield from service.examine(home)
        yield from models.examine(home, asked=not options.no_models)
        if data.is_current(home):
            yield evaluators.summary(list(evaluators.examine(home)))
    yield fidelity.summary()


def _evaluators(home: DataFolder) -> Iterator[Finding]:
    from oxloop_server.doctor import evaluators

    if data.is_current(home):
        yield from list(evaluators.examine(home)) or [evaluators.NONE]
    else:
        yield Finding(
            evaluators.AREA, "note", f"{home.path} has no database that this version made"
        )


def _print(findings: Sequence[Finding]) -> None:
    for area, found in groupby(findings, key=lambda finding: finding.area):
        print(area)
        for finding in found:
            # An evaluator's mistake has lines of its own, which stay below each other.
            text = finding.text.replace("\n", "\n" + " " * 8)
            print(f"  {_MARKS[finding.level]}{text}")
    wrong = sum(finding.level == "wrong" for finding in findings)
    if wrong:
        print(f"\n{wrong} thing{'s' if wrong > 1 else ''} to mend.")
