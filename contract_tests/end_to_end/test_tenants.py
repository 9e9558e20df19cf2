"""What is another tenant's is nowhere: every operation, every place of a request, from the specs.

An id of somebody else's is put into each path, query and body in turn. It must be answered like one
that nobody has, word for word; no answer may show anything else of theirs; and in the end all that
they have is as it was.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import count
from typing import Any, cast

import httpx
import pytest
from attrs import evolve, frozen
from fresh_service import Fresh, sound_service
from oxloop_contract.cases.requests import Request, Requests
from oxloop_contract.contract import Contract, Operation
from oxloop_contract.coverage.points import FORM, JSON
from oxloop_contract.derive import Values
from oxloop_contract.run import APIS, Api, contract
from oxloop_contract.worlds import connect, prepare_oxen
from oxloop_contract.worlds_extensions import prepare_extensions
from oxloop_contract.worlds_humanloop import prepare_humanloop
from running_service import until

ID = re.compile(
    r"\b(?:[a-z]+_[A-Za-z0-9]{21}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
)
NOBODYS = "nobodys"
"""What names of nothing begin with."""
NUMBERS = count()

NOT_THEIRS = {
    # A namespace is its first user's, and so not free: that much is told.
    ("create_repository", ("body", "namespace")),
    # Models are everybody's.
    ("create_evaluation", ("body", "model_id")),
}

Way = tuple[str | int, ...]


@frozen
class Place:
    """A text in a request.

    Args:
        part: ``path``, ``query`` or ``body``.
        way: The way to it in there.
    """

    part: str
    way: Way

    @property
    def name(self) -> tuple[str, ...]:
        """What it is called, in whichever item of a list it is."""
        return (self.part, *("*" if isinstance(step, int) else step for step in self.way))


@frozen(eq=False)
class Tenant:
    """Somebody with a key.

    Args:
        http: A client with the key.
        made: What they have made for each operation of each API.
    """

    http: httpx.Client
    made: Mapping[Api, Mapping[str, Values]]

    def requests(self, api: Api, operation: str) -> Requests:
        """The requests to an operation that name what they have."""
        known = contract(api)
        values = self.made[api].get(operation, Values())
        return Requests(known, known.operations[operation], values)

    def shown(self, api: Api) -> dict[str, str]:
        """What an API shows of what they have, by operation."""
        known = contract(api)
        asked = [one for one in self.made[api] if known.operations[one].method == "GET"]
        return {name: send(self.http, known, self.requests(api, name).plain).text for name in asked}

    def ids(self, api: Api) -> set[str]:
        """The ids that stand in what is shown, one of each kind, and names that they chose."""
        found: dict[str, str] = {}
        for name, text in self.shown(api).items():
            if text[:1] in "{[":
                for way, one in texts(json.loads(text)):
                    if ID.fullmatch(one) and way[-1:] != ("hash",):
                        kind, its_own, _ = one.rpartition("_")
                        found.setdefault(kind if its_own else f"{name} {way}", one)
        chosen = {
            values.path[name]
            for values in self.made[api].values()
            for name in ("namespace", "repo_name")
            if name in values.path
        }
        everybodys = self.made["oxen"]["create_evaluation"].body["model_id"]
        return {*found.values(), *chosen}.difference(everybodys)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with sound_service(tmp_path_factory.mktemp("tenants")) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def me(service: Fresh) -> Iterator[Tenant]:
    yield from tenant(service.running.url, service.running.key, "mine")


@pytest.fixture(scope="module")
def other(service: Fresh) -> Iterator[Tenant]:
    yield from tenant(service.running.url, service.other_key, "others")


def tenant(url: str, key: str, namespace: str) -> Iterator[Tenant]:
    with connect(url, key) as http:
        made: dict[Api, Mapping[str, Values]] = {
            "oxen": prepare_oxen(http, namespace),
            "humanloop": prepare_humanloop(http),
            "extensions": prepare_extensions(http, namespace),
        }
        yield Tenant(http, made)


@pytest.mark.parametrize("api", APIS)
def test_nothing_of_mine_is_there_for_another(me: Tenant, other: Tenant, api: Api) -> None:
    until(lambda: me.shown(api) == me.shown(api))
    before = me.shown(api)
    ids = me.ids(api)
    assert ids
    assert not ids & other.ids(api)
    operations = [one for one in contract(api).operations.values() if one.secured]
    texts: list[Text] = []
    for operation in operations:
        look_along(me.requests(api, operation.id).plain.path, ids, other, api, operation)
        there = places(other, api, operation)
        texts += [Text(other, ids, api, operation, *found) for found in there]
    # Where any text will do, it names what the other makes by it, which is there from then on.
    nobodys = {text: text.answered(f"{NOBODYS}{next(NUMBERS)}") for text in texts}
    for text in sorted(texts, key=lambda text: text.is_free(nobodys[text])):
        for one in sorted(ids):
            assert text.answered(one) == nobodys[text], (text.operation.id, text.place)
    assert me.shown(api) == before


@frozen(eq=False)
class Text:
    """A place of another's requests to an operation.

    Args:
        other: Whose requests.
        ids: What somebody else has.
        api: The API.
        operation: The operation.
        place: The place.
        request: A request that has it.
    """

    other: Tenant
    ids: Set[str]
    api: Api
    operation: Operation
    place: Place
    request: Request

    def answered(self, text: str) -> tuple[int, str]:
        """What is answered with that text in the place."""
        requests = self.other.requests(self.api, self.operation.id)
        filled = requests.filled(self.request, lambda: next(NUMBERS))
        changed = put(filled, self.place, text)
        return told(send(self.other.http, contract(self.api), changed), self.ids, [text])

    def is_free(self, nobodys: tuple[int, str]) -> bool:
        """Whether any text will do in the place, by what a name of nothing is answered there."""
        return self.operation.method != "GET" and nobodys[0] < 300


def look_along(
    path: Mapping[str, str], ids: Set[str], other: Tenant, api: Api, operation: Operation
) -> None:
    """Send another's request down a path that leads to something."""
    requests = other.requests(api, operation.id)
    theirs = requests.filled(requests.plain, lambda: next(NUMBERS))
    mine = {name: text for name, text in path.items() if text != theirs.path[name]}
    if mine:
        nobodys = {**path, **dict.fromkeys(mine, NOBODYS)}
        ways = [evolve(theirs, path=way) for way in (path, nobodys)]
        answers = [send(other.http, contract(api), one) for one in ways]
        assert told(answers[0], ids, mine.values()) == told(answers[1], ids, [])
        assert answers[0].status_code == 404, (operation.id, answers[0].text)


