"""The service keeps the contract: Schemathesis in all its phases, then the state machines."""

from collections.abc import Iterator

import pytest
from fresh_service import Fresh, fresh_service
from oxloop_contract.machines.every import MACHINES
from oxloop_contract.machines.running import Machine, Setting
from oxloop_contract.run import APIS, Api, check, check_machine

# Few, for every commit waits for them: the command sends more.
EXAMPLES: dict[Api, int] = {"oxen": 10, "humanloop": 3, "extensions": 10}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with fresh_service(tmp_path_factory.mktemp("contract")) as fresh:
        yield fresh
        assert not fresh.faults
        assert fresh.running.stop() == 0


@pytest.mark.parametrize("api", APIS)
def test_every_check_holds_and_most_valid_requests_are_accepted(service: Fresh, api: Api) -> None:
    report = check(
        api,
        base_url=service.running.url,
        api_key=service.running.key,
        examples=EXAMPLES[api],
    )
    assert report.passed, report.output
    refused = {name for name in report.answers if report.accepted_share(name) < 0.5}
    assert not refused, report.answers


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
