"""What the checks found: for people, for JUnit's readers and for GitHub."""

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from attrs import frozen

from oxloop_contract.machines.running import MachineReport
from oxloop_contract.run import ApiReport


def lines_of_api(report: ApiReport) -> list[str]:
    """Return the table of one API, behind what Schemathesis said of its failures."""
    width = max((len(name) for name in report.answers), default=0)
    lines = [] if report.passed else [report.output.rstrip(), ""]
    lines.append(f"{report.api}: {'all checks held' if report.passed else 'a check failed'}")
    for name, counts in sorted(report.answers.items()):
        said = "; ".join(
            f"{mode} {' '.join(f'{kind} {n}' for kind, n in sorted(kinds.items()))}"
            for mode, kinds in sorted(counts.items(), reverse=True)
        )
        lines.append(
            f"  {name:<{width}}  valid accepted {report.accepted_share(name):4.0%}  ({said})"
        )
    return lines


def lines_of_machine(report: MachineReport) -> list[str]:
    """Return what a state machine verified, operation by operation, and what went wrong."""
    total = sum(report.verified.values())
    said = "all checks held" if report.passed else "a check failed"
    lines = [f"{report.name}: {said} ({total} verifications)"]
    by_operation: Counter[str] = Counter()
    checks: dict[str, list[str]] = {}
    for (check, operation), count in sorted(report.verified.items()):
        by_operation[operation] += count
        checks.setdefault(operation, []).append(f"{check} {count}")
    width = max((len(name) for name in by_operation), default=0)
    lines += [
        f"  {name:<{width}}  {by_operation[name]:6}  {', '.join(checks[name])}"
        for name in sorted(by_operation)
    ]
    lines += [f"  never checked: {operation}: {check}" for check, operation in report.silent]
    if report.failure is not None:
        lines += [f"  FAILED {report.failure}", "  after:"]
        lines += [f"    {line}" for line in report.failure.trace]
    return lines


@frozen
class Verdict:
    """What is told of one operation by one part of the checks.

    Attributes:
        part: The API or the state machine.
        operation: The operationId, or what Schemathesis calls it.
        problem: What went wrong; None if nothing did.
    """

    part: str
    operation: str
    problem: str | None


def verdicts(reports: Sequence[ApiReport | MachineReport]) -> Iterator[Verdict]:
    """Tell what was found, operation by operation."""
    for report in reports:
        if isinstance(report, ApiReport):
            yield from (Verdict(report.api, name, None) for name in sorted(report.answers))
            failures = dict(report.failures)
            if not report.passed and not failures:
                failures["all"] = report.output[-2000:]
            yield from (Verdict(report.api, name, text) for name, text in failures.items())
            continue
        failure = report.failure
        for name in sorted({operation for _, operation in report.verified}):
            if failure is None or failure.operation != name:
                yield Verdict(report.name, name, None)
        if failure is not None:
            text = "\n".join([str(failure), "after:", *failure.trace])
            yield Verdict(report.name, failure.operation, text)
        for check, operation in report.silent:
            yield Verdict(report.name, operation, f"{operation}: {check}: never checked")


def junit(reports: Sequence[ApiReport | MachineReport]) -> bytes:
    """Return the findings as a JUnit file."""
    root = ElementTree.Element("testsuites", name="oxloop contract")
    suites: dict[str, ElementTree.Element] = {}
    for verdict in verdicts(reports):
        if verdict.part not in suites:
            suites[verdict.part] = ElementTree.SubElement(root, "testsuite", name=verdict.part)
        case = ElementTree.SubElement(
            suites[verdict.part], "testcase", classname=verdict.part, name=verdict.operation
        )
        if verdict.problem is not None:
            first = _printable(verdict.problem)
            failure = ElementTree.SubElement(case, "failure", message=first.split("\n")[0])
            failure.text = first
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def annotations(reports: Sequence[ApiReport | MachineReport]) -> list[str]:
    """Return the failures as the lines that GitHub shows at a run."""
    return [
        f"::error title={_escaped(f'{one.part}: {one.operation}', True)}::{_escaped(one.problem)}"
        for one in verdicts(reports)
        if one.problem is not None
    ]


def _escaped(text: str, title: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if title else text


def _printable(text: str) -> str:
    # XML has no way to write most control characters.
    return "".join(one if one in "\n\t" or one.isprintable() else "\ufffd" for one in text)
