"""``python -m oxloop_contract``: the checks from a shell.

Exit 0: all held. Exit 1: a check failed. Exit 2: they could not run.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve

from oxloop_contract.contract import Contract
from oxloop_contract.live import PER_SECOND, Pace, look
from oxloop_contract.machines.running import Setting
from oxloop_contract.recording import Recorder
from oxloop_contract.replay import replay
from oxloop_contract.report import annotations, ending, junit, lines_of, table
from oxloop_contract.run import APIS, Api, contract
from oxloop_contract.strictness import LOCAL, PUBLISHED, Strictness
from oxloop_contract.verify import CannotRun
from oxloop_contract.whole import Report, run_all


def main(argv: Sequence[str] | None = None) -> int:
    """Run the checks and print, operation by operation, what was exercised."""
    arguments = _parser().parse_args(argv)
    reports: list[Report] = []
    try:
        for report in _parts(arguments):
            print("\n".join(lines_of(report)), flush=True)
            reports.append(report)
    except CannotRun as problem:
        print(f"oxloop contract: {problem}", file=sys.stderr)
        return 2
    passed = all(report.passed for report in reports)
    print("\n".join(["", *table(reports), "", ending(reports)]))
    if arguments.junit:
        arguments.junit.write_bytes(junit(reports))
    if arguments.github:
        for line in annotations(reports):
            print(line)
    return 0 if passed else 1


def _parts(arguments: argparse.Namespace) -> Iterator[Report]:
    strictness = LOCAL if arguments.profile == "local" else PUBLISHED
    # The extensions are our own: nobody else's server has them.
    apis: Sequence[Api] = arguments.api or (APIS if strictness is LOCAL else APIS[:2])
    if arguments.replay:
        contracts: dict[str, Contract] = {api: contract(api, strictness.spec) for api in apis}
        yield from replay(arguments.replay, contracts, strictness)
        return
    setting = _setting(arguments, strictness)
    if arguments.profile != "live":
        examples, seed, record = arguments.examples, arguments.seed, arguments.record
        yield from run_all(apis, setting, examples=examples, seed=seed, record=record)
        return
    if arguments.api not in (None, ["oxen"]):
        raise CannotRun("--profile live looks at Oxen's hub: it goes with --api oxen only")
    if arguments.record:
        watcher = Recorder(arguments.record, setting.keys, "live").see
        setting = evolve(setting, watchers=[watcher])
    pace = Pace(arguments.rate)
    yield look(setting, contract("oxen", strictness.spec), pace, arguments.repository)


def _setting(arguments: argparse.Namespace, strictness: Strictness) -> Setting:
    if not arguments.base_url:
        raise CannotRun("no server: give --base-url, or --replay with recorded exchanges")
    key = arguments.api_key or os.environ.get("OXLOOP_CONTRACT_KEY", "")
    if not key:
        raise CannotRun("no key: give --api-key, or set OXLOOP_CONTRACT_KEY")
    return Setting(
        arguments.base_url.rstrip("/"),
        key,
        arguments.other_key,
        arguments.echo_model,
        arguments.read_key,
        strictness=strictness,
    )


def _repository(text: str) -> tuple[str, str]:
    namespace, _, name = text.partition("/")
    if not namespace or not name or "/" in name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAMESPACE/NAME")
    return namespace, name


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of requests a second, up to 1000")
    return rate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="oxloop contract", description="Check a server against the specs."
    )
    _say_which_server(parser)
    _say_how(parser)
    _say_where_to(parser)
    return parser


def _say_which_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base-url", help="where the server listens: http://127.0.0.1:8600")
    parser.add_argument("--api", choices=APIS, action="append", help="only this API (default: all)")
    parser.add_argument("--api-key", help="a key that may write (default: OXLOOP_CONTRACT_KEY)")
    parser.add_argument(
        "--other-key", help="a key of somebody else, to check that tenants are kept apart"
    )
    parser.add_argument(
        "--read-key", help="a key that may only read, to check that it may not write"
    )
    parser.add_argument(
        "--echo-model",
        default="echo",
        metavar="NAME",
        help="a model of the server that answers each prompt with that prompt (default: echo)",
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="DIR",
        help="judge recorded exchanges in place of a server's answers",
    )


def _say_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        choices=("local", "published", "live"),
        default="local",
        help="how strictly: all that the local service promises (the default), what the providers "
        "have published, or that without writing anything, for Oxen's hub",
    )
    parser.add_argument(
        "--repository",
        type=_repository,
        metavar="NAMESPACE/NAME",
        help="with --profile live: the repository to read (default: only what is nobody's)",
    )
    parser.add_argument(
        "--rate",
        type=_rate,
        default=PER_SECOND,
        metavar="N",
        help=f"with --profile live: the most requests a second (default: {PER_SECOND:g})",
    )
    parser.add_argument(
        "--examples", type=int, default=25, help="generated requests per operation (default: 25)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="chooses what the state machines send (default: 1)"
    )


def _say_where_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="keep the exchanges there, without the keys"
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit file too")
    parser.add_argument(
        "--github", action="store_true", help="print the failures as annotations for GitHub too"
    )


if __name__ == "__main__":
    sys.exit(main())
