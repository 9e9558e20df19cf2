"""The exact form in which each operation goes out."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, __version__

from ..conftest import BASE, KEY, Teller, collect, requests
from . import answers
from .answers import (
    CONFIG_ID,
    DATAPOINT_ID,
    DATASET_ID,
    EVALUATOR_ID,
    LOG_ID,
    PROJECT_ID,
    RUN_ID,
    ok,
    page,
)

pytestmark = pytest.mark.usefixtures("judged")

EVALUATION = f"/v4/evaluations/{RUN_ID}".encode()
PLAIN: dict[str, Any] = {
    "config_id": CONFIG_ID,
    "evaluator_ids": [EVALUATOR_ID],
    "dataset_id": DATASET_ID,
}
LLM = {"model": "demo", "prompt_template": "{{log.output}}", "max_tokens": 4}
EVALUATOR = {"return_type": "boolean", "arguments_type": "target_free"}
DATAPOINTS = [
    {"inputs": {"review": "Lovely."}, "target": {"label": "positive", "stars": 5, "n": {"a": [1]}}},
    {"messages": [{"role": "user", "content": "Hello"}]},
    {},
]
FULL_CONFIG: dict[str, Any] = {
    "model": "demo",
    "project": "reviews",
    "name": "First prompt",
    "description": "short",
    "provider": "openai",
    "endpoint": "chat",
    "chat_template": [{"role": "user", "content": "Review: {{review}}"}],
    "template_language": "default",
    "max_tokens": 4,
    "temperature": 0,
    "top_p": 0.5,
    "stop": ["\n", "."],
    "presence_penalty": -1,
    "frequency_penalty": 1.5,
    "seed": 7,
    "response_format": {"type": "json_object"},
    "reasoning_effort": "low",
    "tools": [{"name": "look_up", "parameters": {"type": "object"}}],
    "other": {"top_k": 3},
}
LOG: dict[str, Any] = {
    "project": "reviews",
    "config_id": CONFIG_ID,
    "inputs": {"review": "Lovely.", "stars": 5},
    "messages": [{"role": "user", "content": "Hello"}],
    "output": "positive",
    "save": False,
    "created_at": datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
    "metadata": {"team": "blue"},
}
SENT_LOG = LOG | {"created_at": "2026-01-15T09:30:00+00:00"}

Operation = tuple[str, Callable[[Any], Any], str, bytes, Any, httpx.Response]

OPERATIONS: list[Operation] = [
    (
        "create an evaluation with what it needs",
        lambda hl: hl.evaluations.create(PROJECT_ID, **PLAIN),
        "POST",
        f"/v4/projects/{PROJECT_ID}/evaluations".encode(),
        PLAIN,
        ok(answers.evaluation(), 201),
    ),
    (
        "create an evaluation with every field",
        lambda hl: hl.evaluations.create(
            PROJECT_ID,
            config_id=CONFIG_ID,
            evaluator_ids=(EVALUATOR_ID, "evfn_2"),
            dataset_id=DATASET_ID,
            hl_generated=False,
            name="first",
            provider_api_keys={"openai": "sk-1", "groq": "gsk-2"},
        ),
        "POST",
        f"/v4/projects/{PROJECT_ID}/evaluations".encode(),
        {
            "config_id": CONFIG_ID,
            "evaluator_ids": [EVALUATOR_ID, "evfn_2"],
            "dataset_id": DATASET_ID,
            "hl_generated": False,
            "name": "first",
            "provider_api_keys": {"openai": "sk-1", "groq": "gsk-2"},
        },
        ok(answers.evaluation(), 201),
    ),
    (
        "no keys are no keys",
        lambda hl: hl.evaluations.create(PROJECT_ID, provider_api_keys={}, **PLAIN),
        "POST",
        f"/v4/projects/{PROJECT_ID}/evaluations".encode(),
        PLAIN,
        ok(answers.evaluation(), 201),
    ),
    (
        "an id that needs escaping",
        lambda hl: hl.evaluations.create("pr 1?#%", **PLAIN),
        "POST",
        b"/v4/projects/pr%201%3F%23%25/evaluations",
        PLAIN,
        ok(answers.evaluation(), 201),
    ),
    (
        "get an evaluation",
        lambda hl: hl.evaluations.get(RUN_ID),
        "GET",
        EVALUATION + b"?evaluator_aggregates=true",
        None,
        ok(answers.evaluation()),
    ),
    (
        "list evaluations",
        lambda hl: collect(hl.evaluations.list(PROJECT_ID)),
        "GET",
        f"/v4/evaluations?project_id={PROJECT_ID}&size=100&page=0".encode(),
        None,
        ok(page([])),
    ),
    (
        "list evaluations that fit",
        lambda hl: collect(
            hl.evaluations.list(
                PROJECT_ID,
                ids=["ev_1", "ev_2"],
                start_date=date(2026, 1, 1),
                end_date=date(2026, 2, 1),
                statuses=["pending", "new word"],
                datasets=["two reviews"],
                configs=["First prompt"],
                sort=["status.asc", "dataset.desc"],
                page_size=7,
            )
        ),
        "GET",
        f"/v4/evaluations?project_id={PROJECT_ID}&id=ev_1&id=ev_2&start_date=2026-01-01"
        "&end_date=2026-02-01&sort=status.asc&sort=dataset.desc&dataset_filter=two+reviews"
        "&config_filter=First+prompt&status_filter=pending&status_filter=new+word"
        "&size=7&page=0".encode(),
        None,
        ok(page([])),
    ),
    (
        "list an evaluation's datapoints",
        lambda hl: collect(hl.evaluations.datapoints(RUN_ID)),
        "GET",
        EVALUATION + b"/datapoints?page=1&size=100",
        None,
        ok(page([], 1)),
    ),
    (
        "log an answer",
        lambda hl: hl.evaluations.log(RUN_ID, DATAPOINT_ID, "positive"),
        "POST",
        EVALUATION + b"/log",
        {"datapoint_id": DATAPOINT_ID, "log": {"output": "positive"}},
        ok(answers.created_log(), 201),
    ),
    (
        "log an empty answer, which is one",
        lambda hl: hl.evaluations.log(RUN_ID, DATAPOINT_ID, output=""),
        "POST",
        EVALUATION + b"/log",
        {"datapoint_id": DATAPOINT_ID, "log": {"output": ""}},
        ok(answers.created_log(), 201),
    ),
    (
        "log that there is no answer",
        lambda hl: hl.evaluations.log(RUN_ID, DATAPOINT_ID, error="no time"),
        "POST",
        EVALUATION + b"/log",
        {"datapoint_id": DATAPOINT_ID, "log": {"error": "no time"}},
        ok(answers.created_log(), 201),
    ),
    (
        "log all that is known of an answer",
        lambda hl: hl.evaluations.log(RUN_ID, DATAPOINT_ID, log=LOG),
        "POST",
        EVALUATION + b"/log",
        {"datapoint_id": DATAPOINT_ID, "log": SENT_LOG},
        ok(answers.created_log(), 201),
    ),
    (
        "send a judgment",
        lambda hl: hl.evaluations.result(RUN_ID, LOG_ID, EVALUATOR_ID, result=False),
        "POST",
        EVALUATION + b"/result",
        {"log_id": LOG_ID, "evaluator_id": EVALUATOR_ID, "result": False},
        ok(answers.result(), 201),
    ),
    (
        "send a number",
        lambda hl: hl.evaluations.result(RUN_ID, LOG_ID, EVALUATOR_ID, result=0),
        "POST",
        EVALUATION + b"/result",
        {"log_id": LOG_ID, "evaluator_id": EVALUATOR_ID, "result": 0},
        ok(answers.result(), 201),
    ),
    (
        "send why there is no judgment",
        lambda hl: hl.evaluations.result(RUN_ID, LOG_ID, EVALUATOR_ID, error="no time"),
        "POST",
        EVALUATION + b"/result",
        {"log_id": LOG_ID, "evaluator_id": EVALUATOR_ID, "error": "no time"},
        ok(answers.result(), 201),
    ),
    (
        "create a project",
        lambda hl: hl.projects.create("reviews"),
        "POST",
        b"/v4/projects",
        {"name": "reviews"},
        ok(answers.project(), 201),
    ),
    (
        "create a project in a directory",
        lambda hl: hl.projects.create("reviews", directory_id="dir_1"),
        "POST",
        b"/v4/projects",
        {"name": "reviews", "directory_id": "dir_1"},
        ok(answers.project(), 201),
    ),
    (
        "get a project",
        lambda hl: hl.projects.get(PROJECT_ID),
        "GET",
        f"/v4/projects/{PROJECT_ID}".encode(),
        None,
        ok(answers.project()),
    ),
    (
        "list projects",
        lambda hl: collect(hl.projects.list()),
        "GET",
        b"/v4/projects?page=0&size=100",
        None,
        ok(page([])),
    ),
    (
        "list projects that fit",
        lambda hl: collect(
            hl.projects.list(name="rev", user="ann", sort_by="name", order="asc", page_size=5)
        ),
        "GET",
        b"/v4/projects?page=0&size=5&filter=rev&user_filter=ann&sort_by=name&order=asc",
        None,
        ok(page([])),
    ),
    (
        "register a config",
        lambda hl: hl.configs.register(project_id=PROJECT_ID, model="demo", name=None),
        "POST",
        b"/v4/model-configs",
        {"project_id": PROJECT_ID, "model": "demo"},
        ok(answers.project_config()),
    ),
    (
        "register a config with every field",
        lambda hl: hl.configs.register(**FULL_CONFIG),
        "POST",
        b"/v4/model-configs",
        FULL_CONFIG,
        ok(answers.project_config()),
    ),
    (
        "get a config",
        lambda hl: hl.configs.get(CONFIG_ID),
        "GET",
        f"/v4/model-configs/{CONFIG_ID}".encode(),
        None,
        ok(answers.config()),
    ),
    (
        "create a python evaluator",
        lambda hl: hl.evaluators.create(
            "right", type="python", code="def f(log): ...", **EVALUATOR
        ),
        "POST",
        b"/v4/evaluators",
        {"name": "right", "description": "", "type": "python", "code": "def f(log): ..."}
        | EVALUATOR,
        ok(answers.evaluator(), 201),
    ),
    (
        "create an llm evaluator",
        lambda hl: hl.evaluators.create(
            "polite", type="llm", model_config=LLM, description="manners", **EVALUATOR
        ),
        "POST",
        b"/v4/evaluators",
        {"name": "polite", "description": "manners", "type": "llm", "model_config": LLM}
        | EVALUATOR,
        ok(answers.evaluator(), 201),
    ),
    (
        "get an evaluator",
        lambda hl: hl.evaluators.get(EVALUATOR_ID),
        "GET",
        f"/v4/evaluators/{EVALUATOR_ID}".encode(),
        None,
        ok(answers.evaluator()),
    ),
    (
        "list evaluators",
        lambda hl: hl.evaluators.list(),
        "GET",
        b"/v4/evaluators",
        None,
        ok([answers.evaluator()]),
    ),
    (
        "update an evaluator",
        lambda hl: hl.evaluators.update(EVALUATOR_ID, description=""),
        "PATCH",
        f"/v4/evaluators/{EVALUATOR_ID}".encode(),
        {"description": ""},
        ok(answers.evaluator()),
    ),
    (
        "update all of an evaluator",
        lambda hl: hl.evaluators.update(
            EVALUATOR_ID, name="n", description="d", code="c", model_config=LLM, **EVALUATOR
        ),
        "PATCH",
        f"/v4/evaluators/{EVALUATOR_ID}".encode(),
        {"name": "n", "description": "d", "code": "c", "model_config": LLM} | EVALUATOR,
        ok(answers.evaluator()),
    ),
    (
        "delete an evaluator",
        lambda hl: hl.evaluators.delete(EVALUATOR_ID),
        "DELETE",
        f"/v4/evaluators/{EVALUATOR_ID}".encode(),
        None,
        httpx.Response(204),
    ),
    (
        "create a dataset",
        lambda hl: hl.datasets.create(PROJECT_ID, "two reviews"),
        "POST",
        f"/v4/projects/{PROJECT_ID}/datasets".encode(),
        {"name": "two reviews", "description": ""},
        ok(answers.dataset(), 201),
    ),
    (
        "get a dataset",
        lambda hl: hl.datasets.get(DATASET_ID),
        "GET",
        f"/v4/datasets/{DATASET_ID}".encode(),
        None,
        ok(answers.dataset()),
    ),
    (
        "list datasets",
        lambda hl: hl.datasets.list(),
        "GET",
        b"/v4/datasets",
        None,
        ok([]),
    ),
    (
        "update a dataset",
        lambda hl: hl.datasets.update(DATASET_ID, name="n", description="d"),
        "PATCH",
        f"/v4/datasets/{DATASET_ID}".encode(),
        {"name": "n", "description": "d"},
        ok(answers.dataset()),
    ),
    (
        "delete a dataset",
        lambda hl: hl.datasets.delete(DATASET_ID),
        "DELETE",
        f"/v4/datasets/{DATASET_ID}".encode(),
        None,
        ok(None),
    ),
    (
        "create datapoints",
        lambda hl: hl.datapoints.create(DATASET_ID, DATAPOINTS),
        "POST",
        f"/v4/datasets/{DATASET_ID}/datapoints".encode(),
        DATAPOINTS,
        ok([answers.datapoint(1), answers.datapoint(2), answers.datapoint(3)], 201),
    ),
    (
        "create datapoints of logs",
        lambda hl: hl.datapoints.create(DATASET_ID, log_ids=(LOG_ID,)),
        "POST",
        f"/v4/datasets/{DATASET_ID}/datapoints".encode(),
        {"log_ids": [LOG_ID]},
        ok([answers.datapoint()], 201),
    ),
    (
        "get a datapoint",
        lambda hl: hl.datapoints.get(DATAPOINT_ID),
        "GET",
        f"/v4/datapoints/{DATAPOINT_ID}".encode(),
        None,
        ok(answers.datapoint()),
    ),
    (
        "list datapoints",
        lambda hl: collect(hl.datapoints.list(DATASET_ID, page_size=9)),
        "GET",
        f"/v4/datasets/{DATASET_ID}/datapoints?page=0&size=9".encode(),
        None,
        ok(page([])),
    ),
    (
        "create a log",
        lambda hl: hl.logs.create(LOG),
        "POST",
        b"/v4/logs",
        SENT_LOG,
        ok(answers.created_log()),
    ),
    (
        "create a log with its config written out",
        lambda hl: hl.logs.create({"config": {"type": "tool", "name": "look_up"}}),
        "POST",
        b"/v4/logs",
        {"config": {"type": "tool", "name": "look_up"}},
        ok(answers.created_log()),
    ),
    (
        "create logs",
        lambda hl: hl.logs.create_many([LOG, {"output": "x"}]),
        "POST",
        b"/v4/logs",
        [SENT_LOG, {"output": "x"}],
        ok([answers.created_log(), answers.created_log(id="data_2")]),
    ),
    (
        "get a log",
        lambda hl: hl.logs.get(LOG_ID),
        "GET",
        f"/v4/logs/{LOG_ID}".encode(),
        None,
        ok(answers.log()),
    ),
    (
        "list logs",
        lambda hl: collect(hl.logs.list(PROJECT_ID)),
        "GET",
        f"/v4/logs?project_id={PROJECT_ID}&size=100&page=0".encode(),
        None,
        ok(page([])),
    ),
    (
        "list logs that fit",
        lambda hl: collect(
            hl.logs.list(
                PROJECT_ID,
                search="lovely day",
                metadata_search="blue",
                version_status="committed",
                start_date=date(2026, 1, 1),
                end_date=datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
                sort=["timestamp.desc"],
                sources=["a", "b"],
                models=["demo"],
                page_size=3,
            )
        ),
        "GET",
        f"/v4/logs?project_id={PROJECT_ID}&search=lovely+day&metadata_search=blue"
        "&version_status=committed&start_date=2026-01-01&end_date=2026-01-15T09%3A30%3A00%2B00%3A00"
        "&sort=timestamp.desc&source_filter=a&source_filter=b&model_filter=demo"
        "&size=3&page=0".encode(),
        None,
        ok(page([])),
    ),
]


@pytest.mark.parametrize(
    ("call", "method", "raw_path", "body", "answer"),
    [operation[1:] for operation in OPERATIONS],
    ids=[operation[0] for operation in OPERATIONS],
)
def test_an_operation_goes_out_in_this_form(
    teller: Teller,
    hub: respx.MockRouter,
    call: Callable[[Any], Any],
    method: str,
    raw_path: bytes,
    body: Any,
    answer: httpx.Response,
) -> None:
    route = hub.route(path__startswith="/v4").mock(return_value=answer)
    teller.tell(call)
    (request,) = requests(route)
    assert (request.method, request.url.raw_path) == (method, raw_path)
    assert request.headers["X-API-KEY"] == KEY
    assert "authorization" not in request.headers
    if body is None:
        assert request.content == b""
    else:
        assert json.loads(request.content) == body
        assert request.headers["Content-Type"] == "application/json"


CHANGES: list[tuple[str, Callable[[Any], Any], bytes, Any]] = [
    (
        "set the status",
        lambda hl: hl.evaluations.update_status(RUN_ID, "completed"),
        EVALUATION + b"/status",
        {"status": "completed"},
    ),
    (
        "set a status that this package does not know",
        lambda hl: hl.evaluations.update_status(RUN_ID, "paused"),
        EVALUATION + b"/status",
        {"status": "paused"},
    ),
    (
        "add evaluators",
        lambda hl: hl.evaluations.add_evaluators(RUN_ID, ["evfn_2"]),
        EVALUATION + b"/evaluators",
        {"evaluator_ids": ["evfn_2"]},
    ),
]


@pytest.mark.parametrize(
    ("call", "raw_path", "body"),
    [change[1:] for change in CHANGES],
    ids=[change[0] for change in CHANGES],
)
def test_a_change_of_a_run_is_followed_by_a_look_at_it(
    teller: Teller, hub: respx.MockRouter, call: Callable[[Any], Any], raw_path: bytes, body: Any
) -> None:
    route = hub.route(path__startswith="/v4").mock(
        side_effect=[
            ok(answers.evaluation(evaluator_aggregates=None)),
            ok(answers.evaluation(evaluator_aggregates=[answers.aggregate()])),
        ]
    )
    run = teller.tell(call)
    change, look = requests(route)
    assert (change.method, change.url.raw_path) == ("PATCH", raw_path)
    assert json.loads(change.content) == body
    assert (look.method, look.url.raw_path) == ("GET", EVALUATION + b"?evaluator_aggregates=true")
    assert [aggregate.value for aggregate in run.aggregates] == [0.75]


def test_the_headers_of_a_request(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get(f"/v4/projects/{PROJECT_ID}").mock(return_value=ok(answers.project()))
    teller.tell(lambda hl: hl.projects.get(PROJECT_ID), headers={"X-Team": "blue"})
    (request,) = requests(route)
    assert request.headers["Accept"] == "application/json"
    assert request.headers["X-Team"] == "blue"
    assert len(request.headers["X-Request-Id"]) == 32
    assert request.headers["User-Agent"] == f"oxloop/{__version__}"


@pytest.mark.parametrize("address", [BASE, f"{BASE}/v4", f"{BASE}/v4/"])
def test_the_address_may_end_with_the_version(
    teller: Teller, hub: respx.MockRouter, address: str
) -> None:
    route = hub.get(f"/v4/projects/{PROJECT_ID}").mock(return_value=ok(answers.project()))
    teller.tell(lambda hl: hl.projects.get(PROJECT_ID), base_url=address)
    assert route.call_count == 1


def test_a_redirect_elsewhere_gets_no_key(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/v4/datasets").mock(
        return_value=httpx.Response(307, headers={"Location": "http://other.test/v4/datasets"})
    )
    with respx.mock() as elsewhere:
        route = elsewhere.get("http://other.test/v4/datasets").mock(return_value=ok([]))
        assert teller.tell(lambda hl: hl.datasets.list()) == []
    (request,) = requests(route)
    assert "x-api-key" not in request.headers
    assert KEY not in str(request.headers)


def _create(**changes: Any) -> Callable[[Any], Any]:
    return lambda hl: hl.evaluations.create(PROJECT_ID, **(PLAIN | changes))


def _datapoints(*found: Any) -> Callable[[Any], Any]:
    return lambda hl: hl.datapoints.create(DATASET_ID, [*found])


REFUSED: list[tuple[str, Callable[[Any], Any], str]] = [
    ("no evaluators", _create(evaluator_ids=[]), "evaluator_ids= is empty"),
    ("one evaluator as text", _create(evaluator_ids="evfn_1"), r"give a list: \['evfn_1'\]"),
    ("an empty provider key", _create(provider_api_keys={"openai": " "}), "no text or empty"),
    ("a provider key of bytes", _create(provider_api_keys={"openai": b"k"}), "no text or empty"),
    ("dots for an id", lambda hl: hl.evaluations.get(".."), "not allowed"),
    ("a slash in an id", lambda hl: hl.projects.get("a/b"), "holds a slash"),
    ("an empty id", lambda hl: hl.datasets.delete(""), "dataset_id is empty"),
    ("no id at all", lambda hl: hl.logs.get(None), "log_id is a NoneType"),
    ("an empty id of a list", lambda hl: hl.evaluations.datapoints(""), "evaluation_id is empty"),
    ("no rows of a page", lambda hl: hl.datapoints.list("e", page_size=0), "page_size=0"),
    ("no rows of a page of logs", lambda hl: hl.logs.list("p", page_size=0), "page_size=0"),
    (
        "an unknown filter of logs",
        lambda hl: hl.logs.list("p", limit=3),
        "logs.list takes no limit=; it takes search, ",
    ),
    (
        "an unknown filter of evaluations",
        lambda hl: hl.evaluations.list("p", status="x"),
        "evaluations.list takes no status=",
    ),
    ("neither output nor log", lambda hl: hl.evaluations.log("e", "d"), "Give either output="),
    (
        "both output and log",
        lambda hl: hl.evaluations.log("e", "d", "x", log={"output": "y"}),
        "Give either output=",
    ),
    (
        "an unknown field of a log",
        lambda hl: hl.evaluations.log("e", "d", log={"config": {"model": "m", "modl": 1}}),
        "^log.config.modl is no field",
    ),
    (
        "a log that is no mapping",
        lambda hl: hl.evaluations.log("e", "d", log="positive"),
        "log is a str",
    ),
    (
        "a misspelt field of a log",
        lambda hl: hl.evaluations.log("e", "d", log={"ouput": "x"}),
        "^log.ouput is no field",
    ),
    ("no judgment", lambda hl: hl.evaluations.result("e", "l", "v"), "either result= or error="),
    (
        "two judgments",
        lambda hl: hl.evaluations.result("e", "l", "v", result=1, error="x"),
        "either result= or error=",
    ),
    (
        "a judgment in words",
        lambda hl: hl.evaluations.result("e", "l", "v", result="good"),
        "true, false or a number",
    ),
    (
        "a judgment that is no number",
        lambda hl: hl.evaluations.result("e", "l", "v", result=float("nan")),
        "cannot be built",
    ),
    ("no evaluators to add", lambda hl: hl.evaluations.add_evaluators("e", []), "is empty"),
    (
        "an empty status",
        lambda hl: hl.evaluations.update_status("e", ""),
        "status='' is not usable",
    ),
    (
        "a status that is no word",
        lambda hl: hl.evaluations.update_status("e", 5),
        "status=5 is not",
    ),
    (
        "a filter that is one text",
        lambda hl: hl.evaluations.list("p", statuses="running"),
        r"give a list: \['running'\]",
    ),
    ("an empty order", lambda hl: hl.projects.list(order=""), "order='' is not usable"),
    ("no project of a config", lambda hl: hl.configs.register(model="m"), "either project= or"),
    (
        "two projects of a config",
        lambda hl: hl.configs.register(model="m", project="p", project_id="pr_1"),
        "either project= or",
    ),
    ("no model of a config", lambda hl: hl.configs.register(project="p"), "model is missing"),
    (
        "a config's field that is misspelt",
        lambda hl: hl.configs.register(project="p", model="m", temprature=0),
        "^temprature is no field",
    ),
    (
        "no code of a python evaluator",
        lambda hl: hl.evaluators.create("x", type="python", **EVALUATOR),
        "python needs code=",
    ),
    (
        "no config of an llm evaluator",
        lambda hl: hl.evaluators.create("x", type="llm", **EVALUATOR),
        "llm needs model_config=",
    ),
    (
        "a misspelt field of an llm evaluator's config",
        lambda hl: hl.evaluators.update("evfn_1", model_config={"model": "m", "max": 1}),
        "^model_config.max is no field",
    ),
    (
        "an llm evaluator's config without a model",
        lambda hl: hl.evaluators.update("evfn_1", model_config={}),
        "model is missing",
    ),
    ("nothing to change", lambda hl: hl.evaluators.update("evfn_1"), "Nothing to change"),
    ("nothing to change in a dataset", lambda hl: hl.datasets.update("d"), "Nothing to change"),
    ("no datapoints", _datapoints(), "Give a list of datapoints"),
    ("nothing for datapoints", lambda hl: hl.datapoints.create("d"), "Give either the datapoints"),
    (
        "one datapoint for many",
        lambda hl: hl.datapoints.create("d", {"inputs": {}}),
        "Give a list of datapoints",
    ),
    (
        "datapoints twice",
        lambda hl: hl.datapoints.create("d", [{}], log_ids=["l"]),
        "Give either the datapoints",
    ),
    ("no logs for datapoints", lambda hl: hl.datapoints.create("d", log_ids=[]), "is empty"),
    (
        "inputs that are no text",
        _datapoints({}, {"inputs": {"age": 5}}),
        r"^datapoints\[1\].inputs.age is 5; inputs are text, so write '5'",
    ),
    (
        "a misspelt field of a datapoint",
        _datapoints({"input": {}}),
        r"^datapoints\[0\].input is no field",
    ),
    ("a datapoint that is text", _datapoints("Lovely."), r"datapoints\[0\] is a str"),
    ("no logs", lambda hl: hl.logs.create_many([]), "Give a list of logs"),
    ("one log for many", lambda hl: hl.logs.create_many({"output": "x"}), "Give a list of logs"),
    (
        "what JSON has nothing for",
        lambda hl: hl.logs.create({"metadata": {"x": object()}}),
        "cannot be built",
    ),
]


@pytest.mark.parametrize(
    ("call", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_mistake_is_refused_before_anything_is_sent(
    teller: Teller, hub: respx.MockRouter, call: Callable[[Any], Any], words: str
) -> None:
    route = hub.route(path__startswith="/v4").mock(return_value=httpx.Response(200))
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(call)
    assert not route.called
