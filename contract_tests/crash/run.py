"""Kill the service again and again while it works, and prove what that cost.

    .venv/bin/python -m crash.run --kills 50 [--rows 5000] [--seed 7] [--results FILE]

A run of each API goes on in one service; a model endpoint outside of it keeps its own log, which
alone tells what was asked and how often. The moments are drawn from the seed: so many calls after
the beginning, and a few milliseconds more, so that start, work, judging and commit are all hit.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import frozen
from measured import measured
from oxloop.rules.folder import DataFolder
from oxloop_server.storage.recorder import GROUP_ROWS
from running_service import Running, command, environment
from scripted_model import ScriptedModel

from crash.work import MODELS, Work, answer, begin, check_all, register

SEED = 7
ROWS = 5000
_PAGE = """# The service killed at random moments

One service runs an evaluation of each API at once and is killed with SIGKILL again and again; the
log of the model endpoint tells what was asked. Every row was answered, the committed column, the
logs and their results are complete and right, and no kill made more calls of a model be made again
than were in flight or waited for the last flush.
"""
WHILE_IT_WORKS = 0.05
WHILE_IT_STARTS = 1.0
"""Seconds behind the chosen call, or behind the start where that call was made before."""


@frozen
class Outcome:
    """What some kills cost.

    Args:
        kills: How often the service was killed.
        rows: Rows of each run.
        asked: All calls, by model.
        again: Of each kill, the prompts that had been asked before it and were asked again after
            it, by model.
        seconds: How long it took in all.
    """

    kills: int
    rows: int
    asked: Mapping[str, int]
    again: Mapping[str, Sequence[int]]
    seconds: float


def survive(folder: Path, kills: int, *, rows: int = ROWS, seed: int = SEED) -> Outcome:
    """Kill a service ``kills`` times, let the next one finish, and check all of it.

    Args:
        folder: An empty data folder.
        kills: How often.
        rows: Rows of each run.
        seed: Decides on the moments.

    Raises:
        AssertionError: If anything is lost, wrong, or paid twice beyond the bound.
    """
    began = time.monotonic()
    home = DataFolder(folder)
    moments = _moments(kills, len(MODELS) * rows, seed)
    with ScriptedModel(answer) as model:
        register(home, model, 0)
        first = Running(folder)
        work = begin(first, rows)
        _kill(first.process, model, *moments[0])
        first.stop()
        for life, moment in enumerate(moments[1:], start=1):
            register(home, model, life)
            _live_and_die(home, model, moment)
        register(home, model, kills)
        home.service_file.unlink(missing_ok=True)
        last = Running(folder)
        try:
            check_all(last, work)
        finally:
            stopped = last.stop()
        assert stopped == 0
        assert "Traceback" not in last.log()
        assert "contract violation" not in last.log()
        asked = [(call.body["model"], _life(call.path), call.prompt) for call in model.calls]
    again = _asked_again(asked, work, kills)
    return Outcome(
        kills, rows, Counter(name for name, _, _ in asked), again, time.monotonic() - began
    )


def _moments(kills: int, calls: int, seed: int) -> list[tuple[int, float]]:
    """When to kill: behind which call, and how far behind it, as a share of the longest pause."""
    chosen = random.Random(seed)
    behind = sorted(chosen.sample(range(calls), kills))
    return [(call, chosen.random()) for call in behind]


def _live_and_die(home: DataFolder, model: ScriptedModel, moment: tuple[int, float]) -> None:
    home.service_file.unlink(missing_ok=True)
    with (
        home.log_file.open("ab") as log,
        subprocess.Popen(
            command("serve", "--port", "0", "--data", str(home.path)),
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=environment(),
        ) as process,
    ):
        _kill(process, model, *moment)


def _kill(
    process: subprocess.Popen[bytes], model: ScriptedModel, behind: int, share: float
) -> None:
    works = len(model.calls) <= behind
    if works:
        model.wait_for(behind + 1)
    with suppress(subprocess.TimeoutExpired):
        status = process.wait(share * (WHILE_IT_WORKS if works else WHILE_IT_STARTS))
        raise AssertionError(f"the service ended by itself, with status {status}")
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def _life(path: str) -> int:
    """The life of the service in which a call was made, as the address tells."""
    return int(path.split("/")[2])


def _asked_again(
    asked: Sequence[tuple[str, int, str]], work: Work, kills: int
) -> dict[str, list[int]]:
    """Count of each kill what it made the service ask again, and check that against the bound."""
    lives: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in MODELS}
    for name, life, prompt in asked:
        lives[name][prompt].append(life)
    again = {name: [0] * kills for name in MODELS}
    for name, expected in work.prompts.items():
        assert set(lives[name]) == expected, "every row was asked, and nothing else"
        for prompt, when in lives[name].items():
            assert len(set(when)) == len(when), f"{prompt} was asked twice without a kill"
            for life in sorted(when)[:-1]:
                again[name][life] += 1
        bound = MODELS[name] + GROUP_ROWS
        assert max(again[name]) <= bound, f"{name}: {again[name]} beyond {bound}"
    return again


def summary(outcome: Outcome) -> list[str]:
    """What was found, as a sentence and a table."""
    return [
        f"{outcome.kills} kills in {outcome.seconds:.0f} s.",
        "",
        "| model of | rows | calls | asked again, in all | at most by one kill | bound of a kill |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {outcome.rows:,} | {outcome.asked[name]:,} | {sum(again):,}"
            f" | {max(again)} | {MODELS[name]} + {GROUP_ROWS} |"
            for name, again in outcome.again.items()
        ),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Kill a service, print what that cost, and write it down if told to."""
    parser = argparse.ArgumentParser(prog="python -m crash.run", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--results", type=Path, help="a page to write the outcome to")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="oxloop-crash-") as name:
        outcome = survive(
            Path(name) / "data", arguments.kills, rows=arguments.rows, seed=arguments.seed
        )
    lines = summary(outcome)
    print("\n".join(lines))
    if arguments.results is not None:
        typed = f"python -m crash.run --kills {outcome.kills} --rows {outcome.rows}"
        how = measured(f"{typed} --seed {arguments.seed}")
        arguments.results.write_text("\n".join([_PAGE, how, "", *lines, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
