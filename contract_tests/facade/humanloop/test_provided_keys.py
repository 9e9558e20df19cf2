"""Keys of model providers are sent again to a run that waits for them, where that is possible."""

import json
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, ConflictError

from ..answers import capabilities
from ..conftest import Teller, Told, requests
from .answers import RUN_ID
from .test_runs import got, service

KEYS = f"/x/v1/humanloop/evaluations/{RUN_ID}/provider_api_keys"
TOLD = f"/x/v1/humanloop/evaluations/{RUN_ID}/progress"
SECRET = "sk-nobody-may-see-it"


def progress(**changes: Any) -> httpx.Response:
    """What the server tells of a run."""
    return httpx.Response(200, json={"done": 0, "total": 3, "waits_for": None} | changes)


def provided(hl: Any) -> Told:
    run = yield got(hl)
    return (yield run.provide_keys({"openai": SECRET}))


def test_keys_are_sent_and_the_run_is_looked_at_again(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub["capabilities"].mock(return_value=capabilities("progress", "provider_keys"))
    service(hub, "running", "running")
    hub.get(TOLD).mock(side_effect=[progress(waits_for="A key is gone."), progress(done=1)])
    # Sent again if its answer is lost: the same keys twice are the same keys.
    route = hub.post(KEYS).mock(side_effect=[httpx.ReadError("lost"), progress()])
    run = teller.tell(provided)
    assert (run.error, run.progress.done) == (None, 1)
    bodies = [json.loads(request.content) for request in requests(route)]
    assert bodies == [{"provider_api_keys": {"openai": SECRET}}] * 2


def test_a_refusal_does_not_show_the_keys(teller: Teller, hub: respx.MockRouter) -> None:
    hub["capabilities"].mock(return_value=capabilities("provider_keys"))
    service(hub, "running")
    told = {
        "error": {"type": "conflict", "code": "wrong_state", "title": "No", "detail": SECRET},
        "status": "error",
        "status_message": "conflict",
    }
    hub.post(KEYS).mock(return_value=httpx.Response(409, json=told))
    with pytest.raises(ConflictError) as caught:
        teller.tell(provided)
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__dict__}"


def test_elsewhere_there_is_no_way(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "running")
    with pytest.raises(ConfigurationError, match="with a new evaluation only"):
        teller.tell(provided)


@pytest.mark.parametrize("keys", [{}, {"openai": ""}, {"openai": 7}])
def test_what_is_no_key_is_refused(teller: Teller, hub: respx.MockRouter, keys: Any) -> None:
    service(hub, "running")

    def story(hl: Any) -> Told:
        run = yield got(hl)
        return (yield run.provide_keys(keys))

    with pytest.raises(ConfigurationError, match=r"no key|no text or empty"):
        teller.tell(story)
