"""Runs the checks against one server: prepares what they need, then Schemathesis, API by API."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import httpx
from attrs import asdict, evolve, frozen
from oxloop_api import specs

from oxloop_contract.accounting import EXCLUDED, UNPROMISED, silent
from oxloop_contract.cases.sending import CasesReport, Sender
from oxloop_contract.contract import Contract
from oxloop_contract.coverage.counters import NOTHING, Counters, Findings, Pinned
from oxloop_contract.derive import Values, derive
from oxloop_contract.machines.running import (
    Machine,
    MachineReport,
    Setting,
    Walk,
    connected,
    run_machine,
)
from oxloop_contract.strictness import LOCAL, Spec, Strictness
from oxloop_contract.verify import Checks
from oxloop_contract.wire import Wire
from oxloop_contract.worlds import connect, prepare_oxen
from oxloop_contract.worlds_extensions import prepare_extensions
from oxloop_contract.worlds_humanloop import prepare_humanloop

Api = Literal["oxen", "humanloop", "extensions"]
APIS: tuple[Api, ...] = ("oxen", "humanloop", "extensions")
FLOOR = 0.5
"""The least share of an operation's valid requests that must be accepted, for it to be tested."""

_PREPARE: Mapping[Api, Callable[[httpx.Client], dict[str, Values]]] = {
    "oxen": prepare_oxen,
    "humanloop": prepare_humanloop,
    "extensions": prepare_extensions,
}
_BEARER = '[auth.openapi.bearerAuth]\nbearer = "${OXLOOP_CONTRACT_KEY}"\n'
_API_KEY = '[auth.openapi.apiKey]\napi_key = "${OXLOOP_CONTRACT_KEY}"\n'
_AUTH: Mapping[Api, str] = {
    "oxen": _BEARER,
    "humanloop": _API_KEY,
    "extensions": _BEARER + _API_KEY,
}


@frozen
class ApiReport:
    """What Schemathesis found of one API.

    Attributes:
        api: The API.
        held: Whether every check held.
        answers: Answers by operationId, by whether the request was ``valid`` or ``invalid`` by
            the schema, and by kind of status (``2xx``, ``4xx`` …).
        failures: What went wrong, by ``METHOD path`` of the derived spec.
        output: What Schemathesis printed; it names each failure with a curl line.
        fired: How often each check was made, by check and operationId.
        silent: Checks and operations that should have been checked and never were.
        coverage: What of the contract was met.
        told: What was seen and fails nothing, in sentences.
        floor: The least share of an operation's valid requests that must be accepted.
    """

    api: Api
    held: bool
    answers: Mapping[str, Mapping[str, Mapping[str, int]]]
    failures: Mapping[str, str]
    output: str
    fired: Mapping[tuple[str, str], int] = {}
    silent: Sequence[tuple[str, str]] = ()
    coverage: Findings = NOTHING
    told: Sequence[str] = ()
    floor: float = FLOOR

    @property
    def refusing(self) -> list[str]:
        """The operations that accepted too few of the valid requests."""
        return [name for name in self.answers if self.accepted_share(name) < self.floor]

    @property
    def passed(self) -> bool:
        """Whether every check was made and held, and enough of what is valid was accepted."""
        return self.held and not self.silent and not self.refusing

    def accepted_share(self, operation: str) -> float:
        """Return the share of an operation's valid requests that were answered with 2xx."""
        counts = self.answers.get(operation, {}).get("valid", {})
        return counts.get("2xx", 0) / max(1, sum(counts.values()))


