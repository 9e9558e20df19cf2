"""Every fault of a spec is told by file and line."""

from pathlib import Path

import profiles
import pytest
from spec_source import SpecError

SPEC = """\
openapi: 3.1.0
info: {title: Small, version: '1'}
x-local:
  responses:
    - {status: '401', response: Who, when: secured}
paths:
  /files/{resource}:
    parameters:
      - name: resource
        in: path
        required: true
        x-multi-segment: true
        schema: {type: string, x-local: {minLength: 1}}
    put:
      operationId: put_file
      x-source: documented
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Upload'}}
      responses:
        '200':
          description: Done.
          headers:
            request-id: {schema: {type: string}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Answer'}
              example: {id: a}
          links:
            again:
              operationId: put_file
              parameters: {resource: $response.body#/id}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  responses:
    Who: {description: Who.}
  schemas:
    Upload:
      type: object
      properties:
        name: {type: [string, 'null'], maxLength: 9}
    Answer:
      type: object
      required: [id]
      properties:
        id: {type: string}
        size: {type: [integer, 'null']}
        shape:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
          discriminator: {propertyName: kind}
    A: {type: object, required: [kind], properties: {kind: {const: a}}}
    B: {type: object, required: [kind], properties: {kind: {const: b}}}
"""


def _faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        profiles.derive(path, "openapi/small.yaml")
    return str(raised.value)


