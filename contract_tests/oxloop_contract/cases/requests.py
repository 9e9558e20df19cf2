"""The requests that a contract gives rise to: what each is about, and whether it may be refused."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from oxloop_contract.cases.variants import Variant, Variants
from oxloop_contract.contract import Contract, Json, Operation
from oxloop_contract.coverage.keywords import Schemas
from oxloop_contract.coverage.points import FORM, bodies, examples
from oxloop_contract.derive import Values
from oxloop_contract.meaning import put

UNREADABLE = "%ff"
"""A query that is no text."""


@frozen
class Request:
    """A request to an operation.

    Attributes:
        operation: The operationId.
        about: The JSON pointer of what it is about.
        keeps: Whether it keeps the contract: then it is accepted, or refused for its meaning
            only. One that does not is refused.
        path: The path's parameters.
        query: The query's.
        raw_query: The query as it stands on the wire, in place of ``query``.
        media_type: The body's media type; empty without a body.
        body: The body; of a form, its fields.
        leave: The way to the property of the body that must stay as it is.
    """

    operation: str
    about: str
    keeps: bool
    path: Mapping[str, str]
    query: Mapping[str, Any]
    raw_query: str = ""
    media_type: str = ""
    body: Any = None
    leave: tuple[str, ...] = ()


class Requests:
    """Derives the requests to one operation.

    Args:
        contract: The contract.
        operation: The operation.
        values: What exists for it on the server.
    """

    def __init__(self, contract: Contract, operation: Operation, values: Values) -> None:
        self._contract = contract
        self._operation = operation
        self._values = values
        self._variants = Variants(Schemas(contract.document))
        self._parameters = list(
            zip(operation.parameters, operation.node["parameters"], strict=True)
        )
        self._bodies = list(bodies(contract, operation))

    @property
    def plain(self) -> Request:
        """The smallest request that keeps the contract."""
        operation = self._operation
        request = Request(operation.id, operation.pointer, True, self._path(), self._query())
        for media_type, pointer, _ in self._bodies[:1]:
            least = self._variants.least(f"{pointer}/schema")
            request = evolve(request, media_type=media_type, body=least)
        return request

    def all(self) -> Iterator[Request]:
        """Derive every request, a plain one first."""
        yield from self.examples()
        yield from self._about_parameters()
        yield from self._about_the_body()
        if {"400", "422"} & self._operation.node["responses"].keys():
            yield evolve(self.plain, keeps=False, raw_query=UNREADABLE)

    def examples(self) -> Iterator[Request]:
        """Derive a plain request and those with the examples of bodies."""
        yield self.plain
        for media_type, pointer, content in self._bodies:
            for example in examples(self._contract, content, pointer):
                yield evolve(
                    self.plain, about=example.pointer, media_type=media_type, body=example.value
                )

    def filled(
        self,
        request: Request,
        count: Callable[[], int],
        *,
        leave: bool = True,
        add: bool = True,
    ) -> Request:
        """Return a request with what exists in the place of what was derived.

        Args:
            request: The request.
            count: Counts, for what must be new each time.
            leave: Whether what the request is about stays as it is.
            add: Whether what may exclude it is put in.
        """
        body = copy.deepcopy(request.body)
        way = request.leave if leave else ()
        put(body, self._values.body, self._required(), count, leave=way, add=add)
        return evolve(request, body=body)

    def _required(self) -> Sequence[str]:
        for _, _, content in self._bodies:
            required: Sequence[str] = self._contract.resolve(content["schema"]).get("required", ())
            return required
        return ()

    def _path(self) -> dict[str, str]:
        return {
            node["name"]: self._values.path.get(node["name"], "x")
            for _, node in self._parameters
            if node["in"] == "path"
        }

    def _with(self, request: Request, place: str, name: str, value: Any) -> Request:
        if place == "path":
            return evolve(request, path=self._path_with(name, str(value)))
        if place == "query":
            return evolve(request, query={**request.query, name: _text(value)})
        raise ValueError(f"{request.about}: no requests are made with parameters in a {place}")

    def _path_with(self, name: str, value: str) -> dict[str, str]:
        path = {**self._path(), name: value}
        if name in self._operation.multi:
            # Nothing on the wire divides two that take many segments: the others take one.
            others = self._operation.multi - {name}
            path |= {other: path[other].partition("/")[0] for other in others}
        return path

    def _query(self) -> dict[str, Any]:
        needed = {
            node["name"]: node.get("example", self._variants.least(f"{pointer}/schema"))
            for pointer, node in self._parameters
            if node["in"] == "query" and node.get("required")
        }
        return {**needed, **self._values.query}

    def _about_parameters(self) -> Iterator[Request]:
        plain = self.plain
        for pointer, node in self._parameters:
            name, place = node["name"], node["in"]
            for one in self._variants.of(f"{pointer}/schema", text=True):
                request = evolve(plain, about=one.keyword, keeps=one.keeps)
                yield self._with(request, place, name, one.value)
            for example in examples(self._contract, node, pointer):
                request = evolve(plain, about=example.pointer)
                yield self._with(request, place, name, example.value)
            if place == "query":
                without = {key: value for key, value in plain.query.items() if key != name}
                keeps = not node.get("required")
                yield evolve(plain, about=pointer, keeps=keeps, query=without)

    def _about_the_body(self) -> Iterator[Request]:
        plain = self.plain
        for media_type, pointer, _ in self._bodies:
            for one in self._variants.of(f"{pointer}/schema", text=media_type == FORM):
                yield evolve(
                    plain,
                    about=one.keyword,
                    keeps=one.keeps,
                    media_type=media_type,
                    body=one.value,
                    leave=_names(one),
                )
        if self._bodies:
            node: Json = self._operation.node["requestBody"]
            needed = self._contract.resolve(node).get("required", False)
            about = f"{self._operation.pointer}/requestBody"
            yield evolve(plain, about=about, keeps=not needed, media_type="", body=None)


def _names(variant: Variant) -> tuple[str, ...]:
    return tuple(step for step in variant.way if isinstance(step, str))


def _text(value: Any) -> Any:
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [_text(one) for one in items]
    return str(value).lower() if isinstance(value, bool) else str(value)
