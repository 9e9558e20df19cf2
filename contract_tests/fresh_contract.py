"""``make contract``: the contract checks against a local service that is new and ends with them.

It takes what ``python -m oxloop_contract`` takes, but for the address and the keys.
"""

import os
import sys
import tempfile
from pathlib import Path

from fresh_service import ECHO, fresh_service
from oxloop_contract.__main__ import main as contract


def main(arguments: list[str]) -> int:
    """Run the checks, and look at what the service itself says was wrong."""
    with (
        tempfile.TemporaryDirectory(prefix="oxloop-contract-") as name,
        fresh_service(Path(name) / "data") as service,
    ):
        os.environ["OXLOOP_CONTRACT_KEY"] = service.running.key
        where = ["--base-url", service.running.url, "--echo-model", ECHO]
        # With "=", for a key may begin with a dash.
        keys = [f"--other-key={service.other_key}", f"--read-key={service.read_key}"]
        result = contract([*where, *keys, *arguments])
        for line in service.faults:
            print(f"the service's log: {line}", file=sys.stderr)
        return result or bool(service.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
