"""What the two profiles of a spec are, by small specs."""

from pathlib import Path
from typing import Any

import profiles
import pytest

HEAD = """\
openapi: 3.1.0
info: {title: Small, version: '1'}
x-local:
  responses:
    - {status: '429', response: Who, when: always, under: /things/}
    - {status: '400', response: Wrong, when: parameters}
    - {status: '401', response: Who, when: secured}
    - {status: '403', response: Who, when: writes}
    - {status: '404', response: Nothing, when: path}
    - {status: '413', response: Large, when: body}
    - {status: '429', response: Busy, when: always}
paths:
  /things:
    get:
      operationId: list_things
      x-source: documented
      responses:
        '200':
          description: Things.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: '#/components/schemas/Thing'}
              example: []
  /things/{thing_id}:
    parameters:
      - name: thing_id
        in: path
        required: true
        example: a
        schema: {type: string, x-local: {minLength: 1, maxLength: 9}}
    put:
      operationId: put_thing
      x-source: observed
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
            example: {name: a}
      responses:
        '200':
          description: The thing.
          headers:
            request-id: {schema: {type: string}}
            remaining: {schema: {type: integer}, x-local: {optional: true}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
        '404': {description: 'Gone.'}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  responses:
    Wrong: {description: Wrong.}
    Who: {description: Who.}
    Nothing: {description: Nothing.}
    Large: {description: Large.}
    Busy:
      description: Busy.
      content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
  schemas:
    Problem: {type: object, properties: {detail: {type: [string, 'null']}}}
"""

THING = """\
    Thing:
      type: object
      required: [name]
      x-note: A thing.
      properties:
        name: {type: string, x-local: {minLength: 1, pattern: '^[a-z]+$'}}
        size: {type: [integer, 'null'], x-local: {minimum: 0, maximum: 9}}
        note: {type: [string, 'null'], x-local: {nullable: true}}
        extra: {type: [string, 'null'], x-local: {optional: true}}
"""


@pytest.fixture
def derive(tmp_path: Path) -> Any:
    def run(schemas: str = THING, head: str = HEAD) -> profiles.Profiles:
        spec = tmp_path / "small.yaml"
        spec.write_text(head + schemas, encoding="utf-8")
        return profiles.derive(spec, "openapi/small.yaml")

    return run


def schema(profile: dict[str, Any], name: str) -> dict[str, Any]:
    component: dict[str, Any] = profile["components"]["schemas"][name]
    return component


def property_of(profile: dict[str, Any], name: str, component: str = "Thing.response") -> Any:
    return schema(profile, component)["properties"][name]


def test_the_published_profile_is_the_spec_without_our_own_promises(derive: Any) -> None:
    published = derive().published
    assert "x-local" not in str(published)
    assert schema(published, "Thing") == {
        "type": "object",
        "required": ["name"],
        "x-note": "A thing.",
        "properties": {
            "name": {"type": "string"},
            "size": {"type": ["integer", "null"]},
            "note": {"type": ["string", "null"]},
            "extra": {"type": ["string", "null"]},
        },
    }
    assert list(published["paths"]["/things"]["get"]["responses"]) == ["200"]
    assert published["paths"]["/things"]["get"]["x-source"] == "documented"


def test_what_no_operation_leads_to_is_left_out(derive: Any) -> None:
    derived = derive()
    assert set(derived.published["components"]) == {"securitySchemes", "schemas"}
    assert set(derived.published["components"]["schemas"]) == {"Thing"}
    assert set(derived.local["components"]["responses"]) == {"Wrong", "Who", "Large", "Busy"}
    assert set(derived.local["components"]["schemas"]) == {"Thing", "Thing.response", "Problem"}


