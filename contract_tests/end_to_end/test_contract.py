"""The service keeps the contract: derived requests, Schemathesis in all its phases, machines."""

from collections.abc import Iterator

import pytest
from fresh_service import Fresh, sound_service
from oxloop_contract.coverage.points import points
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.running import Machine, Setting
from oxloop_contract.run import APIS, Api, check, check_cases, check_machine, contract
from oxloop_contract.waivers import load

DERIVED = ("operations", "parameters", "request keywords", "examples")
"""What the derived requests alone meet, without chance."""

# Few, for every commit waits for them: the command sends more.
EXAMPLES: dict[Api, int] = {"oxen": 10, "humanloop": 3, "extensions": 10}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with sound_service(tmp_path_factory.mktemp("contract")) as fresh:
        yield fresh


@pytest.mark.parametrize("api", APIS)
def test_every_check_holds_and_most_valid_requests_are_accepted(service: Fresh, api: Api) -> None:
    report = check(
        api,
        base_url=service.running.url,
        api_key=service.running.key,
        examples=EXAMPLES[api],
    )
    assert report.held, report.output
    assert not report.silent, "checks that were never made"
    assert not report.refusing, report.answers


@pytest.mark.parametrize("api", APIS)
def test_every_derived_request_is_answered_by_the_contract(service: Fresh, api: Api) -> None:
    url, key = service.running.url, service.running.key
    setting = Setting(url, key, service.other_key, read_key=service.read_key)
    report = check_cases(api, setting)
    assert not report.failures, "\n".join(map(str, report.failures[:5]))
    assert not report.silent, "checks that were never made"
    every = [one for one in points(api, contract(api)) if one.dimension in DERIVED]
    missed = set(every) - report.coverage.met
    waived = load()
    assert not [one for one in missed if not any(waiver.covers(one) for waiver in waived)]
    assert not report.coverage.unmatched


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("api", "machine"),
    [(api, machine) for api, machines in MACHINES.items() for machine in machines],
    ids=lambda value: value.name if isinstance(value, Machine) else None,
)
def test_the_service_remembers_what_it_was_told(
    service: Fresh, api: Api, machine: Machine, seed: int
) -> None:
    setting = Setting(service.running.url, service.running.key, service.other_key)
    report = check_machine(machine, api, setting, seed=seed)
    assert report.failure is None, "\n".join([str(report.failure), *report.failure.trace])
    assert not report.silent, "checks that were never made"
