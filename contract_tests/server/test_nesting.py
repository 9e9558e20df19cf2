"""How deep JSON is nested."""

import json

import pytest
from oxloop_server.nesting import MAX_NESTING, is_too_deep


def nested(depth: int, inside: str, brackets: str = "[]") -> str:
    opening = brackets[0] + ('"a": ' if brackets == "{}" else "")
    return opening * depth + inside + brackets[1] * depth


@pytest.mark.parametrize("brackets", ["[]", "{}"])
@pytest.mark.parametrize("inside", ["1", "[]", "{}", "[1]", '"' + "[" * 200 + '"'])
def test_the_last_level_counts_whatever_is_in_it(brackets: str, inside: str) -> None:
    levels = 1 if inside[0] in "[{" else 0
    most = MAX_NESTING - levels
    for depth, is_deep in ((most - 1, False), (most, False), (most + 1, True)):
        text = nested(depth, inside, brackets)
        assert is_too_deep(text.encode(), json.loads(text)) is is_deep
        wide = f"[{'[], ' * 200}{text}, {'{}, ' * 200}[1]]"
        assert is_too_deep(wide.encode(), json.loads(wide)) is (is_deep or depth == most)
