"""Tells what became of the faults: for a terminal, and for the page that keeps the last result."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from attrs import frozen

from faults.trying import Outcome


@frozen
class Run:
    """A run over faults.

    Attributes:
        command: What was typed.
        commit: At which commit.
        date: On which day.
        seed: What chose the sample.
        enumerated: How many faults the rule gives, by API.
        by_hand: How many were written by hand.
        baseline: What was run without any fault, all green.
        outcomes: What became of each.
    """

    command: str
    commit: str
    date: str
    seed: int
    enumerated: Mapping[str, int]
    by_hand: int
    baseline: str
    outcomes: Sequence[Outcome]


def line(outcome: Outcome) -> str:
    """Return an outcome as a line of the terminal."""
    caught = outcome.caught
    said = f"  <- {caught.by}: {caught.said}" if caught else ""
    met = "" if outcome.changes else " (it never changed an answer)"
    trouble = f" (the checks broke: {outcome.trouble})" if outcome.trouble else ""
    proof = " (and its proof is wrong)" if outcome.disproved else ""
    told = f"{outcome.id}{met}{proof}{said}{trouble}"
    return f"{verdict(outcome):10} {outcome.seconds:6.1f} s  {told}"


def verdict(outcome: Outcome) -> str:
    """Return the word for what became of a fault."""
    if outcome.caught:
        return "caught"
    return "SURVIVED" if outcome.survived else "equivalent"


def table(run: Run) -> list[str]:
    """Return the counts by class, and the survivors, as Markdown."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in run.outcomes:
        by_kind[outcome.kind].append(outcome)
    lines = [
        "| class | faults | caught | equivalent | survived | median s | caught by |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(kind, by_kind[kind]) for kind in sorted(by_kind)]
    lines.append(_row("**all**", run.outcomes))
    return lines


def _row(kind: str, outcomes: Sequence[Outcome]) -> str:
    verdicts = Counter(map(verdict, outcomes))
    seconds = [one.seconds for one in outcomes if one.caught]
    by = Counter(one.caught.by for one in outcomes if one.caught)
    cells = [
        kind,
        len(outcomes),
        verdicts["caught"],
        verdicts["equivalent"],
        verdicts["SURVIVED"],
        f"{median(seconds):.1f}" if seconds else "",
        ", ".join(f"{name} {count}" for name, count in by.most_common()),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def summary(run: Run) -> list[str]:
    """Return the run in a few sentences."""
    sampled = sum(not one.by_hand for one in run.outcomes)
    seconds = [one.seconds for one in run.outcomes if one.caught]
    minutes = sum(one.seconds for one in run.outcomes) / 60
    told = sum(bool(one.caught and one.caught.curl) for one in run.outcomes)
    verdicts = Counter(map(verdict, run.outcomes))
    rule = ", ".join(f"{count:,} {api}" for api, count in run.enumerated.items())
    return [
        f"- enumerated by the rule: {sum(run.enumerated.values()):,} ({rule}); sampled of them, "
        f"by the seed {run.seed}: {sampled}; written by hand: {len(run.outcomes) - sampled}",
        f"- tried: {len(run.outcomes)}; caught: {verdicts['caught']}; "
        f"equivalent: {verdicts['equivalent']}; survived: {verdicts['SURVIVED']}",
        f"- median time to a failed assertion: {median(seconds) if seconds else 0:.1f} s; with a "
        f"curl line that shows it again: {told} of {len(seconds)}",
        f"- without any fault: {run.baseline or 'not run'}",
        f"- the tries took {minutes:.0f} minutes of one process",
    ]


def page(run: Run) -> str:
    """Return the page that keeps a run's result."""
    return "\n".join(_page(run)) + "\n"


def _page(run: Run) -> Iterator[str]:
    yield "# What the contract checks catch"
    yield ""
    yield "Wrong servers, one fault each, in front of the local service. Written by the run itself:"
    yield f"`{run.command}` at {run.commit}, {run.date}."
    yield ""
    yield from summary(run)
    yield ""
    yield from table(run)
    survivors = [one for one in run.outcomes if one.survived]
    yield ""
    yield "## Survivors"
    yield ""
    yield from (f"- {one.kind}: {_plain(one.id)}" for one in survivors)
    if not survivors:
        yield "None."
    yield from _equivalents(run)
    yield ""
    yield "## Each fault"
    yield ""
    yield "| fault | class | caught by | s |"
    yield "|---|---|---|---|"
    for one in run.outcomes:
        by = f"{one.caught.by}: {one.caught.said}" if one.caught else verdict(one)
        yield f"| {_plain(one.id)} | {one.kind} | {_plain(by)} | {one.seconds:.1f} |"


def _equivalents(run: Run) -> Iterator[str]:
    proofs: dict[str, list[str]] = defaultdict(list)
    for one in run.outcomes:
        if one.equivalent and not one.caught:
            proofs[one.equivalent].append(one.id)
    if not proofs:
        return
    yield ""
    yield "## Equivalent: no client can tell them"
    yield ""
    for proof, names in sorted(proofs.items()):
        yield f"- {proof}: {'; '.join(_plain(name) for name in names)}"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
