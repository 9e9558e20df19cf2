"""Each example of the published specs passes the generated client: nothing of it is lost."""

import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import UnionType
from typing import Any, cast, get_args, get_origin

import httpx
import pytest
from oxloop_api import specs
from oxloop_contract.contract import Contract, Operation
from oxloop_contract.coverage.points import JSON, bodies, examples

CONTRACTS = {
    api: Contract(specs.load(api, "published")) for api in ("oxen", "humanloop", "extensions")
}


def module(api: str, operation: Operation) -> Any:
    tag = operation.node["tags"][0]
    return importlib.import_module(f"oxloop_api.{api}.api.{tag}.{operation.id}")


def requests() -> Iterator[Any]:
    for api, contract in CONTRACTS.items():
        for operation in contract.operations.values():
            for media_type, pointer, node in bodies(contract, operation):
                if media_type == JSON:
                    for example in examples(contract, node, pointer):
                        name = f"{api} {operation.id} {example.pointer.rpartition('/')[2]}"
                        yield pytest.param(api, operation, example.value, id=name)


def answers() -> Iterator[Any]:
    for api, contract in CONTRACTS.items():
        for operation in contract.operations.values():
            for status, response in operation.node["responses"].items():
                content = contract.resolve(response).get("content", {}).get(JSON)
                if content is None or not status.startswith("2"):
                    continue
                for example in examples(contract, content, ""):
                    name = f"{api} {operation.id} {status} {example.pointer.rpartition('/')[2]}"
                    yield pytest.param(api, operation, int(status), example.value, id=name)


@pytest.mark.parametrize(("api", "operation", "example"), list(requests()))
def test_the_body_of_a_request(api: str, operation: Operation, example: Any) -> None:
    build = module(api, operation).build_request
    body = inspect.get_annotations(build, eval_str=True)["body"]
    path = {str(one["name"]): "x" for one in operation.node["parameters"] if one["in"] == "path"}
    sent: list[Any] = []
    for made in read_as(body, example):
        arguments: dict[str, Any] = {**build(**path, body=made), "url": "http://any.test"}
        request = httpx.Request(**arguments)
        sent.append(plain(json.loads(request.read())))
    assert plain(example) in sent


@pytest.mark.parametrize(("api", "operation", "status", "example"), list(answers()))
def test_the_body_of_an_answer(api: str, operation: Operation, status: int, example: Any) -> None:
    answer = httpx.Response(status, content=json.dumps(example))
    answer.headers["Content-Type"] = JSON
    read = module(api, operation).parse_response(answer)
    assert plain(written(read)) == plain(example)


def read_as(annotation: Any, example: Any) -> Iterator[Any]:
    """A body as each of the models that it may be."""
    members: tuple[Any, ...] = (
        get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    )
    for member in members:
        if (get_origin(member) is list) != isinstance(example, list):
            continue
        try:
            if isinstance(example, list):
                (item,) = get_args(member)
                yield [item.from_dict(one) for one in example]  # pyright: ignore[reportUnknownVariableType]
            else:
                yield member.from_dict(example)
        except (KeyError, TypeError, ValueError):
            # It is meant for another member of the union; the caller asks for one that fits.
            continue


def written(read: Any) -> Any:
    """What was read, as JSON has it."""
    if isinstance(read, list):
        return [written(one) for one in read]  # pyright: ignore[reportUnknownVariableType]
    return None if read is None else read.to_dict()


def plain(value: Any) -> Any:
    """A value whose moments are written in one way: there are several that mean the same."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else value
    except ValueError:
        return value
