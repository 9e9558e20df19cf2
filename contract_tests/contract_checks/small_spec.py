"""A small contract that the counters are tried on, and exchanges that it knows."""

import json
from typing import Any

from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Exchange

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/pets/{id}": {
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "minLength": 1},
                    "example": "p 1",
                }
            ],
            "put": {
                "operationId": "change_pet",
                "parameters": [
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Change"},
                            "example": {"kind": "cat", "owner": "o1"},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "headers": {"X-Seen": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}
                        },
                        "links": {
                            "owner": {
                                "operationId": "get_owner",
                                "parameters": {"name": "$response.body#/owners/0/name"},
                            }
                        },
                    },
                    "400": {"description": "no"},
                    "401": {"description": "who?"},
                },
            },
        },
        "/owners/{name}": {
            "get": {
                "operationId": "get_owner",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "an owner"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Change": {
                "type": "object",
                "required": ["kind"],
                "additionalProperties": False,
                "properties": {
                    "kind": {"enum": ["cat", "dog"]},
                    "owner": {"type": "string", "maxLength": 3},
                    "toy": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Ball"},
                            {"$ref": "#/components/schemas/Rope"},
                        ]
                    },
                    "parent": {"$ref": "#/components/schemas/Change"},
                },
            },
            "Ball": {
                "type": "object",
                "required": ["tag"],
                "properties": {"tag": {"const": "ball"}, "size": {"type": "integer", "minimum": 1}},
            },
            "Rope": {
                "type": "object",
                "required": ["tag"],
                "properties": {"tag": {"const": "rope"}, "size": {"type": "integer", "minimum": 5}},
            },
            "Pet": {
                "type": "object",
                "properties": {
                    "owners": {"type": "array", "items": {"type": ["object", "null"]}},
                    "age": {"type": "integer", "maximum": 30},
                },
            },
        }
    },
}
BODY = "/paths/~1pets~1{id}/put/requestBody"
CHANGE = "/components/schemas/Change"


def contract() -> Contract:
    """The contract."""
    return Contract(DOCUMENT)


def put(
    body: Any, status: int = 200, answer: Any = None, target: str = "/pets/1", **headers: str
) -> Exchange:
    """A change of a pet, and what it was answered.

    Args:
        body: The body; None for none, bytes as they are.
        status: The answer's status.
        answer: Its JSON.
        target: The path and the query.
        headers: The answer's headers.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {} if body is None else {"content-type": "application/json"}
    return Exchange(
        "PUT",
        target,
        sent,
        b"" if body is None else content,
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        json.dumps(answer).encode(),
    )