def test_what_our_service_never_answers_is_left_out_of_responses(derive: Any) -> None:
    members = "[{type: string}, {type: integer, x-local: {absent: true}}]"
    more = f"""\
        gone: {{type: string, x-local: {{absent: true}}}}
        either: {{anyOf: {members}}}
"""
    local = derive(THING + more).local
    properties = schema(local, "Thing.response")["properties"]
    assert "gone" not in properties
    assert properties["either"] == {"type": "string"}
    assert "gone" not in schema(local, "Thing.response")["required"]
    assert {"gone", "either"} <= schema(local, "Thing")["properties"].keys()
    assert len(property_of(local, "either", "Thing")["anyOf"]) == 2


def test_a_status_of_keyed_operations_is_one_of_those_that_heed_a_key(derive: Any) -> None:
    head = HEAD.replace("Large, when: body", "Large, when: keyed")
    assert "413" not in derive(head=head).local["paths"]["/things/{thing_id}"]["put"]["responses"]
    posted = head.replace("    put:\n", "    post:\n")
    assert "413" in derive(head=posted).local["paths"]["/things/{thing_id}"]["post"]["responses"]


def test_responses_promise_every_property_and_no_null_unless_they_say_so(derive: Any) -> None:
    local = derive().local
    assert schema(local, "Thing.response") == {
        "type": "object",
        "required": ["name", "size", "note"],
        "x-note": "A thing.",
        "properties": {
            "name": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"},
            "size": {"type": "integer", "minimum": 0, "maximum": 9},
            "note": {"type": ["string", "null"]},
            "extra": {"type": "string"},
        },
    }


def test_requests_keep_upstreams_freedom_within_our_bounds(derive: Any) -> None:
    local = derive().local
    assert schema(local, "Thing") == {
        "type": "object",
        "required": ["name"],
        "x-note": "A thing.",
        "properties": {
            "name": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"},
            "size": {"type": ["integer", "null"], "minimum": 0, "maximum": 9},
            "note": {"type": ["string", "null"]},
            "extra": {"type": ["string", "null"]},
        },
    }
    parameter = local["paths"]["/things/{thing_id}"]["parameters"][0]
    assert parameter["schema"] == {"type": "string", "minLength": 1, "maxLength": 9}


def test_a_component_of_both_sides_is_copied_and_each_side_uses_its_own(derive: Any) -> None:
    put = derive().local["paths"]["/things/{thing_id}"]["put"]
    body = put["requestBody"]["content"]["application/json"]["schema"]
    answer = put["responses"]["200"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Thing"}
    assert answer == {"$ref": "#/components/schemas/Thing.response"}


def test_further_statuses_come_from_the_one_list(derive: Any) -> None:
    local = derive().local
    listed = local["paths"]["/things"]["get"]["responses"]
    put = local["paths"]["/things/{thing_id}"]["put"]["responses"]
    assert set(listed) == {"200", "429"}
    assert set(put) == {"200", "400", "401", "403", "404", "413", "429"}
    assert put["401"] == {"$ref": "#/components/responses/Who"}
    assert put["404"] == {"description": "Gone."}, "an operation's own status wins"
    assert listed["429"] == {"$ref": "#/components/responses/Busy"}
    assert put["429"] == {"$ref": "#/components/responses/Who"}, "the first that applies wins"
    assert schema(local, "Problem")["required"] == ["detail"]


def test_headers_are_promised_too(derive: Any) -> None:
    response = derive().local["paths"]["/things/{thing_id}"]["put"]["responses"]["200"]
    assert response["headers"]["request-id"]["required"] is True
    assert response["headers"]["remaining"]["required"] is False


def test_examples_of_answers_are_upstreams_and_go_those_of_requests_stay(derive: Any) -> None:
    derived = derive()
    get = ("paths", "/things", "get", "responses", "200", "content", "application/json")
    published: Any = derived.published
    local: Any = derived.local
    for key in get:
        published, local = published[key], local[key]
    assert "example" in published
    assert "example" not in local
    item = derived.local["paths"]["/things/{thing_id}"]
    assert item["parameters"][0]["example"] == "a"
    assert item["put"]["requestBody"]["content"]["application/json"]["example"] == {"name": "a"}


@pytest.mark.parametrize(
    ("given", "derived"),
    [
        ("{type: [string, 'null']}", {"type": "string"}),
        ("{type: [string, integer, 'null']}", {"type": ["string", "integer"]}),
        ("{type: 'null'}", {"type": "null"}),
        ("{enum: [a, null]}", {"enum": ["a"]}),
        (
            "{anyOf: [{$ref: '#/components/schemas/Problem'}, {type: 'null'}], description: D}",
            {"$ref": "#/components/schemas/Problem.response", "description": "D"},
        ),
        (
            "{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}",
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        ),
        (
            "{anyOf: [{type: string}, {type: 'null'}], x-local: {maxLength: 3}}",
            {"type": "string", "maxLength": 3},
        ),
        (
            "{type: array, items: {type: [string, 'null']}}",
            {"type": "array", "items": {"type": "string"}},
        ),
        (
            "{type: array, items: {type: [string, 'null'], x-local: {nullable: true}}}",
            {"type": "array", "items": {"type": ["string", "null"]}},
        ),
        (
            "{type: object, additionalProperties: {type: object, properties: {a: {type: string}}}}",
            {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"a": {"type": "string"}},
                    "required": ["a"],
                },
            },
        ),
        (
            "{allOf: [{type: object, properties: {a: {type: string}}}]}",
            {
                "allOf": [
                    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
                ]
            },
        ),
        (
            "{type: object, x-local: {properties: {a: {type: [string, 'null']}, "
            "b: {type: string, x-local: {optional: true}}}}, properties: {c: {type: string}}}",
            {
                "type": "object",
                "properties": {
                    "c": {"type": "string"},
                    "a": {"type": "string"},
                    "b": {"type": "string"},
                },
                "required": ["c", "a"],
            },
        ),
    ],
)
def test_a_schema_of_a_response(derive: Any, given: str, derived: dict[str, Any]) -> None:
    thing = f"    Thing:\n      type: object\n      properties:\n        it: {given}\n"
    result = derive(thing)
    assert property_of(result.local, "it") == derived


