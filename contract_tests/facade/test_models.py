"""From a model's name to the uuid that an evaluation asks for: which ways, in which order."""

import json
import logging
import uuid
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, NotFoundError, ServerError
from oxloop.rules.models import model_id

from .answers import MODEL_ID, capabilities, evaluation
from .conftest import Teller, Told

OTHER_ID = "11111111-2222-4333-8444-555555555555"


def resolve(oxen: Any) -> Any:
    return oxen.models.resolve("small")


def model(**more: Any) -> httpx.Response:
    fields = {"id": "small", "object": "model", "created": 1, "owned_by": "ox"}
    return httpx.Response(200, json=fields | more)


def listed(*models: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"models": [*models]})


@pytest.fixture
def one(hub: respx.MockRouter) -> respx.Route:
    """The documented description of the model, without a uuid."""
    return hub.get("/api/ai/models/small").mock(return_value=model())


@pytest.fixture
def all_of_them(hub: respx.MockRouter) -> respx.Route:
    """The observed list, with the model's uuid."""
    return hub.get("/api/evaluations/models").mock(
        return_value=listed({"id": OTHER_ID, "name": "big"}, {"id": MODEL_ID, "name": "small"})
    )


def test_a_uuid_is_used_as_it_is(teller: Teller, hub: respx.MockRouter) -> None:
    assert teller.tell(lambda oxen: oxen.models.resolve(MODEL_ID)) == MODEL_ID
    assert not hub.calls


def test_what_the_client_was_told_comes_first(teller: Teller, hub: respx.MockRouter) -> None:
    assert teller.tell(resolve, models={"small": MODEL_ID}) == MODEL_ID
    assert not hub.calls


def test_a_local_service_has_uuids_that_are_computed(
    teller: Teller, hub: respx.MockRouter, one: respx.Route
) -> None:
    hub["capabilities"].mock(return_value=capabilities("model_uuid"))
    assert teller.tell(resolve) == str(model_id("small"))
    assert not one.called


def test_then_the_documented_description(
    teller: Teller, hub: respx.MockRouter, one: respx.Route, all_of_them: respx.Route
) -> None:
    one.mock(return_value=model(uuid=MODEL_ID))
    assert teller.tell(resolve) == MODEL_ID
    assert not all_of_them.called


def test_an_id_that_is_a_uuid_is_one(
    teller: Teller, hub: respx.MockRouter, one: respx.Route
) -> None:
    one.mock(return_value=model(id=MODEL_ID))
    assert teller.tell(resolve) == MODEL_ID


