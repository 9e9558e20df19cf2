"""For each keyword of a schema there is a value that keeps it, and one that breaks only it."""

from typing import Any

import pytest
from oxloop_api import specs
from oxloop_contract.cases.links import BrokenLink, linked, links
from oxloop_contract.cases.requests import Requests
from oxloop_contract.cases.variants import Variants
from oxloop_contract.contract import Contract
from oxloop_contract.coverage.keywords import Schemas
from oxloop_contract.coverage.points import FORM, bodies, points
from oxloop_contract.derive import ABSENT, UNIQUE, Values
from oxloop_contract.waivers import load

from .small_spec import BODY, CHANGE, DOCUMENT, contract


def values(pointer: str, keeps: bool, top: str = CHANGE) -> list[Any]:
    """The values about one keyword."""
    derived = Variants(Schemas(DOCUMENT)).of(top)
    return [one.value for one in derived if (one.keyword, one.keeps) == (pointer, keeps)]


def test_a_bound_is_met_exactly_and_broken_by_one() -> None:
    bound = f"{CHANGE}/properties/owner/maxLength"
    assert values(bound, True) == [{"kind": "cat", "owner": "aaa"}]
    assert values(bound, False) == [{"kind": "cat", "owner": "aaaa"}]
    size = "/components/schemas/Rope/properties/size/minimum"
    assert values(size, True) == [{"kind": "cat", "toy": {"tag": "rope", "size": 5}}]
    assert values(size, False) == [{"kind": "cat", "toy": {"tag": "rope", "size": 4}}]


def test_every_word_of_an_enum_is_said() -> None:
    enum = f"{CHANGE}/properties/kind/enum"
    assert values(enum, True) == [{"kind": "cat"}, {"kind": "dog"}]
    assert {"kind": "CAT"} in values(enum, False)


def test_what_is_needed_is_left_out_and_what_is_unknown_put_in() -> None:
    assert values(f"{CHANGE}/required/0", False) == [{}]
    (extra,) = values(f"{CHANGE}/additionalProperties", False)
    assert extra.keys() > {"kind"}


def test_a_value_breaks_nothing_but_what_it_is_about() -> None:
    schemas = Schemas(DOCUMENT)
    for one in Variants(schemas).of(CHANGE):
        broken = {keyword for keyword, holds in schemas.met(CHANGE, one.value) if not holds}
        assert bool(broken) != one.keeps
        assert one.keeps or one.keyword in broken


@pytest.mark.parametrize("api", ["oxen", "humanloop", "extensions"])
def test_no_keyword_of_a_request_is_left_to_chance(api: str) -> None:
    of_api = Contract(specs.load(api, "local"))
    schemas = Schemas(of_api.document)
    variants = Variants(schemas)
    left = {one for one in points(api, of_api) if one.dimension == "request keywords"}
    for operation in of_api.operations.values():
        places = [(f"{one}/schema", True) for one in operation.parameters]
        places += [(f"{at}/schema", kind == FORM) for kind, at, _ in bodies(of_api, operation)]
        done = {
            (keyword, "valid" if holds else "invalid")
            for pointer, text in places
            for one in variants.of(pointer, text)
            for keyword, holds in schemas.met(pointer, one.value)
        }
        left = {p for p in left if p.operation != operation.id or (p.pointer, p.side) not in done}
    waived = {(one.operation, one.pointer, one.side) for one in load() if one.api == api}
    assert {(one.operation, one.pointer, one.side) for one in left} <= waived


def requests(given: Values) -> Requests:
    of_small = contract()
    return Requests(of_small, of_small.operations["change_pet"], given)


def test_requests_name_what_exists_and_leave_what_they_are_about() -> None:
    given = Values(path={"id": "p7"}, body={"kind": ["dog"], "+owner": [f"o{UNIQUE}"]})
    derived = requests(given)
    plain = derived.filled(derived.plain, lambda: 3)
    assert (plain.path, plain.body) == ({"id": "p7"}, {"kind": "dog", "owner": "o3"})
    bound = f"{CHANGE}/properties/owner/maxLength"
    (one,) = [it for it in derived.all() if it.about == bound and it.keeps]
    assert derived.filled(one, lambda: 3).body == {"kind": "dog", "owner": "aaa"}
    assert derived.filled(one, lambda: 3, leave=False).body == {"kind": "dog", "owner": "o3"}
    without = requests(Values(body={"owner": [ABSENT]}))
    assert without.filled(one, lambda: 3, leave=False).body == {"kind": "cat"}


def test_requests_are_about_parameters_and_the_body_too() -> None:
    about = {(one.about, one.keeps): one for one in requests(Values()).all()}
    assert about[BODY, False].media_type == ""
    assert about["/paths/~1pets~1{id}/parameters/0/schema/minLength", False].path == {"id": ""}
    assert about["/paths/~1pets~1{id}/parameters/0/example", True].path == {"id": "p 1"}
    dry = "/paths/~1pets~1{id}/put/parameters/0"
    assert about[dry, True].query == {}
    assert about[f"{dry}/schema/type", True].query == {"dry": "true"}


def test_a_link_leads_where_the_answer_says() -> None:
    of_small = contract()
    (link,) = links(of_small, of_small.operations["change_pet"])
    assert (link.name, link.status, link.target) == ("owner", 200, "get_owner")
    assert linked(link, {}, {"owners": [{"name": "Ann"}]}) == {"name": "Ann"}
    with pytest.raises(BrokenLink, match=r"owners/0/name means nothing here"):
        linked(link, {}, {"owners": []})
