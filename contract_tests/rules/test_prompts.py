"""Prompt templates of both APIs, by hand-written vectors."""

from typing import Any

import pytest
from oxloop.rules import prompts, prompts_humanloop
from oxloop.rules.errors import RuleError
from oxloop_server.engine.values import arrow, to_python

from .vectors import Float32, load


def about(case: dict[str, Any]) -> str:
    return str(case["about"])


def narrowed(row: dict[str, object]) -> dict[str, object]:
    """Hand the row over as the engine does: 32-bit columns in their shortest form."""
    pa = arrow()
    return {
        name: to_python(pa.array([value], pa.float32()))[0] if isinstance(value, Float32) else value
        for name, value in row.items()
    }


@pytest.mark.parametrize("case", load("prompts"), ids=about)
def test_oxen_prompt(case: dict[str, Any]) -> None:
    template = prompts.parse(case["template"], case["columns"])
    assert list(template.unknown) == case.get("unknown", [])
    assert list(template.columns_read) == case["reads"]
    if "error" in case:
        with pytest.raises(RuleError) as refusal:
            template.render(narrowed(case["row"]))
        assert case["error"] in str(refusal.value)
    else:
        assert template.render(narrowed(case["row"])) == case["rendered"]


@pytest.mark.parametrize("case", load("prompts_humanloop"), ids=about)
def test_humanloop_prompt(case: dict[str, Any]) -> None:
    template = prompts_humanloop.parse(case["template"])
    assert [field.name for field in template.fields] == case["reads"]
    if "error" in case:
        with pytest.raises(RuleError) as refusal:
            template.render(case["inputs"])
        assert case["error"] in str(refusal.value)
    else:
        assert template.render(case["inputs"]) == case["rendered"]


def test_fields_are_told_once_with_their_paths() -> None:
    template = prompts.parse("{m.x}{a.b}{m.x}{m.y}", ["m", "a.b"])
    assert [field.path for field in template.fields] == [("m", "x"), ("a.b",), ("m", "y")]


def test_unknown_sentence_lists_the_columns_and_the_way_out() -> None:
    sentence = prompts.unknown_sentence(["nope", "x.y"], ["query", "label"])
    assert "{nope}, {x.y}" in sentence
    assert '"query", "label"' in sentence
    assert "{{nope}}" in sentence


def test_unknown_sentence_stays_short_for_wide_files() -> None:
    sentence = prompts.unknown_sentence(["nope"], [f"column_{i}" for i in range(500)])
    assert "and 470 more" in sentence
    assert "column_400" not in sentence


def test_unknown_sentence_stays_short_for_a_prompt_of_nothing_else() -> None:
    sentence = prompts.unknown_sentence([f"name_{i}" for i in range(500)], ["query"])
    assert "{name_29} and 470 more, which" in sentence


@pytest.mark.parametrize("value", ["x" * 3_000_000, ["x"] * 1_000_000])
def test_a_prompt_that_would_fill_the_memory_is_refused(value: object) -> None:
    with pytest.raises(RuleError, match="4,000,000 at most"):
        prompts.parse("{q}" * 100_000, ["q"]).render({"q": value})
    with pytest.raises(RuleError, match="4,000,000 at most"):
        prompts_humanloop.parse("{{q}}" * 100_000).render({"q": value})


def test_a_prompt_that_takes_too_long_to_read_is_refused() -> None:
    most = prompts.MOST_BRACES
    assert prompts.parse("{q}" * most, ["q"]).columns_read == ("q",)
    assert len(prompts_humanloop.parse("{{q}}" * (most // 2)).fields) == 1
    with pytest.raises(RuleError, match="has 200,001 opening braces, and 200,000 may be"):
        prompts.parse("{" * (most + 1), ["q"])
    with pytest.raises(RuleError, match="has 200,002 opening braces"):
        prompts_humanloop.parse("{{q}}" * (most // 2 + 1))


def test_names_with_braces_are_looked_for_one_by_one_and_so_fewer_may_be() -> None:
    columns = ["}" * length for length in range(1, 101)]
    assert prompts.parse("{}}" * 2000, columns).columns_read == ("}",)
    with pytest.raises(RuleError, match="2,000 may be with columns that have closing braces"):
        prompts.parse("{}}" * 2001, columns)


def test_a_long_name_takes_no_longer_than_its_length() -> None:
    name = "a." * 2_000_000 + "a"
    assert prompts.parse("{" + name, ["a"]).parts == ("{" + name,)
    assert prompts_humanloop.parse("{{" + name).parts == ("{{" + name,)
    braces = "{" * prompts.MOST_BRACES + "a" * 2_000_000 + "}"
    assert prompts.parse(braces, ["q"]).unknown == (braces.strip("{}"),)


def test_a_value_of_no_column_type_is_refused() -> None:
    with pytest.raises(RuleError, match="a value of type object"):
        prompts.to_text(object())
