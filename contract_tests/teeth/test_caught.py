"""A part of the wrong servers, each caught by a check; `make contract-teeth` tries them all."""

from collections.abc import Iterator

import pytest
from faults.by_hand import by_hand
from faults.fault import APIS, Fault
from faults.from_spec import enumerated, sample
from faults.proxy import Routes
from faults.trying import Target, attempt
from fresh_service import Fresh, fresh_service

ENUMERATED = [fault for fault in sample(66) if not fault.equivalent][::5]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with fresh_service(tmp_path_factory.mktemp("faults")) as fresh:
        yield fresh
        assert not fresh.faults


@pytest.fixture(scope="module")
def target(service: Fresh) -> Target:
    running = service.running
    return Target(running.url, running.key, service.other_key, service.read_key)


@pytest.mark.parametrize("fault", [*by_hand()[::14], *ENUMERATED], ids=lambda fault: fault.id)
def test_a_wrong_server_is_caught(target: Target, fault: Fault) -> None:
    outcome = attempt(fault, target, Routes())
    assert outcome.changes, "the fault never changed an answer"
    assert outcome.caught is not None, outcome.trouble
    assert outcome.caught.curl.startswith("curl ")


def test_every_fault_has_a_name_of_its_own() -> None:
    faults = [*by_hand(), *(fault for api in APIS for fault in enumerated(api))]
    assert len({fault.id for fault in faults}) == len(faults)
    assert len(by_hand()) >= 100


def test_the_sample_is_the_same_each_time_and_has_every_class() -> None:
    chosen = sample(138)
    assert [fault.id for fault in chosen] == [fault.id for fault in sample(138)]
    classes = {(api, fault.kind) for api in APIS for fault in enumerated(api)}
    assert {(fault.api, fault.kind) for fault in chosen} == classes
