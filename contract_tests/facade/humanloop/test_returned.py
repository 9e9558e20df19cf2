"""What functions of a caller return, as logs and results."""

from typing import Any

import pytest
from oxloop import ConfigurationError
from oxloop.humanloop import returned
from oxloop.humanloop.details import Datapoint, Evaluator, Log
from oxloop.humanloop.returned import Verdict

POINT = Datapoint(id="evtc_1", inputs={"q": "why?"}, messages=({"role": "user", "name": None},))


def judge(return_type: str | None) -> Evaluator:
    return Evaluator(id="evfn_1", name="score", type="external", return_type=return_type)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ("because", {"output": "because"}),
        ("", {"output": ""}),
        ({"output": "x", "prompt_tokens": 3}, {"output": "x", "prompt_tokens": 3}),
        ({"error": "refused", "output": None}, {"error": "refused"}),
        (
            {"output_message": {"role": "assistant", "content": "x"}},
            {"output_message": {"role": "assistant", "content": "x"}},
        ),
    ],
)
def test_an_answer_becomes_a_log(given: Any, fields: dict[str, Any]) -> None:
    assert returned.log_of(given, POINT) == fields


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "it is None; return the output as text, or a mapping"),
        (7, "it is a value of type int;"),
        ({}, "it has neither output nor output_message nor error"),
        ({"prompt_tokens": 3}, "it has neither output"),
        ({"output": 7}, 'its "output" is a value of type int, not text'),
        ({"error": ValueError("x")}, 'its "error" is a value of type ValueError, not text'),
        ({"output": "x", "tokens": 3}, "log.tokens is no field that Humanloop's API knows here"),
    ],
)
def test_what_no_log_can_hold_is_refused(given: object, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        returned.log_of(given, POINT)
    assert f"for the datapoint evtc_1 cannot be logged: {reason}" in caught.value.message
    assert caught.value.message.endswith(
        "For a datapoint without an answer, raise an exception: it becomes the log's error."
    )


def test_a_log_repeats_its_datapoint() -> None:
    assert returned.told_of(POINT) == {"inputs": {"q": "why?"}, "messages": [{"role": "user"}]}
    assert returned.told_of(Datapoint(id="evtc_1")) == {}


def test_an_exception_is_told_by_its_type_and_its_words() -> None:
    assert returned.error_of(ValueError("no answer")) == "ValueError: no answer"
    assert returned.error_of(ValueError()) == "ValueError"


def test_a_log_without_an_output_is_not_judged() -> None:
    log = Log(id="data_1", error="ValueError: no")
    assert returned.unanswered(log) == Verdict(error="There is no output to judge: ValueError: no")
    assert returned.unanswered(Log(id="data_1", error="half", output="x")) is None
    assert returned.unanswered(Log(id="data_1", output="x")) is None


class Scalar:
    """A number as numpy has it."""

    def __init__(self, value: object) -> None:
        self._value = value

    def item(self) -> object:
        return self._value


@pytest.mark.parametrize(
    ("return_type", "said", "value"),
    [
        ("boolean", True, True),
        ("boolean", Scalar(False), False),
        ("number", 3, 3),
        ("number", 0.5, 0.5),
        ("number", Scalar(0.5), 0.5),
        (None, True, True),
        (None, 3, 3),
    ],
)
def test_a_judgment_is_kept_as_it_is(return_type: str | None, said: object, value: object) -> None:
    verdict = returned.verdict_of(said, judge(return_type))
    assert verdict.error is None
    assert (type(verdict.value), verdict.value) == (type(value), value)


@pytest.mark.parametrize(
    ("return_type", "said", "error"),
    [
        ("boolean", 1, "must return True or False; it returned a value of type int."),
        ("number", True, "must return a number; it returned a value of type bool."),
        ("number", None, "must return a number; it returned None."),
        ("number", "3", "must return a number; it returned a value of type str."),
        ("number", float("nan"), "must return a finite number; it returned nan."),
        ("number", Scalar(float("inf")), "must return a finite number; it returned inf."),
        (None, [], "must return True, False or a number; it returned a value of type list."),
    ],
)
def test_anything_else_is_an_error(return_type: str | None, said: object, error: str) -> None:
    assert returned.verdict_of(said, judge(return_type)) == Verdict(error=f"The evaluator {error}")


def test_a_number_beyond_every_float_is_an_error() -> None:
    verdict = returned.verdict_of(10**400, judge("number"))
    assert verdict.value is None
    assert verdict.error is not None
    assert verdict.error.startswith("The evaluator must return a finite number")
