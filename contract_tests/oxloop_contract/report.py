"""What the checks found, as lines for people."""

from collections import Counter

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
