"""Two clients of one small spec: by the generator's own templates and by ours."""

import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import frozen

GENERATOR = Path(__file__).parents[2] / "openapi" / "generator"
sys.path.insert(0, str(GENERATOR))

import generate  # noqa: E402

SPEC = """
openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /repos/{namespace}/file/{resource}:
    parameters:
      - {name: namespace, in: path, required: true, schema: {type: string}}
      - {name: resource, in: path, required: true, schema: {type: string}}
    get:
      operationId: download
      tags: [files]
      responses:
        '200':
          description: Bytes.
          content: {application/octet-stream: {schema: {type: string, format: binary}}}
    put:
      operationId: upload
      tags: [files]
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Upload'}}}
      responses:
        '204': {description: Done.}
  /drawings:
    post:
      operationId: create_drawing
      tags: [drawings]
      security: [{key: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Drawing'}}}
      responses:
        '201':
          description: Made.
          content: {application/json: {schema: {$ref: '#/components/schemas/Drawing'}}}
        '202':
          description: Being made.
          content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}
        '422':
          description: Refused.
          content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
  /tickets:
    get:
      operationId: get_ticket
      tags: [tickets]
      responses:
        '200':
          description: One.
          content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Upload:
      type: object
      required: [file]
      properties: {file: {type: string, format: binary}, note: {type: string}}
    Problem:
      type: object
      properties: {detail: {type: string}}
    Ticket:
      type: object
      required: [number]
      properties: {number: {type: integer}}
    Status:
      type: string
      enum: [queued, done]
    Circle:
      type: object
      required: [kind, radius, status]
      properties:
        kind: {const: circle}
        radius: {type: number}
        status: {$ref: '#/components/schemas/Status'}
    SquareKind:
      type: string
      enum: [square, rectangle]
    Square:
      type: object
      required: [kind, drawn_at]
      properties:
        kind: {$ref: '#/components/schemas/SquareKind'}
        drawn_at: {type: string, format: date-time}
    Drawing:
      type: object
      properties:
        status: {$ref: '#/components/schemas/Status'}
        earlier: {anyOf: [{$ref: '#/components/schemas/Status'}, {type: 'null'}]}
        drawn_at: {type: [string, 'null'], format: date-time}
        shape:
          anyOf:
            - $ref: '#/components/schemas/Circle'
            - $ref: '#/components/schemas/Square'
            - type: 'null'
        shapes:
          type: array
          items:
            oneOf:
              - $ref: '#/components/schemas/Circle'
              - $ref: '#/components/schemas/Square'
            discriminator: {propertyName: kind}
        centre: {anyOf: [{$ref: '#/components/schemas/Square'}, {type: string}]}
        points:
          anyOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/Ticket'}}]
        marks: {anyOf: [{type: string}, {type: array, items: {}}]}
        label:
          anyOf:
            - $ref: '#/components/schemas/Circle'
            - $ref: '#/components/schemas/Square'
            - type: string
"""


@frozen
class Client:
    """A generated client package."""

    name: str

    def module(self, path: str) -> Any:
        """One of its modules, such as ``api.files.download``."""
        return importlib.import_module(f"{self.name}.{path}")

    def model(self, name: str) -> Any:
        """One of its models."""
        return getattr(self.module("models"), name)


@frozen
class Clients:
    """Both clients of the small spec, in one folder that Python imports from."""

    folder: Path
    mended: Client
    stock: Client


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("clients")
    document = yaml.safe_load(SPEC)
    templates = {"mended_client": generate.GENERATOR / "templates", "stock_client": None}
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(generate.generate_client, document, folder / name, templates=own)
            for name, own in templates.items()
        ]
        for run in runs:
            run.result()
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield Clients(folder, Client("mended_client"), Client("stock_client"))
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def mended(clients: Clients) -> Client:
    """The client by our templates."""
    return clients.mended


@pytest.fixture
def stock(clients: Clients) -> Client:
    """The client by the generator's own templates: shows that a mend is needed."""
    return clients.stock
