"""``python -m oxloop_contract``: the checks from a shell.

Exit 0: all held. Exit 1: a check failed. Exit 2: they could not run.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from oxloop_contract.machines.running import Setting
from oxloop_contract.report import annotations, ending, junit, lines_of, table
from oxloop_contract.run import APIS
from oxloop_contract.verify import CannotRun
from oxloop_contract.whole import Report, Strictness, run_all


def main(argv: Sequence[str] | None = None) -> int:
    """Run the checks and print, operation by operation, what was exercised."""
    arguments = _parser().parse_args(argv)
    key = arguments.api_key or os.environ.get("OXLOOP_CONTRACT_KEY", "")
    if not key:
        print("contract: no key: give --api-key, or set OXLOOP_CONTRACT_KEY", file=sys.stderr)
        return 2
    setting = Setting(
        arguments.base_url.rstrip("/"),
        key,
        arguments.other_key,
        arguments.echo_model,
        arguments.read_key,
    )
    reports: list[Report] = []
    parts = run_all(
        arguments.api or APIS,
        setting,
        Strictness(),
        examples=arguments.examples,
        seed=arguments.seed,
    )
    try:
        for report in parts:
            print("\n".join(lines_of(report)), flush=True)
            reports.append(report)
    except CannotRun as problem:
        print(f"contract: {problem}", file=sys.stderr)
        return 2
    passed = all(report.passed for report in reports)
    print("\n".join(["", *table(reports), "", ending(reports)]))
    if arguments.junit:
        arguments.junit.write_bytes(junit(reports))
    if arguments.github:
        for line in annotations(reports):
            print(line)
    return 0 if passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="oxloop contract", description="Check a server against the specs."
    )
    parser.add_argument(
        "--base-url", required=True, help="where the server listens, such as http://127.0.0.1:8600"
    )
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
        "--examples", type=int, default=25, help="generated requests per operation (default: 25)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="chooses what the state machines send (default: 1)"
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit file too")
    parser.add_argument(
        "--github", action="store_true", help="print the failures as annotations for GitHub too"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
