"""What a request's path says, by the paths that a contract writes."""

import pytest
from oxloop_api.specs.paths import PathTemplate

FILE = PathTemplate.of(
    "/api/repos/{owner}/{name}/file/{revision}/{file_path}", ["revision", "file_path"]
)
RUN = PathTemplate.of("/api/repos/{owner}/{name}/evaluations/{id}", [])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/repos/ox/support/evaluations/7", {"owner": "ox", "name": "support", "id": "7"}),
        ("/api/repos/ox/a%20b/evaluations/7", {"owner": "ox", "name": "a b", "id": "7"}),
        ("/api/repos/ox/a%2Fb/evaluations/7", {"owner": "ox", "name": "a/b", "id": "7"}),
        ("/api/repos/ox//evaluations/7", {"owner": "ox", "name": "", "id": "7"}),
        ("/api/repos/ox/support/evaluations/7/8", None),
        ("/api/repos/ox/support/evaluations", None),
        ("/api/repos/ox/support/evaluations/7\n", {"owner": "ox", "name": "support", "id": "7\n"}),
        ("/API/repos/ox/support/evaluations/7", None),
    ],
)
def test_a_parameter_is_one_segment(path: str, said: dict[str, str] | None) -> None:
    assert RUN.match(path) == said


@pytest.mark.parametrize(
    ("end", "revision", "file_path"),
    [
        ("main/a.csv", "main", "a.csv"),
        ("main/data/a.csv", "main", "data/a.csv"),
        ("feature%2Fx/a.csv", "feature/x", "a.csv"),
        ("main/a%3F.csv", "main", "a?.csv"),
    ],
)
def test_of_two_that_may_have_slashes_the_first_takes_the_least(
    end: str, revision: str, file_path: str
) -> None:
    said = FILE.match(f"/api/repos/ox/support/file/{end}")
    assert said == {
        "owner": "ox",
        "name": "support",
        "revision": revision,
        "file_path": file_path,
    }


def test_a_dot_is_a_dot() -> None:
    assert PathTemplate.of("/models.json", []).match("/models-json") is None


def test_the_plainest_come_first() -> None:
    slashed = PathTemplate.of("/models/{name}", ["name"])
    named = PathTemplate.of("/models/{name}", [])
    search = PathTemplate.of("/models/search", [])
    assert sorted([slashed, search, named], key=lambda one: one.rank) == [search, named, slashed]
