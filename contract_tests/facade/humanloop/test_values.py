"""What is read out of answers: all that is known, nothing made up, and nothing lost."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import httpx
import pytest
import respx
from oxloop import DecodeError
from oxloop.humanloop import details

from ..conftest import Teller, Told, collect
from . import answers
from .answers import CONFIG_ID, DATASET_ID, EVALUATOR_ID, LOG_ID, PROJECT_ID, RUN_ID, ok, page

CREATED = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
UPDATED = datetime(2026, 1, 15, 9, 31, tzinfo=UTC)

GETS: dict[str, tuple[Callable[[Any], Any], str, Callable[..., dict[str, Any]]]] = {
    "project": (lambda hl: hl.projects.get("1"), "/v4/projects/1", answers.project),
    "config": (lambda hl: hl.configs.get("1"), "/v4/model-configs/1", answers.config),
    "evaluator": (lambda hl: hl.evaluators.get("1"), "/v4/evaluators/1", answers.evaluator),
    "dataset": (lambda hl: hl.datasets.get("1"), "/v4/datasets/1", answers.dataset),
    "datapoint": (lambda hl: hl.datapoints.get("1"), "/v4/datapoints/1", answers.datapoint),
    "log": (lambda hl: hl.logs.get("1"), "/v4/logs/1", answers.log),
    "evaluation": (lambda hl: hl.evaluations.get("1"), "/v4/evaluations/1", answers.evaluation),
}


def got(teller: Teller, hub: respx.MockRouter, kind: str, **changes: Any) -> Any:
    """What the client makes of an answer."""
    call, path, answer = GETS[kind]
    hub.get(path).mock(return_value=ok(answer(**changes)))
    return teller.tell(call)


def test_a_project(teller: Teller, hub: respx.MockRouter) -> None:
    found = got(teller, hub, "project", active_config=answers.project_config(), new_field=[1])
    assert (found.id, found.name, found.data_count) == (PROJECT_ID, "reviews", 3)
    assert (found.config_type, found.team_id, found.directory_id) == ("model", "tm_1", None)
    assert (found.created_at, found.updated_at) == (CREATED, UPDATED)
    config = found.active_config
    assert (config.id, config.project_id, config.project_name) == (CONFIG_ID, PROJECT_ID, "reviews")
    assert config.extra["num_datapoints"] == 1
    assert found.extra == {
        "users": [{"id": "usr_1", "email_address": "ann@example.com", "full_name": None}],
        "feedback_types": [{"type": "rating", "values": None}],
        "active_evaluators": [],
        "new_field": [1],
    }


def test_a_model_config(teller: Teller, hub: respx.MockRouter) -> None:
    found = got(
        teller,
        hub,
        "config",
        provider="deepseek",
        endpoint="chat",
        prompt_template=None,
        chat_template=[{"role": "user", "content": "Hello"}],
        template_language="jinja",
        temperature=0.5,
        stop=["a", "b"],
        seed=7,
        response_format={"type": "json_object", "json_schema": None},
        reasoning_effort=1024,
        tools=[{"id": "oc_1", "name": "look_up"}],
        other={"top_k": 3},
    )
    assert (found.id, found.type, found.name) == (CONFIG_ID, "model", "First prompt")
    assert (found.provider, found.model, found.endpoint) == ("deepseek", "demo", "chat")
    assert type(found.provider) is str
    assert (found.prompt_template, found.description) == (None, None)
    assert found.chat_template == ({"role": "user", "content": "Hello"},)
    assert found.template_language == "jinja"
    assert (found.max_tokens, found.temperature, found.top_p, found.seed) == (4, 0.5, 1.0, 7)
    assert found.stop == ("a", "b")
    assert found.response_format == {"type": "json_object", "json_schema": None}
    assert (found.reasoning_effort, found.other) == (1024, {"top_k": 3})
    assert found.tools == ({"id": "oc_1", "name": "look_up"},)
    assert (found.project_id, found.presence_penalty, found.extra) == (None, None, {})


@pytest.mark.parametrize("kind", ["tool", "evaluator", "agent", "generic"])
def test_a_config_of_another_type(teller: Teller, hub: respx.MockRouter, kind: str) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "tool": {"source_code": "x = 1"},
        "evaluator": {"evaluator_type": "python", "model_config": answers.config()},
        "agent": {"agent_class": "plain", "model_config": {"model": "demo"}, "tools": []},
        "generic": {"new_field": 1},
    }
    own = kinds[kind]
    config = {"id": "config_2", "type": kind, "status": "committed", "name": "n"} | own
    found = got(teller, hub, "log", config=config).config
    assert (found.id, found.type, found.name, found.model) == ("config_2", kind, "n", None)
    assert found.extra["status"] == "committed"
    assert {name: found.extra[name] for name in own if name != "model_config"} == {
        name: value for name, value in own.items() if name != "model_config"
    }


def test_a_registered_config_is_answered_with_its_own_id_and_its_project(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.post("/v4/model-configs").mock(return_value=ok(answers.project_config()))
    found = teller.tell(lambda hl: hl.configs.register(project="reviews", model="demo"))
    assert (found.id, found.project_id, found.project_name) == (CONFIG_ID, PROJECT_ID, "reviews")


def test_an_evaluator(teller: Teller, hub: respx.MockRouter) -> None:
    config = {"id": "config_2", "model": "demo", "max_tokens": None}
    found = got(
        teller, hub, "evaluator", type="llm", code=None, model_config=config,
        logging_project=answers.project(),
    )  # fmt: skip
    assert (found.id, found.name, found.type) == (EVALUATOR_ID, "right label", "llm")
    assert (found.arguments_type, found.return_type) == ("target_required", "boolean")
    assert (found.model_config.id, found.model_config.type) == ("config_2", "model")
    assert found.code is None
    assert found.extra["logging_project"]["id"] == PROJECT_ID


@pytest.mark.parametrize(
    ("kind", "own"), [("python", True), ("llm", True), ("human", False), ("external", False)]
)
def test_who_runs_an_evaluator(teller: Teller, hub: respx.MockRouter, kind: str, own: bool) -> None:
    assert got(teller, hub, "evaluator", type=kind).is_run_by_service is own


def test_a_dataset(teller: Teller, hub: respx.MockRouter) -> None:
    found = got(teller, hub, "dataset", project_id="", description="short")
    assert (found.id, found.name, found.description) == (DATASET_ID, "two reviews", "short")
    assert (found.project_id, found.datapoint_count) == (None, 2)


def test_a_datapoint(teller: Teller, hub: respx.MockRouter) -> None:
    target = {"label": "positive", "stars": 5, "parts": [1, {"a": None}], "deep": {"b": True}}
    messages = [{"role": "user", "content": "Hello"}]
    found = got(teller, hub, "datapoint", target=target, messages=messages)
    assert (found.inputs, found.target) == ({"review": "review 1"}, target)
    assert found.messages == ({"role": "user", "content": "Hello"},)
    assert got(teller, hub, "datapoint", inputs=None, target=None).inputs is None


def test_a_log(teller: Teller, hub: respx.MockRouter) -> None:
    found = got(
        teller,
        hub,
        "log",
        evaluation_results=[answers.result(value=0.5), answers.result(value=None, error="no")],
        output_message={"role": "assistant", "content": "positive"},
        judgment=["a", "b"],
        metadata={"team": "blue"},
        prompt_tokens=12,
        feedback=[{"id": "ann_1", "type": "rating", "value": "good"}],
    )
    assert (found.id, found.project_id, found.config_id) == (LOG_ID, PROJECT_ID, CONFIG_ID)
    assert (found.output, found.error, found.duration) == ("positive", None, 0.4)
    assert found.output_message == {"role": "assistant", "content": "positive"}
    assert found.judgment == ("a", "b")
    assert (found.metadata, found.prompt_tokens) == ({"team": "blue"}, 12)
    assert found.config.model == "demo"
    first, second = found.evaluation_results
    assert (first.value, first.error, second.value, second.error) == (0.5, None, None, "no")
    assert found.extra["feedback"][0]["value"] == "good"
    assert found.extra["observability_status"] == "completed"


@pytest.mark.parametrize("value", [True, False, 0, 1, 0.5, "text", None])
def test_judgments_come_as_they_are(teller: Teller, hub: respx.MockRouter, value: Any) -> None:
    found = got(teller, hub, "log", evaluation_results=[answers.result(value=value)])
    read = found.evaluation_results[0].value
    assert (read, type(read)) == (value, type(value))


def test_a_run(teller: Teller, hub: respx.MockRouter) -> None:
    run = got(
        teller, hub, "evaluation",
        evaluator_aggregates=[answers.aggregate(), answers.aggregate(evaluator_id="evfn_9",
                                                                     aggregate_value=None)],
        new_field="x",
    )  # fmt: skip
    assert (run.id, run.provider) == (RUN_ID, "humanloop")
    assert (run.status, run.raw_status, run.is_final) == ("queued", "pending", False)
    assert (run.progress.done, run.progress.total) == (0, 2)
    assert (run.created_at, run.started_at, run.finished_at) == (CREATED, None, None)
    assert (run.name, run.error, run.usage.total_tokens, run.oxen) == (None, None, None, None)
    known, unknown = run.aggregates
    assert (known.evaluator, known.value, known.evaluator_id) == ("right label", 0.75, EVALUATOR_ID)
    assert (known.model_config_id, known.evaluator_version_id) == (CONFIG_ID, "evv_1")
    assert (unknown.evaluator, unknown.value) == (None, None)
    more = run.humanloop
    assert (more.config_id, more.dataset_id) == (CONFIG_ID, DATASET_ID)
    assert more.dataset_version_id == "version_1"
    assert (more.dataset.datapoint_count, more.dataset_snapshot.datapoint_count) == (5, 2)
    assert [evaluator.name for evaluator in more.evaluators] == ["right label"]
    assert (more.project_id, more.hl_generated, more.updated_at) == (None, None, UPDATED)
    assert run.extra == {"new_field": "x"}


def test_what_the_api_does_not_answer_is_remembered_of_a_run_that_was_created(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.post(f"/v4/projects/{PROJECT_ID}/evaluations").mock(return_value=ok(answers.evaluation()))
    hub.get(f"/v4/evaluations/{RUN_ID}").mock(return_value=ok(answers.evaluation()))

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.create(
            PROJECT_ID, config_id=CONFIG_ID, evaluator_ids=[EVALUATOR_ID], dataset_id=DATASET_ID,
            hl_generated=False, name="first",
        )  # fmt: skip
        return run, (yield run.refresh())

    created, refreshed = teller.tell(story)
    for run in (created, refreshed):
        assert (run.name, run.humanloop.project_id) == ("first", PROJECT_ID)
        assert run.humanloop.hl_generated is False
        assert (run.progress.done, run.progress.total) == (0, 2)
    assert (created.aggregates, refreshed.aggregates) == ((), None)


def test_a_run_that_was_just_created_has_no_aggregates(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.post(f"/v4/projects/{PROJECT_ID}/evaluations").mock(
        return_value=ok(answers.evaluation(status="running", dataset_snapshot=None), 201)
    )
    run = teller.tell(
        lambda hl: hl.evaluations.create(
            PROJECT_ID, config_id=CONFIG_ID, evaluator_ids=[EVALUATOR_ID], dataset_id=DATASET_ID
        )
    )
    assert (run.status, run.aggregates, run.humanloop.hl_generated) == ("running", (), True)
    assert (run.progress.done, run.progress.total) == (0, 5)


def test_listed_runs_know_their_project_and_neither_progress_nor_aggregates(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get("/v4/evaluations").mock(return_value=ok(page([answers.evaluation()])))
    hub.get(f"/v4/evaluations/{RUN_ID}").mock(
        return_value=ok(answers.evaluation(evaluator_aggregates=[]))
    )

    def story(hl: Any) -> Told:
        (run,) = yield collect(hl.evaluations.list(PROJECT_ID))
        return run, (yield run.refresh())

    listed, refreshed = teller.tell(story)
    assert (listed.progress, listed.aggregates) == (None, None)
    assert refreshed.progress is not None
    assert refreshed.aggregates == ()
    assert listed.humanloop.project_id == refreshed.humanloop.project_id == PROJECT_ID


def test_a_datapoint_of_a_run(teller: Teller, hub: respx.MockRouter) -> None:
    cases = [answers.case(1, EVALUATOR_ID, log=answers.log()), answers.case(2)]
    hub.get(f"/v4/evaluations/{RUN_ID}/datapoints").mock(return_value=ok(page(cases, 1)))
    first, second = teller.tell(lambda hl: collect(hl.evaluations.datapoints(RUN_ID)))
    assert (first.datapoint.id, first.log.output) == ("evtc_1", "positive")
    assert [result.value for result in first.evaluation_results] == [True]
    assert (second.log, second.evaluation_results) == (None, ())


def test_where_logs_were_kept(teller: Teller, hub: respx.MockRouter) -> None:
    kept = [answers.created_log(), answers.created_log(id="data_2", session_id="sesh_1")]
    hub.post("/v4/logs").mock(return_value=ok(kept))
    first, second = teller.tell(lambda hl: hl.logs.create_many([{}, {}]))
    assert (first.id, first.project_id, first.session_id) == (LOG_ID, PROJECT_ID, None)
    assert (second.id, second.session_id) == ("data_2", "sesh_1")


NULLS: dict[str, set[str]] = {
    "project": {"active_config", "config_type", "active_evaluators", "directory_id"},
    "config": {"name", "description", "provider", "endpoint", "prompt_template", "chat_template",
               "max_tokens", "temperature", "top_p", "stop", "tools", "other"},
    "evaluator": {"code", "model_config", "logging_project"},
    "dataset": {"description"},
    "datapoint": {"dataset_id", "inputs", "messages", "target"},
    "log": {"project", "project_id", "config_id", "source_datapoint_id", "inputs", "messages",
            "output", "error", "duration"},
    "evaluation": {"dataset_snapshot", "evaluator_aggregates"},
}  # fmt: skip
"""What each answer may leave out or have null."""


@pytest.mark.parametrize("gone", [True, False], ids=["missing", "null"])
@pytest.mark.parametrize("kind", NULLS)
def test_what_is_missing_or_null_is_none(
    teller: Teller, hub: respx.MockRouter, kind: str, gone: bool
) -> None:
    call, path, answer = GETS[kind]
    content = answer()
    for name in NULLS[kind]:
        if gone:
            content.pop(name, None)
        else:
            content[name] = None
    hub.get(path).mock(return_value=ok(content))
    found = teller.tell(call)
    values = {name: getattr(found, name) for name in names(found)}
    assert "UNSET" not in repr(values)
    for name in NULLS[kind] - {"dataset_snapshot", "evaluator_aggregates"}:
        assert values.get(name) is None
        assert name not in found.extra


def names(value: Any) -> list[str]:
    """The attributes of a value."""
    return [attribute.name for attribute in attrs.fields(value.__class__)]


def without(kind: str, name: str) -> dict[str, Any]:
    content = GETS[kind][2]()
    del content[name]
    return content


BROKEN: list[tuple[str, str, Any, str]] = [
    *[
        (f"no {name} of a {kind}", kind, without(kind, name), name)
        for kind, names in {
            "project": ["id", "name", "created_at"],
            "config": ["id", "model"],
            "evaluator": ["id", "name", "type"],
            "dataset": ["id", "datapoint_count"],
            "datapoint": ["id"],
            "log": ["id", "config", "evaluation_results"],
            "evaluation": ["id", "status", "config", "dataset", "evaluators", "updated_at"],
        }.items()
        for name in names
    ],
    ("a null id", "dataset", answers.dataset(id=None), "id"),
    ("a number for a name", "dataset", answers.dataset(name=5), "name"),
    ("text for a number", "dataset", answers.dataset(datapoint_count="2"), "datapoint_count"),
    ("truth for a number", "dataset", answers.dataset(datapoint_count=True), "datapoint_count"),
    ("no date", "dataset", answers.dataset(created_at="today"), ""),
    ("a null status", "evaluation", answers.evaluation(status=None), ""),
    ("text for an object", "datapoint", answers.datapoint(inputs="x"), "inputs"),
    (
        "a wrong part deep inside",
        "log",
        answers.log(evaluation_results=[answers.result(), answers.result(log_id=None)]),
        "evaluation_results[1].log_id",
    ),
    (
        "an object for a judgment",
        "log",
        answers.log(evaluation_results=[answers.result(value={"a": 1})]),
        "value",
    ),
    ("an unknown type of config", "log", answers.log(config=answers.config(type="new")), "config"),
    ("a list", "project", [answers.project()], ""),
    ("nothing", "project", None, ""),
]


@pytest.mark.parametrize(
    ("kind", "content", "field"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_an_answer_that_makes_no_sense_is_named(
    teller: Teller, hub: respx.MockRouter, kind: str, content: Any, field: str
) -> None:
    call, path, _ = GETS[kind]
    hub.get(path).mock(return_value=ok(content))
    with pytest.raises(DecodeError) as caught:
        teller.tell(call)
    assert field in str(caught.value)
    assert caught.value.body is not None
    assert caught.value.status_code == 200


@pytest.mark.parametrize(
    "content",
    [answers.created_log(), [answers.created_log()], [], [answers.created_log()] * 3],
    ids=["one", "too few", "none", "too many"],
)
def test_as_many_logs_are_answered_as_were_sent(
    teller: Teller, hub: respx.MockRouter, content: Any
) -> None:
    hub.post("/v4/logs").mock(return_value=ok(content))
    with pytest.raises(DecodeError, match="is not a list of 2") as caught:
        teller.tell(lambda hl: hl.logs.create_many([{}, {}]))
    assert caught.value.outcome == "unknown"


def test_one_log_is_answered_by_one(teller: Teller, hub: respx.MockRouter) -> None:
    hub.post("/v4/logs").mock(return_value=ok([answers.created_log()]))
    with pytest.raises(DecodeError, match="although one log was sent"):
        teller.tell(lambda hl: hl.logs.create({}))


def test_a_status_named_error_is_no_error_here(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(f"/v4/evaluations/{RUN_ID}/datapoints").mock(return_value=ok(page([], 1, 0)))
    hub.get("/v4/evaluations/1").mock(return_value=ok(answers.evaluation(status="error")))
    run = teller.tell(lambda hl: hl.evaluations.get("1"))
    assert (run.status, run.raw_status, run.is_known) == ("error", "error", False)


def test_values_are_plain_data(teller: Teller, hub: respx.MockRouter) -> None:
    for kind in GETS:
        found = got(teller, hub, kind)
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
        assert copy.deepcopy(found) == found
        with pytest.raises(AttributeError):
            found.id = "other"


def test_every_attribute_of_a_value_is_explained() -> None:
    kinds = [
        kind
        for kind in vars(details).values()
        if isinstance(kind, type) and attrs.has(kind) and kind.__module__ == details.__name__
    ]
    assert len(kinds) == 11
    for kind in kinds:
        for attribute in attrs.fields(kind):
            assert f" {attribute.name}: " in (kind.__doc__ or ""), (kind, attribute.name)


def test_an_answer_that_is_no_json_is_named(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/v4/projects/1").mock(return_value=httpx.Response(200, text="<html>login</html>"))
    with pytest.raises(DecodeError, match="HTML page"):
        teller.tell(lambda hl: hl.projects.get("1"))
