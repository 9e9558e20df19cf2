"""The exact form in which each operation goes out."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, __version__

from .answers import (
    COMMIT_ID,
    MODEL_ID,
    RUN_ID,
    branch,
    commit,
    evaluation,
    page,
    repository,
)
from .conftest import KEY, Teller, Told, collect, requests

pytestmark = pytest.mark.usefixtures("judged")

MODELS = httpx.Response(200, json={"object": "list", "data": []})
MODEL = httpx.Response(200, json={"id": "small", "object": "model", "created": 1, "owned_by": "ox"})
BRANCHES = httpx.Response(200, json={"status": "success", "branches": []})

PLAIN: dict[str, Any] = {"model": MODEL_ID, "prompt": "{query}", "target_column": "answer"}
PLAIN_BODY = {
    "model_id": MODEL_ID,
    "prompt": "{query}",
    "target_column": "answer",
    "input_type": "text",
    "output_type": "text",
}
FULL: dict[str, Any] = {
    "prompt": "Which? {query}",
    "target_column": "department",
    "input_type": "image",
    "output_type": "embeddings",
    "auto_commit": True,
    "batch_size": 7,
    "commit_message": "Answers",
    "is_sample": True,
    "name": "first",
    "sample_count": 5,
    "target_branch": "eval/first",
    "target_path": "out/tickets.csv",
}

OPERATIONS: list[tuple[str, Callable[[Any], Any], str, bytes, Any, httpx.Response]] = [
    (
        "create an evaluation with what it needs",
        lambda oxen: oxen.evaluations.create("ox/support", "main/data/tickets.parquet", **PLAIN),
        "POST",
        b"/api/repos/ox/support/evaluations/main/data/tickets.parquet",
        PLAIN_BODY,
        evaluation(),
    ),
    (
        "create an evaluation with every field",
        lambda oxen: oxen.evaluations.create(
            "ox/support", revision="feature/a", path="tickets.parquet", model=MODEL_ID, **FULL
        ),
        "POST",
        b"/api/repos/ox/support/evaluations/feature/a/tickets.parquet",
        FULL | {"model_id": MODEL_ID},
        evaluation(),
    ),
    (
        "create an evaluation with false and empty values, which are values",
        lambda oxen: oxen.evaluations.create(
            "ox/support", "main/a.csv", auto_commit=False, is_sample=False, name="", **PLAIN
        ),
        "POST",
        b"/api/repos/ox/support/evaluations/main/a.csv",
        PLAIN_BODY | {"auto_commit": False, "is_sample": False, "name": ""},
        evaluation(),
    ),
    (
        "names that need escaping",
        lambda oxen: oxen.evaluations.create("o x/s?", "mäin/a b#/%2F.csv", **PLAIN),
        "POST",
        b"/api/repos/o%20x/s%3F/evaluations/m%C3%A4in/a%20b%23/%252F.csv",
        PLAIN_BODY,
        evaluation(),
    ),
    (
        "get an evaluation",
        lambda oxen: oxen.evaluations.get("ox/support", RUN_ID),
        "GET",
        f"/api/repos/ox/support/evaluations/{RUN_ID}".encode(),
        None,
        evaluation(),
    ),
    (
        "create a repository",
        lambda oxen: oxen.repos.create("ox/support"),
        "POST",
        b"/api/repos",
        {"namespace": "ox", "name": "support"},
        repository(),
    ),
    (
        "create a repository with all that can be said",
        lambda oxen: oxen.repos.create("ox/support", description="Tickets", is_public=False),
        "POST",
        b"/api/repos",
        {"namespace": "ox", "name": "support", "description": "Tickets", "is_public": False},
        repository(),
    ),
    (
        "get a repository",
        lambda oxen: oxen.repos.get("ox/support"),
        "GET",
        b"/api/repos/ox/support",
        None,
        repository(),
    ),
    (
        "list branches",
        lambda oxen: oxen.branches.list("ox/support"),
        "GET",
        b"/api/repos/ox/support/branches",
        None,
        BRANCHES,
    ),
    (
        "get a branch with a slash",
        lambda oxen: oxen.branches.get("ox/support", "eval/first"),
        "GET",
        b"/api/repos/ox/support/branches/eval/first",
        None,
        branch(),
    ),
    (
        "create a branch",
        lambda oxen: oxen.branches.create("ox/support", "eval/first"),
        "POST",
        b"/api/repos/ox/support/branches",
        {"new_name": "eval/first", "from_name": "main"},
        branch(),
    ),
    (
        "create a branch elsewhere",
        lambda oxen: oxen.branches.create("ox/support", "next", source=COMMIT_ID),
        "POST",
        b"/api/repos/ox/support/branches",
        {"new_name": "next", "from_name": COMMIT_ID},
        branch(),
    ),
    (
        "get a page of rows",
        lambda oxen: oxen.data_frames.get("ox/support", "main/a/b.csv", page=3, page_size=20),
        "GET",
        b"/api/repos/ox/support/data_frames/main/a/b.csv?page=3&page_size=20",
        None,
        page([]),
    ),
    (
        "get a page of some columns",
        lambda oxen: oxen.data_frames.get("ox/support", "main/a.csv", columns=["b", "a ü"]),
        "GET",
        b"/api/repos/ox/support/data_frames/main/a.csv?page=1&page_size=100&columns=b%2Ca+%C3%BC",
        None,
        page([]),
    ),
    (
        "iterate over rows of one column",
        lambda oxen: collect(oxen.data_frames.rows("ox/support", "main/a.csv", columns=["b"])),
        "GET",
        b"/api/repos/ox/support/data_frames/main/a.csv?page=1&page_size=100&columns=b",
        None,
        page([]),
    ),
    (
        "iterate over rows",
        lambda oxen: collect(oxen.data_frames.rows("ox/support", revision="a/b", path="c.csv")),
        "GET",
        b"/api/repos/ox/support/data_frames/a/b/c.csv?page=1&page_size=100",
        None,
        page([]),
    ),
    (
        "download a file",
        lambda oxen: oxen.files.download("ox/support", "main/a/b.csv"),
        "GET",
        b"/api/repos/ox/support/file/main/a/b.csv",
        None,
        httpx.Response(200, content=b"bytes"),
    ),
    ("list models", lambda oxen: oxen.models.list(), "GET", b"/api/ai/models", None, MODELS),
    (
        "search models",
        lambda oxen: oxen.models.search("small one"),
        "GET",
        b"/api/ai/models/search?search=small+one",
        None,
        MODELS,
    ),
    (
        "get a model",
        lambda oxen: oxen.models.get("small 2.1"),
        "GET",
        b"/api/ai/models/small%202.1",
        None,
        MODEL,
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
    route = hub.route(path__startswith="/api").mock(return_value=answer)
    teller.tell(call)
    assert route.call_count == 1
    request = route.calls.last.request
    assert (request.method, request.url.raw_path) == (method, raw_path)
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    if body is None:
        assert request.content == b""
    else:
        assert json.loads(request.content) == body
        assert request.headers["Content-Type"] == "application/json"


def test_the_headers_of_a_request(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get("/api/repos/ox/support").mock(return_value=repository())
    teller.tell(lambda oxen: oxen.repos.get("ox/support"), headers={"X-Team": "blue"})
    headers = route.calls.last.request.headers
    assert headers["Accept"] == "application/json"
    assert headers["X-Team"] == "blue"
    assert len(headers["X-Request-Id"]) == 32
    assert headers["User-Agent"] == f"oxloop/{__version__}"
    assert "oxen" not in headers["User-Agent"].lower()


def test_the_attempts_of_a_call_bear_one_request_id(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get("/api/repos/ox/support").mock(
        side_effect=[httpx.Response(500), repository(), repository()]
    )

    def twice(oxen: Any) -> Told:
        yield oxen.repos.get("ox/support")
        yield oxen.repos.get("ox/support")

    teller.tell(twice)
    one, two, three = [request.headers["X-Request-Id"] for request in requests(route)]
    assert one == two != three


def test_an_upload_goes_out_as_a_form(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.put("/api/repos/ox/support/file/main/data/a.csv").mock(return_value=commit())
    found = teller.tell(
        lambda oxen: oxen.files.upload(
            "ox/support",
            "main/data/a.csv",
            b"id\n1\n",
            message="Add it",
            name="Ann",
            email="ann@example.com",
        )
    )
    request = route.calls.last.request
    assert request.url.raw_path == b"/api/repos/ox/support/file/main/data/a.csv"
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    parts = _parts(request)
    assert parts == {
        "file": ("a.csv", b"id\n1\n"),
        "name": (None, b"Ann"),
        "email": (None, b"ann@example.com"),
        "message": (None, b"Add it"),
    }
    assert (found.id, found.author, found.parent_ids) == (COMMIT_ID, "Ann", ("c9f0",))


def _parts(request: httpx.Request) -> dict[str, tuple[str | None, bytes]]:
    """The fields of a multipart form, by hand: name, file name, content."""
    boundary = request.headers["Content-Type"].split("boundary=")[1].encode()
    found: dict[str, tuple[str | None, bytes]] = {}
    for section in request.content.split(b"--" + boundary)[1:-1]:
        head, _, content = section[2:-2].partition(b"\r\n\r\n")
        words = dict(
            word.strip().split("=", 1) for word in head.split(b"\r\n")[0].decode().split(";")[1:]
        )
        file_name = words.get("filename")
        found[words["name"].strip('"')] = (file_name and file_name.strip('"'), content)
    return found


REFUSED: list[tuple[str, Callable[[Any], Any], str]] = [
    ("no namespace", lambda oxen: oxen.repos.get("support"), "no namespace"),
    ("two slashes", lambda oxen: oxen.repos.get("ox/a/b"), "holds a slash"),
    ("an empty name", lambda oxen: oxen.repos.get("ox/"), "repo_name is empty"),
    ("dots for a namespace", lambda oxen: oxen.repos.get("../support"), "not allowed"),
    ("dots for a name", lambda oxen: oxen.repos.create("ox/.."), "not allowed"),
    ("dots for a branch", lambda oxen: oxen.branches.get("ox/s", "a/../b"), "not allowed"),
    ("dots for a new branch", lambda oxen: oxen.branches.create("ox/s", "../b"), "not allowed"),
    ("an empty branch", lambda oxen: oxen.branches.get("ox/s", ""), "is empty"),
    ("dots in a resource", lambda oxen: oxen.files.download("ox/s", "main/../x"), "not allowed"),
    (
        "a resource without a file",
        lambda oxen: oxen.files.download("ox/s", "main"),
        "names no file",
    ),
    ("no file at all", lambda oxen: oxen.files.download("ox/s"), "Name the file either"),
    (
        "a file named twice",
        lambda oxen: oxen.files.download("ox/s", "main/a", revision="main", path="a"),
        "Name the file either",
    ),
    (
        "a path without its revision",
        lambda oxen: oxen.data_frames.get("ox/s", path="a.csv"),
        "Name the file either",
    ),
    ("a run with a slash", lambda oxen: oxen.evaluations.get("ox/s", "a/b"), "holds a slash"),
    ("a run of dots", lambda oxen: oxen.evaluations.get("ox/s", ".."), "not allowed"),
    ("a model with a slash", lambda oxen: oxen.models.get("a/b"), "holds a slash"),
    ("page 0", lambda oxen: oxen.data_frames.get("ox/s", "main/a", page=0), "count from 1"),
    ("nothing to upload", lambda oxen: oxen.files.upload("ox/s", "main/a"), "source= is missing"),
    ("nowhere to go", lambda oxen: oxen.files.download_to("ox/s", "main/a"), "destination= is"),
]


REFUSED_RUNS: list[tuple[str, dict[str, Any], str]] = [
    ("a reserved column", {"target_column": "_oxen_id"}, "is reserved"),
    ("an empty column", {"target_column": ""}, "target column"),
    ("an empty prompt", {"prompt": ""}, "prompt= is empty"),
    ("an empty model", {"model": ""}, "model= is empty"),
    ("an empty type", {"output_type": ""}, "output_type= is empty"),
    ("no rows of a sample", {"sample_count": 0}, "sample_count=0"),
    ("no rows at a time", {"batch_size": 0}, "batch_size=0"),
    ("dots in the target path", {"target_path": "../a.csv"}, "not allowed"),
    ("an empty target branch", {"target_branch": ""}, "is empty"),
]


@pytest.mark.parametrize(
    ("call", "words"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_a_mistake_is_refused_before_anything_is_sent(
    teller: Teller, hub: respx.MockRouter, call: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(call)
    assert not hub.calls


@pytest.mark.parametrize(
    ("changes", "words"),
    [case[1:] for case in REFUSED_RUNS],
    ids=[case[0] for case in REFUSED_RUNS],
)
def test_a_mistake_in_a_run_is_refused_before_anything_is_sent(
    teller: Teller, hub: respx.MockRouter, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(lambda oxen: oxen.evaluations.create("ox/s", "main/a.csv", **(PLAIN | changes)))
    assert not hub.calls


@pytest.mark.parametrize("columns", ["query", [], ["a,b"], [""]])
def test_columns_that_cannot_be_asked_for_are_refused(teller: Teller, columns: Any) -> None:
    with pytest.raises(ConfigurationError, match="column"):
        teller.tell(lambda oxen: oxen.data_frames.get("ox/support", "main/a.csv", columns=columns))
