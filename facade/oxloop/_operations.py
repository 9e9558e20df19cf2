"""The operations of the APIs, as their bundled specs describe them: which request is which."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from attrs import field, frozen
from oxloop_api.specs import load, resolve
from oxloop_api.specs.paths import PathTemplate

_APIS: Final = ("oxen", "humanloop", "extensions")
_METHODS: Final = ("get", "put", "post", "patch", "delete")


@frozen(kw_only=True)
class Operation:
    """One operation of an API.

    Attributes:
        name: The API, a dot, and the operation's id in its spec, like ``oxen.get_evaluation``.
        method: The HTTP method.
        status: The documented HTTP status of a success.
        media_type: The type of its body; None if it has none.
        example: Its body in the spec's example.
        schema: What the spec says of that body.
        spec: The spec that it is part of, which holds what ``$ref`` in a schema names.
        template: The path.
    """

    name: str
    method: str
    status: int
    media_type: str | None
    example: Any = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    spec: Mapping[str, Any] = field(repr=False)
    template: PathTemplate

    @property
    def api(self) -> str:
        """The API that it is part of: ``oxen``, ``humanloop`` or ``extensions``."""
        return self.name.partition(".")[0]

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the parameters of a path that leads to this operation; None if it does not.

        Args:
            method: The HTTP method.
            path: The path as it is sent, with its percent signs; one that leaves a parameter
                empty leads nowhere.
        """
        found = self.template.match(path) if method == self.method else None
        return found if found is None or all(found.values()) else None


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Return the operation that a request asks for, and what its path says; None if there is none.

    Args:
        method: The HTTP method.
        path: The path as it is sent, with its percent signs.
    """
    for operation in operations().values():
        parameters = operation.match(method, path)
        if parameters is not None:
            return operation, parameters
    return None


@cache
def operations() -> Mapping[str, Operation]:
    """Return every operation by its name; those with the plainest paths come first."""
    found = [operation for api in _APIS for operation in _of(api, load(api, "published"))]
    found.sort(key=lambda operation: operation.template.rank)
    return {operation.name: operation for operation in found}


def _of(api: str, spec: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in spec["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(api, spec, path, method)


def _operation(api: str, spec: Mapping[str, Any], path: str, method: str) -> Operation:
    item = spec["paths"][path]
    described = item[method]
    status, response = min(
        (code, answer) for code, answer in described["responses"].items() if code.startswith("2")
    )
    contents: Mapping[str, Any] = response.get("content", {})
    media_type = next(iter(contents), None)
    content: Mapping[str, Any] = contents[media_type] if media_type else {}
    parameters = [
        resolve(spec, one)
        for one in (*item.get("parameters", ()), *described.get("parameters", ()))
    ]
    return Operation(
        name=f"{api}.{described['operationId']}",
        method=method.upper(),
        status=int(status),
        media_type=media_type,
        example=_example(spec, content),
        schema=content.get("schema", {}),
        spec=spec,
        template=PathTemplate.of(
            path, {one["name"] for one in parameters if one.get("x-multi-segment")}
        ),
    )


def _example(spec: Mapping[str, Any], content: Mapping[str, Any]) -> Any:
    """The first example of a body."""
    if "example" in content:
        return content["example"]
    named = next(iter(content.get("examples", {}).values()), None)
    return resolve(spec, named)["value"] if named else None
