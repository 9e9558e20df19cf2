"""Ready-made evaluators: how they are named, what they measure, and how they fail."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from humanloop_world import HumanloopWorld, in_world, python
from oxloop_server.evaluators import ready_made
from oxloop_server.evaluators.arguments import Arguments, sample
from oxloop_server.evaluators.likeness import Likenesses
from oxloop_server.evaluators.measures import LONGEST, CannotMeasure, cosine
from oxloop_server.evaluators.measuring import ReadyMadeEvaluators, asks_model
from oxloop_server.evaluators.sandbox import Sandbox
from oxloop_server.evaluators.schemas import Schemas
from oxloop_server.evaluators.verdicts import ArgumentsType, ReturnType
from oxloop_server.models.client import ModelClient
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Model
from oxloop_server.models.wire import Embedding
from oxloop_server.problems import Refused


def arguments(
    output: str | None = None, target: dict[str, object] | None = None, **log: object
) -> Arguments:
    made = sample([])
    case: dict[str, Any] = {"id": "evtc_1", "inputs": {}, "messages": [], "target": target or {}}
    return Arguments({**made.log, "output": output, **log}, case)


def said(code: str, output: str | None, target: object = None, **log: object) -> Any:
    ready = ready_made.read("oxloop:" + code)
    asked = arguments(output, {} if target is None else {"answer": target}, **log)
    return ready_made.measure(ready)(asked)


@pytest.mark.parametrize(
    ("code", "output", "target", "value"),
    [
        ("exact", "Paris", "Paris", True),
        ("exact", " Paris\n", "Paris", True),
        ("exact", "paris", "Paris", False),
        ('exact {"ignore_case": true}', "STRASSE", "straße", True),
        ('exact {"strip": false}', "Paris ", "Paris", False),
        ("exact", "true", True, True),
        ("exact", "0.5", 0.5, True),
        ("exact", '{"a": 1}', {"a": 1}, True),
        ("contains", "It is Paris.", "Paris", True),
        ("contains", "It is paris.", "Paris", False),
        ('contains {"ignore_case": true}', "It is paris.", "Paris", True),
        ('contains {"text": "is"}', "It is paris.", None, True),
        ("levenshtein", "kitten", "kitten", 1.0),
        ("levenshtein", "", "", 1.0),
        ("levenshtein", "abc", "xyz", 0.0),
        ('levenshtein {"at_least": 0.5}', "kitten", "sitting", True),
        ('levenshtein {"at_least": 0.6}', "kitten", "sitting", False),
        ("numeric", " 42 ", 42, True),
        ("numeric", "42.5", "42", False),
        ('numeric {"absolute": 0.5}', "42.5", "42", True),
        ('numeric {"relative": 0.1}', "-110", "-100", True),
        ('numeric {"relative": 0.1}', "111", "100", False),
        ("numeric", "1,234,567.5", 1234567.5, True),
        ("numeric", "about 42", "42", False),
        ("numeric", "1e999", "42", False),
        ("numeric", "4" * 1001, "42", False),
    ],
)
def test_what_they_measure(code: str, output: str, target: object, value: object) -> None:
    assert said(code, output, target) == value


def test_rouge_l_is_that_of_rouge_score() -> None:
    # Google's rouge-score 0.1.2, rougeL without stemming, says so of these.
    fox = "The quick brown fox jumps over the lazy dog"
    assert said("rouge_l", fox, "The quick brown dog jumps on the log.") == pytest.approx(10 / 17)
    assert said("rouge_l", "police killed the gunman", "the gunman killed police") == 0.5
    assert said("rouge_l", "?", "the") == 0.0
    assert said('rouge_l {"at_least": 0.5}', "police killed the gunman", "the gunman") is True


def test_levenshtein_counts_characters_to_change() -> None:
    # kitten, sitten, sittin, sitting: three of seven.
    assert said("levenshtein", "kitten", "sitting") == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("levenshtein", pytest.approx(0.75)),
        ("rouge_l", pytest.approx(0.5)),
        ('levenshtein {"at_least": 0.7}', True),
    ],
)
def test_long_texts_are_compared_in_another_process_with_the_same_result(
    tmp_path: Path, code: str, value: object
) -> None:
    async def work(world: HumanloopWorld) -> None:
        output, target = "a b " * (LONGEST // 4), "a c " * (LONGEST // 4)
        points = [{"inputs": {}, "target": {"a": one}} for one in (target, "short", target)]
        judge = python(f"oxloop:{code}", return_type="boolean" if "{" in code else "number")
        run_id = await world.create(points, [judge], hl_generated=False)
        await world.send_logs(run_id, [{"output": one} for one in (output, "other", output)])
        await world.engine.judge.judge_logs(run_id)
        first, short, last = await world.said(run_id)
        assert first == last == value
        assert short != value

    in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("code", "output", "target", "long"),
    [
        ("levenshtein", "x" * 2_000, "y" * 2_000, False),
        ("levenshtein", "x" * 2_000, "y" * 2_001, True),
        ("rouge_l", "x" * LONGEST, "y" * LONGEST, True),
        ("levenshtein", "x" * LONGEST, "", False),
        ("levenshtein", "x" * (LONGEST + 1), "y" * LONGEST, False),
        ("levenshtein", None, "y" * LONGEST, False),
        ("exact", "x" * LONGEST, "y" * LONGEST, False),
    ],
)
def test_which_texts_take_long_to_compare(
    code: str, output: str | None, target: str, long: bool
) -> None:
    ready = ready_made.read("oxloop:" + code)
    assert ready_made.takes_long(ready, arguments(output, {"answer": target})) is long


class _Vectors(ModelClient):
    """Gives the same vector for every text."""

    async def embed(self, model: Model, text: str, *, patient: bool = False) -> Embedding:
        return Embedding((1.0,))


class _Watched(list[int]):
    """Remembers which threads go through it."""

    def __init__(self) -> None:
        super().__init__([1])
        self.threads: set[threading.Thread] = set()

    def __iter__(self) -> Iterator[int]:
        self.threads.add(threading.current_thread())
        return super().__iter__()


@pytest.mark.parametrize("name", ["levenshtein", "rouge_l", "exact", "semantic_similarity"])
def test_a_target_is_written_as_text_beside_the_event_loop(tmp_path: Path, name: str) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model("http://127.0.0.1:9/v1", endpoint="embeddings")
        sandbox, client = Sandbox(), _Vectors(LocalEngine())
        likenesses = Likenesses()
        evaluators = ReadyMadeEvaluators(sandbox, world.registry, client, Schemas(), likenesses)
        ready, target = ready_made.read(f"oxloop:{name}"), _Watched()
        asked = arguments("[1]", {"answer": target})
        if asks_model(ready):
            verdict = await evaluators.compare(ready, asked)
        else:
            (verdict,) = await evaluators.judge("t", ready, [asked])
        assert verdict.value == 1
        assert target.threads
        assert threading.current_thread() not in target.threads

    in_world(tmp_path, work)


def test_latency_and_cost_are_the_logs() -> None:
    assert said("latency", "x", provider_latency=1.5, duration=2) == 1.5
    assert said("latency", "x", provider_latency=None, duration=2) == 2.0
    assert said('latency {"at_most": 1}', "x", provider_latency=1.5) is False
    assert said("cost", "x", prompt_cost=0.25, output_cost=0.5) == 0.75
    assert said('cost {"at_most": 1}', "x", prompt_cost=0.25) is True


def test_cosine_is_of_directions() -> None:
    assert cosine([1.0, 0.0], [2.0, 0.0]) == 1.0
    assert cosine([1.0, 0.0], [0.0, 3.0]) == 0.0
    with pytest.raises(CannotMeasure):
        cosine([1.0, 0.0], [0.0, 0.0])
    with pytest.raises(CannotMeasure):
        cosine([1.0, 0.0], [1.0])


@pytest.mark.parametrize(
    ("code", "output", "target", "reason"),
    [
        ("exact", None, {"answer": "x"}, "The log has no output"),
        ("exact", "x", {}, "has nothing: say which part"),
        ("exact", "x", {"a": 1, "b": 2}, 'has "a", "b": say which part'),
        ('exact {"target": "c"}', "x", {"a": 1}, 'has no "c"; it has: "a"'),
        ("numeric", "1", {"a": "one"}, '"one", which is no number'),
        ("levenshtein", "x" * (LONGEST + 1), {"a": "x"}, "more than 50,000 characters"),
        ("rouge_l", "x", {"a": "x" * (LONGEST + 1)}, "more than 50,000 characters"),
        ("cost", "x", {}, "no price in models.toml"),
    ],
)
def test_what_has_no_value_says_why(
    code: str, output: str | None, target: dict[str, object], reason: str
) -> None:
    found = ready_made.measure(ready_made.read("oxloop:" + code))
    with pytest.raises(CannotMeasure, match=reason):
        found(arguments(output, target))


def test_a_target_is_named_where_there_are_more() -> None:
    found = ready_made.measure(ready_made.read('oxloop:exact {"target": "b"}'))
    assert found(arguments("2", {"a": 1, "b": 2})) is True


@pytest.mark.parametrize(
    ("code", "returns", "looks", "field", "reason"),
    [
        ("oxloop:guess", "boolean", "target_required", "code", "there are: exact, contains"),
        ("oxloop:", "boolean", "target_required", "code", "there are: exact"),
        ("oxloop:exact {", "boolean", "target_required", "code", "not readable as JSON"),
        ("oxloop:exact []", "boolean", "target_required", "code", "are wrong"),
        ('oxloop:exact {"case": 1}', "boolean", "target_required", "code", "It has: target"),
        (
            'oxloop:contains {"text": "' + "x" * 262_144 + '"}',
            "boolean",
            "target_free",
            "code",
            "longer than 262,144 characters",
        ),
        ("oxloop:regex", "boolean", "target_free", "code", "pattern"),
        ('oxloop:regex {"pattern": "("}', "boolean", "target_free", "code", "pattern cannot be"),
        ('oxloop:contains {"text": "a", "target": "b"}', "boolean", "target_free", "code", "both"),
        ("oxloop:exact", "number", "target_required", "return_type", "returns a boolean"),
        ("oxloop:rouge_l", "boolean", "target_required", "return_type", "With the option at_least"),
        ("oxloop:exact", "boolean", "target_free", "arguments_type", "target_required"),
    ],
)
def test_what_cannot_be_made_is_refused(
    code: str, returns: ReturnType, looks: ArgumentsType, field: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        ready_made.check(code, looks, returns)
    assert refused.value.field == field


def test_a_schema_that_is_none_is_refused(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        code = 'oxloop:json_schema {"schema": {"type": %s}}'
        look = world.engine.judge.look_over_named
        await look("t", code % '"object"', "target_free", "boolean")
        with pytest.raises(Refused, match="The schema cannot be used") as refused:
            await look("t", code % "1", "target_free", "boolean")
        assert refused.value.field == "code"

    in_world(tmp_path, work)


def test_what_is_right_is_taken() -> None:
    assert ready_made.is_named('\n oxloop:regex {"pattern": "a"}')
    assert not ready_made.is_named("def oxloop(log): ...")
    ready_made.check('oxloop:regex {"pattern": "^a"}', "target_free", "boolean")
    ready_made.check('oxloop:latency {"at_most": 2}', "target_free", "boolean")
    ready_made.check('oxloop:contains {"text": "x"}', "target_free", "boolean")
    ready_made.check("oxloop:rouge_l", "target_required", "number")


POINTS = [{"inputs": {}, "target": {"label": "positive"}} for _ in range(5)]
LOGS: list[dict[str, Any]] = [
    {"output": "positive"},
    {"output": "a" * 40 + "!"},
    {"output": None, "error": "It timed out."},
    {"output": "Positive?", "provider_latency": 0.5},
    {"output": '{"positive": true}'},
]


def test_logs_are_judged_by_name(tmp_path: Path) -> None:
    judges = [
        python("oxloop:exact"),
        python(r'oxloop:regex {"pattern": "^(a+)+$"}'),
        python(r'oxloop:regex {"pattern": "(?i)^\\w+\\W?$"}'),
        python("oxloop:latency", return_type="number"),
        python('oxloop:json_schema {"schema": {"type": "object"}}'),
    ]

    async def work(world: HumanloopWorld) -> None:
        run_id = await world.create(POINTS, judges, hl_generated=False)
        await world.send_logs(run_id, LOGS)
        await world.engine.judge.judge_logs(run_id)
        found = await world.results(run_id)
        values = [[one.value for one in judged] for judged in found]
        assert values[0] == [True, False, True, None, False]
        assert values[3] == [False, False, True, 0.5, False]
        assert [one.error for one in found[2]] == ["There is no output to judge: It timed out."] * 5
        assert values[4][4] is True
        assert values[1][0] is False
        hung = found[1][1]
        assert hung.value is False or hung.error is not None, "a pattern cannot hang"

    in_world(tmp_path, work)
