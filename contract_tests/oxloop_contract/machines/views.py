"""Looks at the same things through every operation that shows them: they must be the same."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from attrs import define, field

from oxloop_contract.contract import Json
from oxloop_contract.wire import Wire


@define
class Views:
    """The objects that were seen while nothing changed, by component and id.

    A server shows an evaluation, a log or a commit in many answers. As long as nobody writes, all
    of them must show the same object, whichever operation is asked.

    Attributes:
        wire: The server.
        seen: For each component and id the operation that showed it first, and the object.
    """

    wire: Wire
    seen: dict[tuple[str, str], tuple[str, Json]] = field(
        factory=dict[tuple[str, str], tuple[str, Json]]
    )

    def read(self, operation: str, status: int = 200, /, **arguments: Any) -> Any:
        """Send an operation, compare all that its answer shows, and answer its JSON."""
        answer = self.wire.call(operation, status, **arguments)
        responses = self.wire.contract.operations[operation].node["responses"]
        schema = self.wire.contract.resolve(responses[str(status)])["content"]["application/json"]
        for component, found in self._objects(schema["schema"], answer.json):
            self._compare(operation, component, found)
        return answer.json

    def forget(self) -> None:
        """Forget what was seen, because something was written."""
        self.seen.clear()

    def _compare(self, operation: str, component: str, found: Json) -> None:
        first, known = self.seen.setdefault((component, found["id"]), (operation, found))
        for name in sorted({*known, *found}):
            what = f"{name} of {component} {found['id']}, as {first} shows it,"
            pair = found.get(name, "nothing"), known.get(name, "nothing")
            self.wire.equal("same in every view", operation, *pair, what)

    def _objects(self, schema: Json, value: Any) -> Iterator[tuple[str, Json]]:
        """Yield the objects with an id in a value, with the components that they are."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self.wire.contract.resolve(schema)
            if isinstance(value, dict) and isinstance(cast(Json, value).get("id"), str):
                yield name, cast(Json, value)
        for keyword in ("anyOf", "oneOf", "allOf"):
            for member in schema.get(keyword, ()):
                if keyword == "allOf" or self._may_be(member, value):
                    yield from self._objects(member, value)
        if isinstance(value, dict):
            for name, inner in schema.get("properties", {}).items():
                if name in value:
                    yield from self._objects(inner, value[name])
        if isinstance(value, list) and "items" in schema:
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                yield from self._objects(schema["items"], item)

    def _may_be(self, schema: Json, value: Any) -> bool:
        """Tell whether a member of a choice has the tag and the properties of a value."""
        if not isinstance(value, dict):
            return isinstance(value, list)
        shown = cast(Json, value)
        found = self._flat(schema)
        constants = {
            name: inner["const"] for name, inner in found["properties"].items() if "const" in inner
        }
        same = all(shown.get(name) == constant for name, constant in constants.items())
        return same and set(found["required"]) <= set(shown)

    def _flat(self, schema: Json) -> Json:
        node = self.wire.contract.resolve(schema)
        parts = [node, *(self._flat(one) for one in node.get("allOf", ()))]
        return {
            "properties": {k: v for one in parts for k, v in one.get("properties", {}).items()},
            "required": [name for one in parts for name in one.get("required", ())],
        }


def echoes(wire: Wire, operation: str, sent: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Check that an object has what was sent to make it.

    Args:
        wire: The server.
        operation: The operation that showed the object.
        sent: What was sent, by the names that the object has for it.
        found: The object.
    """
    for name, value in sent.items():
        wire.equal("echo", operation, found.get(name, "nothing"), value, name)
