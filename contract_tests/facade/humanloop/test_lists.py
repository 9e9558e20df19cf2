"""Lists that come in pages: from the right first page to the last, and not further."""

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
import respx
from oxloop.errors import UnprocessableEntityError

from ..conftest import Teller, Told, collect, requests
from . import answers
from .answers import PROJECT_ID, RUN_ID, ok, page

Call = Callable[[Any, dict[str, Any]], Any]


def named(make: Callable[..., dict[str, Any]]) -> Callable[[int], dict[str, Any]]:
    """Records that are told apart by their id."""
    return lambda number: make(id=f"id_{number}")


LISTS: dict[str, tuple[Call, str, int, Callable[[int], dict[str, Any]]]] = {
    "projects": (
        lambda hl, options: hl.projects.list(**options),
        "/v4/projects",
        0,
        named(answers.project),
    ),
    "evaluations": (
        lambda hl, options: hl.evaluations.list(PROJECT_ID, **options),
        "/v4/evaluations",
        0,
        named(answers.evaluation),
    ),
    "datapoints": (
        lambda hl, options: hl.datapoints.list("evts_1", **options),
        "/v4/datasets/evts_1/datapoints",
        0,
        lambda number: answers.datapoint(number, id=f"id_{number}"),
    ),
    "logs": (
        lambda hl, options: hl.logs.list(PROJECT_ID, **options),
        "/v4/logs",
        0,
        named(answers.log),
    ),
    "datapoints of a run": (
        lambda hl, options: hl.evaluations.datapoints(RUN_ID, **options),
        f"/v4/evaluations/{RUN_ID}/datapoints",
        1,
        lambda number: answers.case(number, datapoint=answers.datapoint(number, id=f"id_{number}")),
    ),
}


@pytest.fixture(params=list(LISTS))
def listed(request: pytest.FixtureRequest) -> Any:
    """Each list of the API."""
    return LISTS[request.param]


def ids(found: Iterable[Any]) -> list[str]:
    return [getattr(item, "datapoint", item).id for item in found]


def numbers(route: respx.Route) -> list[int]:
    return [int(request.url.params["page"]) for request in requests(route)]


def test_every_record_comes_once_from_the_first_page_to_the_last(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed
    route = hub.get(path).mock(
        side_effect=[
            ok(page([make(0), make(1)], first, 5)),
            ok(page([make(2), make(3)], first + 1, 5)),
            ok(page([make(4)], first + 2, 5)),
        ]
    )
    found = teller.tell(lambda hl: collect(call(hl, {"page_size": 2})))
    assert ids(found) == [f"id_{number}" for number in range(5)]
    assert numbers(route) == [first, first + 1, first + 2]
    assert {request.url.params["size"] for request in requests(route)} == {"2"}


def test_a_page_is_fetched_when_its_first_record_is_wanted(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed
    route = hub.get(path).mock(
        side_effect=[ok(page([make(0), make(1)], first, 3)), ok(page([make(2)], first + 1, 3))]
    )

    def story(hl: Any) -> Told:
        found = call(hl, {})
        assert not route.called
        iterator = iter(found) if teller.is_sync else aiter(found)
        seen: list[tuple[str, int]] = []
        for _ in range(3):
            item = yield next(iterator) if teller.is_sync else anext(iterator)
            seen.append((ids([item])[0], route.call_count))
        assert ids((yield collect(iterator))) == []
        return seen

    assert teller.tell(story) == [("id_0", 1), ("id_1", 1), ("id_2", 2)]
    assert route.call_count == 2


@pytest.mark.parametrize("total", [0, 7])
def test_an_empty_page_is_the_last(
    teller: Teller, hub: respx.MockRouter, listed: Any, total: int
) -> None:
    call, path, first, _ = listed
    route = hub.get(path).mock(return_value=ok(page([], first, total)))
    assert teller.tell(lambda hl: collect(call(hl, {}))) == []
    assert numbers(route) == [first]


def test_a_server_that_gives_less_than_asked_for_is_read_to_its_end(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed
    route = hub.get(path).mock(
        side_effect=[ok(page([make(number)], first + number, 3)) for number in range(3)]
    )
    found = teller.tell(lambda hl: collect(call(hl, {"page_size": 1000})))
    assert ids(found) == ["id_0", "id_1", "id_2"]
    assert numbers(route) == [first, first + 1, first + 2]


def test_a_page_that_is_too_much_at_once_is_asked_for_in_smaller_ones(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed

    def serve(request: httpx.Request) -> httpx.Response:
        number, size = (int(request.url.params[name]) for name in ("page", "size"))
        begin = (number - first) * size
        records = [make(one) for one in range(begin, min(begin + size, 7))]
        if size > 2 or (2 in range(begin, begin + size) and size > 1):
            told = {"loc": ["query", "size"], "msg": "Ask for fewer.", "type": "value_error"}
            return httpx.Response(422, json={"detail": [told]})
        return ok(page(records, number, 7))

    hub.get(path).mock(side_effect=serve)
    found = teller.tell(lambda hl: collect(call(hl, {"page_size": 6})))
    assert ids(found) == [f"id_{number}" for number in range(7)]


def test_one_record_that_is_too_much_is_told(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, _, _ = listed
    told = {"loc": ["query", "size"], "msg": "It cannot be listed.", "type": "value_error"}
    route = hub.get(path).mock(return_value=httpx.Response(422, json={"detail": [told]}))
    with pytest.raises(UnprocessableEntityError, match="cannot be listed"):
        teller.tell(lambda hl: collect(call(hl, {"page_size": 4})))
    assert [request.url.params["size"] for request in requests(route)] == ["4", "2", "1"]


def test_a_list_that_grows_meanwhile_is_read_to_its_new_end(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed
    hub.get(path).mock(
        side_effect=[
            ok(page([make(0)], first, 2)),
            ok(page([make(1)], first + 1, 3)),
            ok(page([make(2)], first + 2, 3)),
        ]
    )
    assert len(teller.tell(lambda hl: collect(call(hl, {})))) == 3


def test_a_list_can_be_left_before_its_end(
    teller: Teller, hub: respx.MockRouter, listed: Any
) -> None:
    call, path, first, make = listed
    route = hub.get(path).mock(return_value=ok(page([make(0)], first, 9)))

    def story(hl: Any) -> Told:
        found = call(hl, {})
        if teller.is_sync:
            for _ in found:
                break
        else:
            yield anext(aiter(found))
            yield found.aclose()

    teller.tell(story)
    assert route.call_count == 1


def test_listed_runs_can_be_used(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/v4/evaluations").mock(return_value=ok(page([answers.evaluation()])))
    hub.get(f"/v4/evaluations/{RUN_ID}").mock(
        return_value=ok(answers.evaluation(evaluator_aggregates=[answers.aggregate()]))
    )

    def story(hl: Any) -> Told:
        (run,) = yield collect(hl.evaluations.list(PROJECT_ID))
        return (yield run.refresh())

    assert teller.tell(story).aggregates[0].value == 0.75
