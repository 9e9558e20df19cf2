"""What the checks found: for people, for JUnit's readers and for GitHub."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from attrs import frozen

from oxloop_contract.cases.sending import CasesReport
from oxloop_contract.coverage.judging import CoverageReport, Share, told
from oxloop_contract.coverage.points import DIMENSIONS
from oxloop_contract.machines.running import MachineReport
from oxloop_contract.run import FLOOR, ApiReport
from oxloop_contract.whole import Report

FAILURES = 3
"""So many failures of the same check of an operation are shown."""


def lines_of(report: Report) -> list[str]:
    """Return what is told of a part of the checks as soon as it ended."""
    match report:
        case ApiReport():
            return _lines_of_api(report)
        case MachineReport():
            lines = lines_of_machine(report)
            return lines if not report.passed else [lines[0], *_told(report.told)]
        case CasesReport():
            return _lines_of_cases(report)
        case CoverageReport():
            return _lines_of_coverage(report)


def lines_of_machine(report: MachineReport) -> list[str]:
    """Return what a state machine verified, operation by operation, and what went wrong."""
    total = sum(report.verified.values())
    lines = [f"{report.name}: {_said(report.passed)} ({total} verifications)"]
    lines += _by_operation(report.verified)
    lines += _never(report.silent) + _told(report.told)
    if report.failure is not None:
        lines += [f"  FAILED {report.failure}", "  after:"]
        lines += [f"    {line}" for line in report.failure.trace]
    return lines


def _by_operation(verified: Mapping[tuple[str, str], int]) -> list[str]:
    by_operation: Counter[str] = Counter()
    checks: dict[str, list[str]] = {}
    for (check, operation), count in sorted(verified.items()):
        by_operation[operation] += count
        checks.setdefault(operation, []).append(f"{check} {count}")
    width = max((len(name) for name in by_operation), default=0)
    return [
        f"  {name:<{width}}  {by_operation[name]:6}  {', '.join(checks[name])}"
        for name in sorted(by_operation)
    ]


def _lines_of_api(report: ApiReport) -> list[str]:
    lines = [] if report.held else [report.output.rstrip(), ""]
    total = sum(report.fired.values())
    lines.append(f"{report.api}, generated: {_said(report.passed)} ({total} verifications)")
    lines += _never(report.silent) + _told(report.told)
    lines += [
        f"  {name}: only {report.accepted_share(name):.0%} of the valid requests were accepted, "
        f"less than {FLOOR:.0%}: {_counted(report.answers[name])}"
        for name in report.refusing
    ]
    return lines


def _counted(answers: Mapping[str, Mapping[str, int]]) -> str:
    return " ".join(f"{kind} {n}" for kind, n in sorted(answers.get("valid", {}).items()))


def _lines_of_cases(report: CasesReport) -> list[str]:
    total = sum(report.verified.values())
    lines = [f"{report.api}, {report.part}: {_said(report.passed)} ({total} verifications)"]
    shown: Counter[tuple[str, str]] = Counter()
    for failure in report.failures:
        shown[failure.operation, failure.check] += 1
        if shown[failure.operation, failure.check] <= FAILURES:
            lines += [f"  FAILED {failure}", f"    {failure.trace[-1]}"]
    lines += [
        f"  {operation}: {check}: {count - FAILURES} more failures"
        for (operation, check), count in shown.items()
        if count > FAILURES
    ]
    return lines + _never(report.silent) + _told(report.told)


def _lines_of_coverage(report: CoverageReport) -> list[str]:
    lines = [f"{report.api}, met of the contract with waivers (and without):"]
    for name, share in report.shares.items():
        lines.append(
            f"  {name:<17} {share.met + share.waived:>5}/{share.total:<5} "
            f"{share.with_waivers:7.2%} ({share.without_waivers:.2%})"
        )
    lines += [f"  {problem}" for problem in report.problems]
    if not report.complete:
        lines += [f"  not met: {told(point)}" for point in report.missed]
    return lines


def _never(silent: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  never checked: {operation}: {check}" for check, operation in silent]


def _told(told: Sequence[str]) -> list[str]:
    return [f"  told only: {what}" for what in told]


def _said(passed: bool) -> str:
    return "all checks held" if passed else "a check failed"


def table(reports: Sequence[Report]) -> list[str]:
    """Return the table that ends a run: operation by operation, what was met and what failed."""
    coverages = [one for one in reports if isinstance(one, CoverageReport)]
    if not coverages:
        # Nothing was to be met whole: each part has told what it looked at.
        return [line for one in reports for line in _looked_at(one)]
    apis: dict[str, ApiReport] = {one.api: one for one in reports if isinstance(one, ApiReport)}
    problems = Counter((one.api, one.operation) for one in verdicts(reports) if one.problem)
    head = ["", "valid accepted", *(one for one in DIMENSIONS[1:5]), "checks", ""]
    rows: list[list[str]] = []
    for coverage in coverages:
        rows.append([coverage.api, *head[1:]])
        verified = _verified(reports, coverage.api)
        for name, shares in sorted(coverage.by_operation.items()):
            failed = problems[coverage.api, name]
            rows.append(
                [
                    f"  {name}",
                    f"{apis[coverage.api].accepted_share(name):.0%}",
                    *(_fraction(shares[one]) for one in DIMENSIONS[1:5]),
                    str(verified[name]),
                    f"FAILED {failed}" if failed else "held",
                ]
            )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if 0 < column < len(head) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _looked_at(report: Report) -> list[str]:
    if not isinstance(report, CasesReport):
        return []
    return [f"{report.api}, {report.part}:", *_by_operation(report.verified)]


def ending(reports: Sequence[Report]) -> str:
    """Return the sentence that ends a run."""
    failed = sum(one.problem is not None for one in verdicts(reports))
    if not failed:
        return "The server keeps the contract: every check was made and held."
    return f"The server does not keep the contract: {failed} findings, told above."


def _fraction(share: Share) -> str:
    return f"{share.met + share.waived}/{share.total}"


def _verified(reports: Sequence[Report], api: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for report in reports:
        if isinstance(report, CoverageReport) or report.api != api:
            continue
        made = report.fired if isinstance(report, ApiReport) else report.verified
        for (_, operation), count in made.items():
            found[operation] += count
    return found


@frozen
class Verdict:
    """What is told of one operation by one part of the checks.

    Attributes:
        api: The API.
        part: The part of the checks.
        operation: The operationId, or what Schemathesis calls it.
        problem: What went wrong; None if nothing did.
    """

    api: str
    part: str
    operation: str
    problem: str | None


def verdicts(reports: Sequence[Report]) -> Iterator[Verdict]:
    """Tell what was found, operation by operation."""
    for report in reports:
        match report:
            case ApiReport():
                yield from _of_api(report)
            case MachineReport():
                yield from _of_machine(report)
            case CasesReport():
                yield from _of_cases(report)
            case CoverageReport():
                yield from _of_coverage(report)


def _of_api(report: ApiReport) -> Iterator[Verdict]:
    problems: list[tuple[str, str]] = list(report.failures.items())
    if not report.held and not problems:
        problems.append(("all", report.output[-2000:]))
    problems += [
        (
            name,
            f"{name}: only {report.accepted_share(name):.0%} of the valid requests were accepted",
        )
        for name in report.refusing
    ]
    problems += [
        (operation, f"{operation}: {check}: never checked") for check, operation in report.silent
    ]
    yield from _verdicts(report.api, report.api, report.answers, problems)


def _of_machine(report: MachineReport) -> Iterator[Verdict]:
    problems = [(name, f"{name}: {check}: never checked") for check, name in report.silent]
    failure = report.failure
    if failure is not None:
        problems.append((failure.operation, "\n".join([str(failure), "after:", *failure.trace])))
    operations = {operation for _, operation in report.verified}
    yield from _verdicts(report.api, report.name, operations, problems)


def _of_cases(report: CasesReport) -> Iterator[Verdict]:
    problems = [(one.operation, f"{one}\n{one.trace[-1]}") for one in report.failures]
    problems += [(name, f"{name}: {check}: never checked") for check, name in report.silent]
    operations = {operation for _, operation in report.verified}
    yield from _verdicts(report.api, f"{report.api} {report.part}", operations, problems)


def _of_coverage(report: CoverageReport) -> Iterator[Verdict]:
    problems: list[tuple[str, str]] = []
    if report.complete:
        problems = [(one.operation or "all", f"never met: {told(one)}") for one in report.missed]
    mine = {f"never met: {told(one)}" for one in report.missed}
    problems += [("all", problem) for problem in report.problems if problem not in mine]
    yield from _verdicts(report.api, f"{report.api} coverage", report.by_operation, problems)


def _verdicts(
    api: str, part: str, operations: Collection[str], problems: Sequence[tuple[str, str]]
) -> Iterator[Verdict]:
    wrong = {operation for operation, _ in problems}
    for operation in sorted(set(operations) - wrong):
        yield Verdict(api, part, operation, None)
    for operation, problem in problems:
        yield Verdict(api, part, operation, problem)


def junit(reports: Sequence[Report]) -> bytes:
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


def annotations(reports: Sequence[Report]) -> list[str]:
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
