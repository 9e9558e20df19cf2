"""The service keeps the contract: Schemathesis in all its phases against the running process."""

from collections.abc import Iterator

import pytest
from oxloop_contract.run import APIS, Api, check
from running_service import Running
from scripted_model import ScriptedModel


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("contract")
    with ScriptedModel(str.upper) as model:
        (folder / "models.toml").write_text(
            f'[[models]]\nname = "scripted"\nbase_url = "{model.base_url}"\n'
        )
        running = Running(folder)
        try:
            yield running
        finally:
            assert running.stop() == 0


@pytest.mark.parametrize("api", APIS)
def test_every_check_holds_and_most_valid_requests_are_accepted(service: Running, api: Api) -> None:
    report = check(api, base_url=service.url, api_key=service.key)
    assert report.passed, report.output
    refused = {name for name in report.answers if report.accepted_share(name) < 0.5}
    assert not refused, report.answers
    assert "contract violation" not in service.log()
    assert "Traceback" not in service.log()