def places(other: Tenant, api: Api, operation: Operation) -> Iterator[tuple[Place, Request]]:
    """Every place of the requests that keep the contract, each with the first that has it."""
    requests = other.requests(api, operation.id)
    seen: dict[tuple[str, ...], tuple[Place, Request]] = {}
    for request in requests.all():
        if request.keeps:
            filled = requests.filled(request, lambda: next(NUMBERS))
            parts: dict[str, Any] = {
                "path": filled.path,
                "query": filled.query,
                "body": filled.body,
            }
            for part, value in parts.items():
                for way, _ in texts(value):
                    place = Place(part, way)
                    seen.setdefault(place.name, (place, request))
    for name in operation.multi & requests.plain.path.keys():
        # The id of a commit is the first of several segments.
        seen["path", name, "0"] = Place("path", (name, 0)), requests.plain
    for found in seen.values():
        if (operation.id, found[0].name) not in NOT_THEIRS:
            yield found


def put(request: Request, place: Place, text: str) -> Request:
    parts = {"path": request.path, "query": request.query, "body": request.body}
    if place.part == "path" and len(place.way) > 1:
        name = str(place.way[0])
        _, slash, rest = request.path[name].partition("/")
        return evolve(request, path={**request.path, name: text + slash + rest})
    changed = copy.deepcopy(parts[place.part])
    at: Any = changed
    steps = [*place.way]
    last = steps.pop()
    for step in steps:
        at = at[step]
    at[last] = text
    return evolve(request, **{place.part: changed})


def texts(value: object, way: Way = ()) -> Iterator[tuple[Way, str]]:
    """Every text in a JSON value, with the way to it."""
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, Mapping):
        for name, one in cast(Mapping[str, object], value).items():
            yield from texts(one, (*way, name))
    elif isinstance(value, list):
        for index, one in enumerate(cast(Sequence[object], value)):
            yield from texts(one, (*way, index))


def send(http: httpx.Client, known: Contract, request: Request) -> httpx.Response:
    operation = known.operations[request.operation]
    arguments: dict[str, Any] = {}
    if request.media_type == JSON:
        arguments["json"] = request.body
    elif request.media_type == FORM:
        arguments["files"] = list(form(request.body)) or [("", (None, b""))]
    path = operation.path(request.path)
    return http.request(operation.method, path, params=dict(request.query), **arguments)


def form(fields: Mapping[str, str | list[str]]) -> Iterator[tuple[str, tuple[str | None, bytes]]]:
    for name, value in fields.items():
        for text in [value] if isinstance(value, str) else value:
            yield name, ("a.csv" if name.startswith("file") else None, text.encode())


def told(answer: httpx.Response, ids: Set[str], sent: Iterable[str]) -> tuple[int, str]:
    """What an answer tells, whatever was sent; of what was made, only that it was made."""
    if answer.is_success and answer.request.method != "GET":
        return answer.status_code, ""
    text = answer.text
    for one in sent:
        text = text.replace(one, NOBODYS)
    # What the sender has, or had for the time of a request that was refused, is no secret.
    text = re.sub(rf"{NOBODYS}\d*", NOBODYS, text)
    return answer.status_code, ID.sub(
        lambda found: found[0] if found[0] in ids else "its own", text
    )
