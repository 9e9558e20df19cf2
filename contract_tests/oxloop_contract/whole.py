"""All the checks of some APIs, one part after the other, and how much of the contract they met."""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from oxloop_contract.cases.sending import CasesReport
from oxloop_contract.coverage.counters import Counters
from oxloop_contract.coverage.judging import CoverageReport, judge
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.running import MachineReport, Setting
from oxloop_contract.run import APIS, Api, ApiReport, check, check_cases, check_machine, contract
from oxloop_contract.waivers import load

Report = ApiReport | MachineReport | CasesReport | CoverageReport


@frozen
class Strictness:
    """How a server is judged: the one place that says what fails a run.

    Attributes:
        complete: Whether all of the contract must be met, but for what is waived. What was not
            met is told in any case.
    """

    complete: bool = True


def run_all(
    apis: Sequence[Api],
    setting: Setting,
    strictness: Strictness,
    *,
    examples: int,
    seed: int,
) -> Iterator[Report]:
    """Make every check, and report of each part as it ends.

    Args:
        apis: The APIs.
        setting: The server.
        strictness: How it is judged.
        examples: Generated requests per operation and phase.
        seed: Chooses what the state machines send.

    Raises:
        CannotRun: The server does not answer, or would not make what the checks need.
    """
    counters = Counters({api: contract(api) for api in APIS})
    watched = evolve(setting, watchers=(*setting.watchers, counters.see))
    parts: list[ApiReport | CasesReport] = []
    for api in apis:
        parts.append(check_cases(api, setting))
        yield parts[-1]
        parts.append(check(api, base_url=setting.base_url, api_key=setting.key, examples=examples))
        yield parts[-1]
        for machine in MACHINES.get(api, ()):
            yield check_machine(machine, api, watched, seed=seed)
    found = counters.findings
    for part in parts:
        found |= part.coverage
    for api in apis:
        yield judge(api, contract(api), found, load(), complete=strictness.complete)
