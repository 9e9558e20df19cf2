"""What a model's answer says, by the return type that the evaluator promises."""

import pytest
from oxloop_server.evaluators.llm import parse
from oxloop_server.evaluators.verdicts import ReturnType


@pytest.mark.parametrize(
    ("return_type", "answer", "verdict"),
    [
        ("boolean", "True", True),
        ("boolean", "It says what was asked for.\n\nFinal verdict: **False**.", False),
        ("boolean", "true or false? I'd say: `true`!\n", True),
        ("boolean", "Verdict: YES", True),
        ("boolean", "no", False),
        ("boolean", "That is True, as far as I can tell", None),
        ("boolean", "untrue", None),
        ("boolean", "", None),
        ("number", "Score: 4", 4),
        ("number", "I give it **0.75**.", 0.75),
        ("number", "about -3", -3),
        ("number", "85%", 85),
        ("number", "1e-3", 0.001),
        ("number", "7/10", None),
        ("number", "7 / 10", None),
        ("number", "7 out of 10", None),
        ("number", "1,000", None),
        ("number", "2024-05-01", None),
        ("number", "four", None),
        ("number", "4 stars", None),
        ("select", "Reasons first.\n- more\n**good**.", "good"),
        ("select", "\n", None),
        ("multi_select", "Labels:\nfast, `cheap`, good.", ["fast", "cheap", "good"]),
        ("multi_select", '["a", "b"]', ["a", "b"]),
        ("multi_select", " , ", None),
        ("text", "  Well said.\nReally. ", "Well said.\nReally."),
        ("text", "   ", None),
    ],
)
def test_only_the_end_of_an_answer_is_its_verdict(
    return_type: ReturnType, answer: str, verdict: object
) -> None:
    found = parse(answer, return_type)
    assert found == verdict
    assert type(found) is type(verdict)
