"""All the checks of some APIs, one part after the other, and how much of the contract they met."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve

from oxloop_contract.cases.sending import CasesReport
from oxloop_contract.coverage.counters import Counters
from oxloop_contract.coverage.judging import CoverageReport, judge
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.refusals import REFUSALS
from oxloop_contract.machines.running import Machine, MachineReport, Setting, Walk
from oxloop_contract.recording import Recorder
from oxloop_contract.run import APIS, Api, ApiReport, check, check_cases, check_machine, contract
from oxloop_contract.strictness import Strictness
from oxloop_contract.waivers import load

Report = ApiReport | MachineReport | CasesReport | CoverageReport


def run_all(
    apis: Sequence[Api],
    setting: Setting,
    *,
    examples: int,
    seed: int,
    record: Path | None = None,
) -> Iterator[Report]:
    """Make every check, and report of each part as it ends.

    Args:
        apis: The APIs.
        setting: The server, and how it is judged.
        examples: Generated requests per operation and phase.
        seed: Chooses what the state machines send.
        record: A folder to keep the exchanges in.

    Raises:
        CannotRun: The server does not answer, or would not make what the checks need.
    """
    strictness = setting.strictness
    counters = Counters({api: contract(api, strictness.spec) for api in APIS})
    if record:
        recorder = Recorder(record, setting.keys, "checks")
        setting = evolve(setting, watchers=(*setting.watchers, recorder.see))
    watched = evolve(setting, watchers=(*setting.watchers, counters.see))
    parts: list[ApiReport | CasesReport] = []
    for api in apis:
        parts.append(check_cases(api, setting))
        yield parts[-1]
        parts.append(
            check(
                api,
                base_url=setting.base_url,
                api_key=setting.key,
                examples=examples,
                strictness=strictness,
                record=record,
            )
        )
        yield parts[-1]
        for machine in machines(api, strictness):
            yield check_machine(machine, api, watched, seed=seed)
    found = counters.findings
    for part in parts:
        found |= part.coverage
    for api in apis:
        known = contract(api, strictness.spec)
        yield judge(api, known, found, load(), complete=strictness.complete)


def machines(api: str, strictness: Strictness) -> list[Machine | Walk]:
    """Return the machines and walks that a server is tried with."""
    # In what words and with what statuses all is refused, only our own service promises.
    left_out = [REFUSALS] if strictness.forgiving else []
    return [one for one in MACHINES.get(api, ()) if one not in left_out]