@pytest.mark.parametrize("name", ["name", "display_name", "canonical_name"])
def test_then_the_observed_list_with_a_line_in_the_log(
    teller: Teller,
    hub: respx.MockRouter,
    one: respx.Route,
    all_of_them: respx.Route,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    all_of_them.mock(return_value=listed({"id": OTHER_ID}, {"id": MODEL_ID, name: "small"}))
    with caplog.at_level(logging.INFO, "oxloop"):
        assert teller.tell(resolve) == MODEL_ID
    lines = [record.message for record in caplog.records if "not documented" in record.message]
    assert len(lines) == 1


def test_the_observed_list_is_asked_even_if_the_description_is_missing(
    teller: Teller, hub: respx.MockRouter, one: respx.Route, all_of_them: respx.Route
) -> None:
    one.mock(return_value=httpx.Response(404))
    assert teller.tell(resolve) == MODEL_ID


def test_documented_only_means_documented_only(
    teller: Teller, hub: respx.MockRouter, one: respx.Route, all_of_them: respx.Route
) -> None:
    with pytest.raises(ConfigurationError, match="documented_only=False"):
        teller.tell(resolve, documented_only=True)
    assert one.called
    assert not all_of_them.called


@pytest.mark.parametrize(
    "answer",
    [
        listed(),
        listed({"id": OTHER_ID, "name": "big"}),
        listed({"id": "small", "name": "small"}),
        listed({"name": "small"}),
        httpx.Response(200, json={}),
        httpx.Response(404),
    ],
)
def test_no_way_shows_all_ways(
    teller: Teller,
    hub: respx.MockRouter,
    one: respx.Route,
    all_of_them: respx.Route,
    answer: httpx.Response,
) -> None:
    all_of_them.mock(return_value=answer)
    with pytest.raises(ConfigurationError) as caught:
        teller.tell(resolve)
    assert str(caught.value) == (
        'No way was found from the model name "small" to the uuid that an evaluation needs. Give '
        "model= the uuid itself, or tell the client: Oxen(models={'small': '<uuid>'}). "
        "oxen.models.list() shows the names that the server knows."
    )


def test_trouble_is_not_taken_for_a_missing_model(
    teller: Teller, hub: respx.MockRouter, one: respx.Route, all_of_them: respx.Route
) -> None:
    one.mock(return_value=httpx.Response(500))
    with pytest.raises(ServerError):
        teller.tell(resolve)
    assert not all_of_them.called


def test_a_name_with_a_slash_is_looked_for_in_the_list_alone(
    teller: Teller, hub: respx.MockRouter, all_of_them: respx.Route
) -> None:
    all_of_them.mock(return_value=listed({"id": MODEL_ID, "name": "ox/small"}))
    assert teller.tell(lambda oxen: oxen.models.resolve("ox/small")) == MODEL_ID


def test_what_was_found_is_remembered(
    teller: Teller, hub: respx.MockRouter, one: respx.Route, all_of_them: respx.Route
) -> None:
    def story(oxen: Any) -> Told:
        yield resolve(oxen)
        return (yield oxen.with_options(max_retries=0).models.resolve("small"))

    assert teller.tell(story) == MODEL_ID
    assert all_of_them.call_count == 1


def test_creating_a_run_resolves_the_name(teller: Teller, hub: respx.MockRouter) -> None:
    hub["capabilities"].mock(return_value=capabilities("model_uuid"))
    route = hub.post("/api/repos/ox/support/evaluations/main/a.csv").mock(return_value=evaluation())
    teller.tell(
        lambda oxen: oxen.evaluations.create(
            "ox/support", "main/a.csv", model="demo", prompt="{a}", target_column="b"
        )
    )
    sent = json.loads(route.calls.last.request.content)["model_id"]
    assert uuid.UUID(sent) == model_id("demo")


def test_models_are_told_in_full(teller: Teller, hub: respx.MockRouter) -> None:
    capable = {"input": ["text", "image"], "output": ["text"]}
    first = {
        "id": "small", "object": "model", "created": 1, "owned_by": "ox", "uuid": MODEL_ID,
        "display_name": "Small", "description": "A small one", "endpoint": "/chat/completions",
        "capabilities": capable, "pricing": {"method": "token"},
    }  # fmt: skip
    second = {"id": "bare", "object": "model", "created": 1, "owned_by": "ox"}
    hub.get("/api/ai/models").mock(
        return_value=httpx.Response(200, json={"object": "list", "data": [first, second]})
    )
    found, bare = teller.tell(lambda oxen: oxen.models.list())
    assert (found.name, found.uuid, found.display_name) == ("small", MODEL_ID, "Small")
    assert (found.input, found.output) == (("text", "image"), ("text",))
    assert (found.endpoint, found.owned_by) == ("/chat/completions", "ox")
    assert found.extra == {"pricing": {"method": "token"}}
    assert (bare.uuid, bare.input, bare.description, bare.extra) == (None, (), None, {})


def test_a_missing_model_is_not_found(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/api/ai/models/small").mock(
        return_value=httpx.Response(404, json={"error": {"message": "Model not found: small"}})
    )
    with pytest.raises(NotFoundError, match="Model not found: small"):
        teller.tell(lambda oxen: oxen.models.get("small"))
