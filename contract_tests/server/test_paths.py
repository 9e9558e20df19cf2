"""Which operation a raw path means, and what its parameters are."""

import pytest
from oxloop_server.contract.paths import compile_template

EVALUATIONS = "/api/repos/{ns}/{repo}/evaluations/{revision}/{file_path}"


@pytest.mark.parametrize(
    ("raw", "resource"),
    [
        ("main/a.csv", "main/a.csv"),
        ("main%2Fa.csv", "main%2Fa.csv"),
        ("eval/first/data%2fa.csv", "eval/first/data%2fa.csv"),
        ("main/", "main/"),
        ("/a.csv", "/a.csv"),
        ("main/../a.csv", "main/../a.csv"),
    ],
)
def test_adjacent_parameters_of_several_segments_are_one_resource(raw: str, resource: str) -> None:
    template = compile_template(EVALUATIONS, {"revision", "file_path"})
    found = template.match(f"/api/repos/ox/r/evaluations/{raw}")
    assert found == {"ns": "ox", "repo": "r", "resource": resource}


def test_they_take_as_many_segments_as_they_stand_for() -> None:
    template = compile_template(EVALUATIONS, {"revision", "file_path"})
    assert template.match("/api/repos/ox/r/evaluations/main") is None


def test_a_parameter_of_one_segment_keeps_an_encoded_slash_and_no_other() -> None:
    template = compile_template("/api/ai/models/{model}", set())
    assert template.match("/api/ai/models/a%2Fb") == {"model": "a%2Fb"}
    assert template.match("/api/ai/models/a/b") is None
    assert template.match("/api/ai/models/") == {"model": ""}


def test_literal_text_is_no_pattern() -> None:
    template = compile_template("/x/v1/a.b", set())
    assert template.match("/x/v1/a.b") == {}
    assert template.match("/x/v1/aXb") is None


def test_a_line_break_is_part_of_a_value() -> None:
    template = compile_template("/file/{resource}", {"resource"})
    assert template.match("/file/a\nb") == {"resource": "a\nb"}
    assert template.match("/file/a\n/x") == {"resource": "a\n/x"}


def test_literal_paths_come_before_parameters() -> None:
    texts = ["/m/{name}", "/m/search", "/m/{name}/x", "/m"]
    ranked = sorted(texts, key=lambda text: compile_template(text, set()).rank)
    assert ranked.index("/m/search") < ranked.index("/m/{name}")
