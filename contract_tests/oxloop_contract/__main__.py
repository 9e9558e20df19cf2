"""``python -m oxloop_contract``: the checks from a shell.

Exit 0: all held. Exit 1: a check failed. Exit 2: they could not run.
"""

import argparse
import os
import sys

from oxloop_contract.run import APIS, ApiReport, check
from oxloop_contract.worlds import CannotPrepare


def main(argv: list[str] | None = None) -> int:
    """Run the checks and print, operation by operation, what was exercised."""
    parser = argparse.ArgumentParser(
        prog="oxloop contract", description="Check a server against the specs."
    )
    parser.add_argument(
        "--base-url", required=True, help="where the server listens, such as http://127.0.0.1:8600"
    )
    parser.add_argument("--api", choices=APIS, action="append", help="only this API (default: all)")
    parser.add_argument("--api-key", help="a key that may write (default: OXLOOP_CONTRACT_KEY)")
    parser.add_argument(
        "--examples", type=int, default=25, help="generated requests per operation (default: 25)"
    )
    arguments = parser.parse_args(argv)
    key = arguments.api_key or os.environ.get("OXLOOP_CONTRACT_KEY", "")
    if not key:
        print("contract: no key: give --api-key, or set OXLOOP_CONTRACT_KEY", file=sys.stderr)
        return 2
    passed = True
    for api in arguments.api or APIS:
        try:
            report = check(
                api, base_url=arguments.base_url, api_key=key, examples=arguments.examples
            )
        except CannotPrepare as problem:
            print(f"contract: {problem}", file=sys.stderr)
            return 2
        print(render(report))
        passed = passed and report.passed
    return 0 if passed else 1


def render(report: ApiReport) -> str:
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
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