def test_the_spec_itself_is_right(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    assert profiles.derive(path, "openapi/small.yaml").published["openapi"] == "3.1.0"


CASES = {
    # what is no YAML, no JSON, no OpenAPI
    "unclosed": ("[{key: []}]", "[{key: []}", "not valid YAML"),
    "key twice": (
        "x-source: documented",
        "operationId: b",
        "the key 'operationId' stands here twice",
    ),
    "merge key": ("x-source: documented", "<<: {a: b}", "a key must be plain text"),
    "recursion": (
        "{description: Who.}",
        "&a {description: Who., x: *a}",
        "does an alias hold itself",
    ),
    "reference": (
        "schemas/Answer'}",
        "schemas/Answers'}",
        "components/schemas/Answers names nothing",
    ),
    "remote reference": ("'#/components/schemas/Answer'", "'other.yaml#/A'", "names nothing here"),
    "shape": ("description: Done.", "summary: Done.", '"description" is a required property'),
    "version": ("openapi: 3.1.0", "openapi: 3.0.3", '"3.0.3" does not match'),
    "type": ("id: {type: string}", "id: {type: strung}", '"strung" is not valid'),
    "keyword": ("id: {type: string}", "id: {not: {type: string}}", "derived through `not`"),
    "example": ("example: {id: a}", "example: {id: 5}", "at id: 5 is not of type"),
    "default": ("maxLength: 9}", "default: 5}", "not a valid example: 5 is not"),
    # x-source, x-multi-segment, unknown extensions
    "no source": ("x-source: documented", "x-note: n", "every operation needs an x-source"),
    "other source": ("x-source: documented", "x-source: rumour", "x-source is one of documented"),
    "no operationId": (
        "operationId: put_file",
        "summary: s",
        "every operation needs an operationId",
    ),
    "misspelt": ("x-multi-segment: true", "x-multisegment: true", "x-multisegment is not known"),
    "not marked": ("x-multi-segment: true", "x-note: n", "resource needs `x-multi-segment: true`"),
    "marked no": (
        "x-multi-segment: true",
        "x-multi-segment: false",
        "needs `x-multi-segment: true`",
    ),
    "marked elsewhere": (
        "id: {type: string}",
        "id: {type: string, x-multi-segment: true}",
        "x-multi-segment belongs to the path parameters",
    ),
    "nobody's": (
        "    A: {type",
        "    Nobody: {type: string}\n    A: {type",
        "nobody uses schemas/Nobody",
    ),
    # unions by tag
    "tag not required": (
        "[kind], properties: {kind: {const: a}}",
        "[], properties: {kind: {const: a}}",
        "a member needs kind required",
    ),
    "tag unlimited": ("kind: {const: a}", "kind: {type: string}", "with a const or an enum"),
    "tag missing": (
        "properties: {kind: {const: a}}",
        "properties: {}",
        "a member needs kind required",
    ),
    "tag twice": ("kind: {const: b}", "kind: {enum: [c, a]}", "another member has the same kind"),
    # links
    "link to nobody": (
        "operationId: put_file\n              p",
        "operationId: got_file\n              p",
        "no operation is called got_file",
    ),
    "link of another": ("{resource: $r", "{resource: a, id: $r", "put_file takes no id"),
    "link without": (
        "parameters: {resource: $response.body#/id}",
        "parameters: {}",
        "put_file needs resource, which the link does not give",
    ),
    "link from no property": ("body#/id}", "body#/name}", "put_file has no $response.body#/name"),
    "link from no item": ("body#/id}", "body#/0/id}", "put_file has no $response.body#/0/id"),
    "link from no body": (
        "$response.body#/id}",
        "$request.body#/id}",
        "put_file has no $request.body#/id",
    ),
    "link from no parameter": (
        "$response.body#/id}",
        "$request.path.id}",
        "put_file has no $request.path.id",
    ),
    "link from nowhere": ("$response.body#/id}", "$answer}", "put_file has no $answer"),
    # the list of further statuses
    "list key": ("x-local:\n  responses:", "x-local:\n  answers:", "does not know `answers` here"),
    "entry keys": (", when: secured}", "}", "the keys status, response and when, and may have"),
    "entry under nothing": ("when: secured}", "when: secured, under: /no}", "no path begins so"),
    "entry status": ("status: '401'", "status: '200'", "a status is 400 to 599"),
    "entry response": ("response: Who", "response: Whom", "no components/responses/Whom"),
    "entry when": ("when: secured", "when: never", "`when` is one of secured, path"),
    # x-local of schemas
    "unknown key": ("{minLength: 1}", "{minlength: 1}", "x-local does not know `minlength` here"),
    "no mapping": ("x-local: {minLength: 1}", "x-local: 1", "x-local is a mapping"),
    "not true": (
        "size: {type: [integer, 'null']}",
        "size: {type: [integer, 'null'], x-local: {optional: false}}",
        "`optional` is `true` or left out",
    ),
    "nullable what never was": (
        "id: {type: string}",
        "id: {type: string, x-local: {nullable: true}}",
        "`nullable` is misplaced: upstream does not allow null here",
    ),
    "optional what is required": (
        "id: {type: string}",
        "id: {type: string, x-local: {optional: true}}",
        "`optional` is misplaced: upstream requires the property",
    ),
    "absent what is required": (
        "id: {type: string}",
        "id: {type: string, x-local: {absent: true}}",
        "`absent` is misplaced: upstream requires the property",
    ),
    "absent no property": (
        "    Answer:\n      type: object",
        "    Answer:\n      x-local: {absent: true}\n      type: object",
        "`absent` is misplaced: it belongs to a property or a union's part",
    ),
    "optional no property": (
        "    Answer:\n      type: object",
        "    Answer:\n      x-local: {optional: true}\n      type: object",
        "`optional` is misplaced: it belongs to a property",
    ),
    "promise of a request": (
        "maxLength: 9}",
        "maxLength: 9, x-local: {nullable: true}}",
        "`nullable` is misplaced: requests only use this",
    ),
    "own property upstream": (
        "    Answer:\n      type: object",
        "    Answer:\n      x-local: {properties: {id: {type: string}}}\n      type: object",
        "id is an upstream property already",
    ),
    "own property of text": (
        "id: {type: string}",
        "id: {type: string, x-local: {properties: {a: {type: string}}}}",
        "`properties` is misplaced: none can be added here",
    ),
    "bound of another type": ("{minLength: 1}", "{minimum: 1}", "`minimum` is misplaced: the type"),
    "bound no number": ("{minLength: 1}", "{minLength: one}", "`minLength` is a number"),
    "bound no pattern": ("{minLength: 1}", "{pattern: '('}", "`pattern` is a regular expression"),
    "bound looser": (
        "maxLength: 9}",
        "maxLength: 9, x-local: {maxLength: 10}}",
        "looser than upstream's 9",
    ),
    # x-local where it does not belong
    "in a parameter": (
        "        x-multi-segment: true",
        "        x-multi-segment: true\n        x-local: {optional: true}",
        "x-local is misplaced: it belongs to a schema",
    ),
    "in an operation": (
        "      x-source: documented",
        "      x-source: documented\n      x-local: {responses: []}",
        "x-local is misplaced: it belongs to a schema",
    ),
    "bound of a header": (
        "request-id: {schema: {type: string}}",
        "request-id: {schema: {type: string}, x-local: {minLength: 1}}",
        "x-local does not know `minLength` here; it knows optional",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_its_line(tmp_path: Path, case: str) -> None:
    before, after, message = CASES[case]
    assert SPEC.count(before) >= 1
    text = SPEC.replace(before, after, 1)
    told = _faults(tmp_path, text).splitlines()
    line = next(i for i, (old, new) in enumerate(_paired(SPEC, text), 1) if old != new)
    lines = {f"openapi/small.yaml:{number}:" for number in range(line - 3, line + 3)}
    assert any(message in one and one.startswith(tuple(lines)) for one in told), told


def _paired(first: str, second: str) -> list[tuple[str, str]]:
    return list(zip(first.splitlines(), second.splitlines(), strict=False))


def test_what_the_whole_document_gets_wrong_names_the_file(tmp_path: Path) -> None:
    told = _faults(tmp_path, SPEC.replace("/files/{resource}", "/files/{resource}/{other}"))
    assert told.startswith("openapi/small.yaml: Path parameter 'other'")


def test_a_document_is_a_mapping(tmp_path: Path) -> None:
    assert _faults(tmp_path, "- a\n") == "openapi/small.yaml:1: an OpenAPI document is a mapping"
    assert "a mapping" in _faults(tmp_path, "")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = SPEC.replace("x-source: documented", "x-source: rumour").replace(
        "{minLength: 1}", "{a: 1}"
    )
    assert len(_faults(tmp_path, text).splitlines()) == 2
