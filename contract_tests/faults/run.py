"""``python -m faults.run``: which check catches each fault, how fast, and which none catches.

Exit 0: every fault that a client could tell was caught. Exit 1: one survived. Exit 2: the checks
fail without any fault, so that nothing they say of faults counts.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from fresh_service import fresh_service
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.run import check, check_cases, check_machine

from faults.by_hand import by_hand
from faults.fault import APIS, Api, Fault
from faults.from_spec import SEED, enumerated, sample
from faults.journal import Journal
from faults.proxy import Routes
from faults.results import Run, line, page, summary, table
from faults.trying import SEEDS, Outcome, Target, attempt

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(argv: Sequence[str] | None = None) -> int:
    """Try the faults, print what became of them, and name the survivors."""
    arguments = _parser().parse_args(argv)
    faults = _chosen(arguments)
    journal = Journal(arguments.journal, {"commit": _commit(), "seed": arguments.seed})
    with tempfile.TemporaryDirectory(prefix="oxloop-faults-") as name:
        folder = Path(name)
        with _services(folder, arguments.jobs) as targets, _pools(len(targets)) as pools:
            problems = _baseline(arguments, pools, targets)
            if problems:
                print("\n".join(["the checks fail without a fault:", *problems]), file=sys.stderr)
                return 2
            missing = [one for one in faults if one.id not in journal.outcomes]
            for outcome in _tried(missing, pools, targets, arguments):
                journal.add(outcome)
                print(line(outcome), flush=True)
    run = Run(
        command=_command(arguments),
        commit=_commit(),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        seed=arguments.seed,
        enumerated={api: len(enumerated(api)) for api in APIS},
        by_hand=len(by_hand()),
        baseline=_of_baseline(arguments),
        outcomes=[journal.outcomes[one.id] for one in faults],
    )
    survivors = [one for one in run.outcomes if one.survived]
    print("\n".join(["", *table(run), "", *summary(run)]))
    print("\n".join(f"survivor: {one.kind}: {one.id}" for one in survivors))
    if arguments.write:
        RESULTS.write_text(page(run), "utf-8")
    return 1 if survivors else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m faults.run", description=main.__doc__)
    parser.add_argument("--sample", type=int, default=138, help="enumerated faults (default: 138)")
    parser.add_argument("--seed", type=int, default=SEED, help="chooses them")
    parser.add_argument("--api", choices=APIS, action="append", help="only this API")
    parser.add_argument("--only", default="", help="only faults with this in their name")
    parser.add_argument("--kind", default="", help="only faults of this class")
    parser.add_argument("--machines-only", action="store_true", help="without the schema checks")
    parser.add_argument("--jobs", type=int, default=2, help="services at once (default: 2)")
    parser.add_argument(
        "--baseline", type=int, default=20, help="seeds to run without a fault first (default: 20)"
    )
    parser.add_argument(
        "--journal",
        type=Path,
        default=ROOT / ".teeth" / "journal.jsonl",
        help="where outcomes are kept; a run of the same commit and seed goes on there",
    )
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} anew")
    return parser


def _chosen(arguments: argparse.Namespace) -> list[Fault]:
    return [
        fault
        for fault in (*sample(arguments.sample, arguments.seed), *by_hand())
        if fault.api in (arguments.api or APIS)
        and arguments.only in fault.name
        and arguments.kind in fault.kind
    ]


def _command(arguments: argparse.Namespace) -> str:
    """Return what was typed, but for where outcomes are kept."""
    numbers = ("sample", "seed", "baseline", "jobs")
    words = ["python -m faults.run", *(f"--{name} {getattr(arguments, name)}" for name in numbers)]
    words += [f"--api {api}" for api in arguments.api or ()]
    words += ["--machines-only"] if arguments.machines_only else []
    return " ".join(words)


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    # What the last run wrote is no change of what is tried.
    others = ("contract_tests", f":!contract_tests/faults/{RESULTS.name}")
    changed = " with changes" if git("status", "--porcelain", "--", *others) else ""
    return (git("rev-parse", "--short", "HEAD") or "no commit") + changed


# --- services and processes ---------------------------------------------------------------------


@contextmanager
def _services(folder: Path, count: int) -> Generator[list[Target]]:
    with ExitStack() as stack:
        running = [
            stack.enter_context(fresh_service(folder / str(number))) for number in range(count)
        ]
        yield [
            Target(one.running.url, one.running.key, one.other_key, one.read_key) for one in running
        ]


@contextmanager
def _pools(count: int) -> Generator[list[ProcessPoolExecutor]]:
    # A process for each service: what one fault does to its service's load is no other's matter.
    with ExitStack() as stack:
        yield [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            for _ in range(count)
        ]


def _tried(
    faults: Sequence[Fault],
    pools: Sequence[ProcessPoolExecutor],
    targets: Sequence[Target],
    arguments: argparse.Namespace,
) -> Iterator[Outcome]:
    def submit(number: int, fault: Fault) -> Future[Outcome]:
        chosen = arguments.sample, arguments.seed
        return pools[number].submit(
            _try, fault.id, chosen, targets[number], arguments.machines_only
        )

    waiting = list(reversed(faults))
    running: dict[Future[Outcome], int] = {}
    for number in range(len(pools)):
        if waiting:
            running[submit(number, waiting.pop())] = number
    while running:
        done = next(as_completed(running))
        number = running.pop(done)
        if waiting:
            running[submit(number, waiting.pop())] = number
        yield done.result()


@cache
def _all_faults(size: int, seed: int) -> dict[str, Fault]:
    return {one.id: one for one in (*sample(size, seed), *by_hand())}


@cache
def _routes() -> Routes:
    return Routes()


def _try(fault: str, chosen: tuple[int, int], target: Target, machines_only: bool) -> Outcome:
    return attempt(_all_faults(*chosen)[fault], target, _routes(), machines_only=machines_only)


# --- without a fault ----------------------------------------------------------------------------


def _baseline(
    arguments: argparse.Namespace,
    pools: Sequence[ProcessPoolExecutor],
    targets: Sequence[Target],
) -> list[str]:
    works: list[Callable[[Target], str]] = []
    apis: Sequence[Api] = arguments.api or APIS
    for api in apis if arguments.baseline else ():
        works += [partial(_clean, api, seed, 4) for seed in range(1, arguments.baseline + 1)]
        works += [partial(_clean, api, seed, None) for seed in SEEDS]
        if not arguments.machines_only:
            works += [partial(_clean_cases, api), partial(_clean_schemathesis, api)]
    running: list[Future[str]] = []
    for number, work in enumerate(works):
        place = number % len(pools)
        running.append(pools[place].submit(work, targets[place]))
    return [problem for one in running if (problem := one.result())]


def _clean(api: Api, seed: int, examples: int | None, target: Target) -> str:
    """Run an API's machines as they are run against faults, and answer what does not hold."""
    for machine in MACHINES.get(api, ()):
        setting = target.setting(target.url)
        found = check_machine(machine, api, setting, seed=seed, examples=examples)
        if found.failure is not None or (examples is None and found.silent):
            return f"{machine.name}, seed {seed}: {found.failure or found.silent}"
    return ""


def _clean_cases(api: Api, target: Target) -> str:
    found = check_cases(api, target.setting(target.url))
    return "" if not found.failures else f"derived cases: {found.failures[0]}"


def _clean_schemathesis(api: Api, target: Target) -> str:
    found = check(api, base_url=target.url, api_key=target.key, examples=5)
    return "" if found.held else f"Schemathesis: {api}: {found.output[-1000:]}"


def _of_baseline(arguments: argparse.Namespace) -> str:
    if not arguments.baseline:
        return ""
    schemas = "" if arguments.machines_only else ", and all that is made from the schemas"
    return (
        f"green: every machine and walk over {arguments.baseline} seeds, over two of them as long "
        f"as against a fault that hides{schemas}"
    )


if __name__ == "__main__":
    sys.exit(main())
