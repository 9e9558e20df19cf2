"""What holds for every Oxen prompt, whatever it says."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from oxloop.rules import prompts

always = settings(max_examples=150, derandomize=True, database=None, deadline=None)

plain = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=30)
names = plain.filter(bool)
templates = st.text(st.sampled_from("{}ab. \"':"), max_size=12)
documents = st.dictionaries(
    plain,
    st.recursive(
        st.none() | st.integers() | plain,
        lambda inner: st.lists(inner) | st.dictionaries(plain, inner),
    ),
    max_size=3,
)


@always
@given(plain, names)
def test_text_without_braces_stays(text: str, column: str) -> None:
    assert prompts.parse(text, [column]).render({column: "value"}) == text


@always
@given(documents, st.lists(names.filter(lambda name: '"' not in name), unique=True))
def test_json_stays(document: dict[str, object], columns: list[str]) -> None:
    text = json.dumps(document, ensure_ascii=False)
    template = prompts.parse(text, columns)
    assert template.render({}) == text
    assert template.unknown == ()


@always
@given(names, plain, plain, plain)
def test_a_column_is_filled_and_its_doubled_braces_mean_its_name(
    column: str, before: str, between: str, value: str
) -> None:
    template = prompts.parse(f"{before}{{{column}}}{between}{{{{{column}}}}}", [column])
    assert template.render({column: value}) == f"{before}{value}{between}{{{column}}}"


@always
@given(templates)
def test_only_whole_placeholders_change(text: str) -> None:
    template = prompts.parse(text, ["a", "b"])
    if "{a" not in text and "{b" not in text:
        assert template.parts == ((text,) if text else ())
    literal = sum(len(part) for part in template.parts if isinstance(part, str))
    filled = sum(len(part.name) + 2 for part in template.parts if not isinstance(part, str))
    doubled = len(text) - literal - filled
    assert doubled >= 0
    assert doubled % 2 == 0