def test_own_properties_are_no_part_of_requests(derive: Any) -> None:
    thing = THING + "      x-local: {properties: {mine: {$ref: '#/components/schemas/Mine'}}}\n"
    derived = derive(thing + "    Mine: {type: string, x-local: {maxLength: 3}}\n")
    assert "mine" not in schema(derived.published, "Thing")["properties"]
    assert "mine" not in schema(derived.local, "Thing")["properties"]
    assert property_of(derived.local, "mine") == {"$ref": "#/components/schemas/Mine"}
    assert schema(derived.local, "Mine") == {"type": "string", "maxLength": 3}
    assert "Mine" not in derived.published["components"]["schemas"]


def test_components_that_name_each_other_in_a_circle_are_copied_as_well(derive: Any) -> None:
    circle = (
        "    Thing:\n      type: object\n      properties:\n"
        "        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}\n"
    )
    local = derive(circle).local
    items = {
        name: property_of(local, "parts", name)["items"] for name in ("Thing", "Thing.response")
    }
    assert items == {name: {"$ref": f"#/components/schemas/{name}"} for name in items}


def test_the_tags_of_a_union_lead_to_the_copies(derive: Any) -> None:
    union = """\
    Thing:
      oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
      discriminator:
        propertyName: kind
        mapping: {a: '#/components/schemas/A', b: '#/components/schemas/B'}
    A: {type: object, required: [kind], properties: {kind: {const: a}}}
    B: {type: object, required: [kind], properties: {kind: {const: b}}}
"""
    head = HEAD.replace("example: {name: a}", "example: {kind: a}")
    local = derive(union, head).local
    assert schema(local, "Thing.response")["discriminator"]["mapping"] == {
        "a": "#/components/schemas/A.response",
        "b": "#/components/schemas/B.response",
    }


def test_a_profile_is_written_the_same_whatever_the_order() -> None:
    texts = {profiles.to_json(d, sort_keys=True) for d in ({"b": 1, "a": "ä"}, {"a": "ä", "b": 1})}
    assert texts == {'{\n "a": "ä",\n "b": 1\n}\n'}