def check(
    api: Api,
    *,
    base_url: str,
    api_key: str,
    examples: int = 25,
    operations: Sequence[str] = (),
    strictness: Strictness = LOCAL,
    record: Path | None = None,
) -> ApiReport:
    """Test a server against one API's contract, in all phases of Schemathesis.

    Args:
        api: Which API.
        base_url: Where the server listens, without a path.
        api_key: A key that may write.
        examples: Generated requests per operation and phase.
        operations: Only these, by operationId; all by default.
        strictness: How the server is judged.
        record: A folder to keep the exchanges in.

    Raises:
        CannotRun: The server does not answer, or would not make what the checks need.
    """
    values = _prepared(api, base_url, api_key)
    with tempfile.TemporaryDirectory(prefix="oxloop-contract-") as name:
        folder = Path(name)
        spec = derive(specs.load(api, strictness.spec), values)
        (folder / "spec.json").write_text(json.dumps(spec), "utf-8")
        (folder / "task.json").write_text(_task(api, values, strictness, record), "utf-8")
        (folder / "schemathesis.toml").write_text(_config(api, examples), "utf-8")
        done = subprocess.run(
            _command(folder, base_url, operations, strictness),
            env=_environment(folder, base_url, api_key),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        found = folder / "findings.json"
        failures = _failures(folder / "junit.xml")
        report = ApiReport(api, done.returncode == 0, {}, failures, done.stdout)
        if not found.exists():
            # It did not even begin; what it printed says why.
            return evolve(report, held=False)
        return _read(report, json.loads(found.read_text("utf-8")), operations, strictness)


def _prepared(api: Api, base_url: str, api_key: str) -> dict[str, Values]:
    with connect(base_url, api_key) as http:
        return _PREPARE[api](http)


def _read(
    report: ApiReport, found: Any, operations: Sequence[str], strictness: Strictness
) -> ApiReport:
    fired = {(check, name): count for check, name, count in found["fired"]}
    known = contract(report.api, strictness.spec)
    left_out = UNPROMISED if strictness.forgiving else ()
    tested = operations or list(known.operations)
    never = [one for one in silent(known, fired, tested) if one[0] not in left_out]
    failing, told = strictness.weigh(never, found["let_off"])
    return evolve(
        report,
        answers=found["answers"],
        fired=fired,
        silent=failing,
        coverage=Findings.load(found["coverage"]),
        told=told,
        floor=0.0 if strictness.forgiving else FLOOR,
    )


def check_cases(api: Api, setting: Setting, *, operations: Sequence[str] = ()) -> CasesReport:
    """Send the requests that one API's contract gives rise to.

    Args:
        api: Which API.
        setting: The server.
        operations: Only these, by operationId; all by default.

    Raises:
        CannotRun: The server does not answer, or would not make what the checks need.
    """
    values = _prepared(api, setting.base_url, setting.key)
    checks = Checks()
    pinned: Pinned = {(api, name): list(given.body) for name, given in values.items()}
    spec = setting.strictness.spec
    counters = Counters({one: contract(one, spec) for one in APIS}, pinned)
    with connected(evolve(setting, watchers=(*setting.watchers, counters.see))) as http:

        def wire(key: str | None) -> Wire | None:
            return None if key is None else made(key)

        def made(key: str) -> Wire:
            known = contract(api, spec)
            return Wire(http, known, checks, key, api=api, strictness=setting.strictness)

        own = made(setting.key)
        others = wire(setting.other_key), wire(setting.read_key)
        found = Sender(api, own, values, *others, only=operations).run()
    return evolve(found, coverage=counters.findings)


def check_machine(
    machine: Machine | Walk,
    api: Api,
    setting: Setting,
    *,
    seed: int = 1,
    examples: int | None = None,
) -> MachineReport:
    """Run one state machine, or one walk.

    Args:
        machine: Which.
        api: The API that it is of.
        setting: The server.
        seed: Chooses what is sent.
        examples: How many sequences of requests; as many as the machine needs by default.

    Raises:
        CannotRun: The server does not answer, or has no model that echoes.
    """
    needed = 1 if isinstance(machine, Walk) else machine.examples
    return run_machine(
        machine,
        api,
        lambda name: contract(name, setting.strictness.spec),
        setting,
        seed_number=seed,
        examples=examples or needed,
    )


@cache
def contract(api: str, spec: Spec = "local") -> Contract:
    """Return an API's contract, of either profile."""
    return Contract(specs.load(api, spec))


def _command(
    folder: Path, base_url: str, operations: Sequence[str], strictness: Strictness
) -> list[str]:
    # Beside this interpreter first: the environment need not be activated.
    st = Path(sys.executable).with_name("st")
    program = str(st) if st.exists() else shutil.which("st") or "st"
    return [
        program,
        f"--config-file={folder / 'schemathesis.toml'}",
        "run",
        str(folder / "spec.json"),
        f"--url={base_url}",
        f"--exclude-checks={','.join([*EXCLUDED, *(UNPROMISED if strictness.forgiving else ())])}",
        "--continue-on-failure",
        # How fast requests are made up and answered says nothing of the contract.
        "--suppress-health-check=all",
        "--request-timeout=60",
        "--report=junit",
        f"--report-junit-path={folder / 'junit.xml'}",
        "--warnings=off",
        *(f"--include-operation-id={name}" for name in operations),
    ]


def _failures(junit: Path) -> dict[str, str]:
    if not junit.exists():
        return {}
    # The file is Schemathesis' own, written a moment ago.
    found: dict[str, str] = {}
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314
        problems = [*case.findall("failure"), *case.findall("error")]
        if problems:
            told = (one.get("message") or one.text or "" for one in problems)
            found[case.get("name", "")] = "\n".join(told)
    return found


def _config(api: Api, examples: int) -> str:
    return (
        "workers = 1\n"
        "[phases.examples]\nfill-missing = true\n"
        f'[generation]\nmax-examples = {examples}\ndatabase = "none"\ndeterministic = true\n'
        f"{_AUTH[api]}"
    )


def _task(
    api: Api, values: Mapping[str, Values], strictness: Strictness, record: Path | None
) -> str:
    return json.dumps(
        {
            "api": api,
            "apis": APIS,
            "strictness": asdict(strictness),
            "record": str(record.resolve()) if record else "",
            "choices": {
                name: {path: list(choices) for path, choices in given.body.items()}
                for name, given in values.items()
            },
            "kept": [
                value.rpartition("/")[2]
                for given in values.values()
                for value in given.path.values()
            ],
            "fresh": {name: asdict(given.fresh) for name, given in values.items() if given.fresh},
        }
    )


def _environment(folder: Path, base_url: str, api_key: str) -> dict[str, str]:
    return {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "oxloop_contract.hooks",
        "OXLOOP_CONTRACT_TASK": str(folder / "task.json"),
        "OXLOOP_CONTRACT_FINDINGS": str(folder / "findings.json"),
        "OXLOOP_CONTRACT_URL": base_url,
        "OXLOOP_CONTRACT_KEY": api_key,
        "NO_COLOR": "1",
    }
