"""JSON Schema checks of one bundled spec, and what they find said in plain sentences.

A sentence never repeats the value that it is about: values may be secrets.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any, NoReturn, cast

import jsonschema_rs
from attrs import evolve, field, frozen
from jsonschema_rs import Draft202012Validator, ValidationErrorKind

from oxloop_server.contract.narrowing import narrowed
from oxloop_server.problems import Detail, Refused

MAX_FAULTS = 5

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}
_NO_FORM = "has none of the forms that are allowed here"
_FORMATS = {
    "uuid": "a uuid such as 3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "date-time": "a date and time such as 2026-01-15T09:30:00Z",
}


@frozen
class Fault:
    """One thing wrong with a value.

    Args:
        path: Where in the value: names of fields and indexes of lists, from the outside in.
        message: What is wrong there.
        keyword: The JSON Schema keyword that says so.
    """

    path: tuple[str | int, ...]
    message: str
    keyword: str

    @property
    def where(self) -> str:
        """The path as people write it: ``rows[0].name``; empty for the value itself."""
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text

    def __str__(self) -> str:
        return f"{self.where or 'The body'} {self.message}"


@frozen
class Check:
    """The check of one schema of the spec."""

    _validator: Draft202012Validator
    _names: Set[str]

    def faults(self, value: object) -> list[Fault]:
        """What is wrong with a JSON value, at most ``MAX_FAULTS`` things; empty if nothing is."""
        if self._validator.is_valid(value):
            return []
        part = narrowed(value, self._validator.is_valid, self._names)
        errors = islice(self._validator.iter_errors(part.value), MAX_FAULTS)
        found = [evolve(fault, path=part.place(fault.path)) for fault in map(_fault, errors)]
        return found or [Fault((), _NO_FORM, "anyOf")]


@frozen
class Schemas:
    """All schemas of one bundled spec.

    Args:
        name: The spec's name, for its address.
        document: The spec.
    """

    name: str
    document: dict[str, Any]
    _registry: jsonschema_rs.Registry = field(init=False)
    _names: Set[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        registry = jsonschema_rs.Registry(
            [(self._address, self.document)], draft=jsonschema_rs.Draft202012, retriever=_refuse
        )
        object.__setattr__(self, "_registry", registry)
        object.__setattr__(self, "_names", frozenset(_names(self.document)))

    @property
    def _address(self) -> str:
        return f"urn:oxloop:{self.name}"

    def check(self, pointer: Sequence[str]) -> Check:
        """Compile the schema at that place of the document.

        Args:
            pointer: The keys on the way to it.
        """
        path = "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in pointer)
        schema = {"$ref": f"{self._address}#{_quote(path)}"}
        return Check(
            Draft202012Validator(
                schema,
                registry=self._registry,
                validate_formats=True,
                retriever=_refuse,
            ),
            self._names,
        )

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow ``$ref`` inside the document to the object that is meant."""
        while "$ref" in node:
            node = self.at(self.pointer(node))
        return node

    def pointer(self, node: dict[str, Any]) -> tuple[str, ...]:
        """The keys on the way to the object that a node's ``$ref`` names."""
        text: str = node["$ref"]
        if not text.startswith("#/"):
            raise ValueError(f"{text} leads out of the spec {self.name}")
        return tuple(key.replace("~1", "/").replace("~0", "~") for key in text[2:].split("/"))

    def at(self, pointer: Sequence[str]) -> dict[str, Any]:
        """The object at that place of the document."""
        found: Any = self.document
        for key in pointer:
            found = found[key]
        result: dict[str, Any] = found
        return result


def _names(node: object) -> Iterator[str]:
    """The fields that a spec names anywhere."""
    if isinstance(node, Mapping):
        inside = cast(Mapping[str, object], node)
        if isinstance(inside.get("properties"), Mapping):
            yield from cast(Mapping[str, object], inside["properties"])
        if isinstance(inside.get("required"), list):
            yield from cast(list[str], inside["required"])
        for one in inside.values():
            yield from _names(one)
    elif isinstance(node, list):
        for one in cast(list[object], node):
            yield from _names(one)


def refuse_faults(faults: Sequence[Fault], name: str | None = None, location: str = "body") -> None:
    """Refuse a request for what its checks found, if they found anything.

    Args:
        faults: What they found.
        name: The parameter that they are about; None if they are about a body.
        location: Where that parameter is: ``path``, ``query`` or ``header``.

    Raises:
        Refused: If there are faults.
    """
    if not faults:
        return
    at = (location,) if name is None else (location, name)
    sentences = [f"{name} {fault.message}" if name else str(fault) for fault in faults]
    details = [
        Detail((*at, *fault.path), f"{sentence}.", fault.keyword)
        for fault, sentence in zip(faults, sentences, strict=True)
    ]
    message = "; ".join(sentences) + "."
    raise Refused("breaks_schema", message, name or faults[0].where or None, details)


def _refuse(uri: str, /) -> NoReturn:
    # Nothing is ever fetched: a schema that names another place is a mistake.
    raise ValueError(f"{uri} is not part of the bundled spec")


def _quote(pointer: str) -> str:
    # A fragment of a URI; braces of path templates are not allowed in one as they are.
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    inner = _inner(error)
    if inner is not None:
        return _fault(inner)
    kind = error.kind
    path = tuple(error.instance_path)
    if isinstance(kind, ValidationErrorKind.Required):
        path = (*path, kind.property)
    return Fault(path, _sentence(kind), kind.name)


def _inner(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError | None:
    # Of the branches of a union, the one meant is the one that got past the value's own type.
    kind = error.kind
    if not isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
        return None
    branches = [list(branch) for branch in kind.context]
    meant = [
        branch
        for branch in branches
        if not any(_is_own_type(found, error) for found in branch) and branch
    ]
    return meant[0][0] if len(meant) == 1 else None


def _is_own_type(
    found: jsonschema_rs.ValidationError, error: jsonschema_rs.ValidationError
) -> bool:
    own = len(found.instance_path) == len(error.instance_path)
    return own and isinstance(found.kind, ValidationErrorKind.Type)


def _sentence(kind: ValidationErrorKind) -> str:
    match kind:
        case ValidationErrorKind.Required():
            return "is required"
        case ValidationErrorKind.Type(types=types):
            return "must be " + " or ".join(_TYPES.get(name, name) for name in types)
        case ValidationErrorKind.Enum(options=options):
            return "must be one of " + ", ".join(_words(options))
        case ValidationErrorKind.Constant(expected_value=expected):
            return f"must be {expected}"
        case ValidationErrorKind.Format(format=name):
            return "must be " + _FORMATS.get(name, f"in the format {name}")
        case ValidationErrorKind.Pattern(pattern=pattern):
            return f"must match the pattern {pattern}"
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            return "has unknown fields: " + ", ".join(sorted(names))
        case ValidationErrorKind.AnyOf() | ValidationErrorKind.OneOfNotValid():
            return _NO_FORM
        case _:
            return _limit(kind)


def _limit(kind: ValidationErrorKind) -> str:
    match kind:
        case ValidationErrorKind.Minimum(limit=limit):
            return f"must be at least {limit}"
        case ValidationErrorKind.Maximum(limit=limit):
            return f"must be at most {limit}"
        case ValidationErrorKind.ExclusiveMinimum(limit=limit):
            return f"must be more than {limit}"
        case ValidationErrorKind.ExclusiveMaximum(limit=limit):
            return f"must be less than {limit}"
        case ValidationErrorKind.MinLength(limit=limit):
            return "must not be empty" if limit == 1 else f"must have at least {limit} characters"
        case ValidationErrorKind.MaxLength(limit=limit):
            return f"must have at most {limit} characters"
        case ValidationErrorKind.MinItems(limit=limit):
            return "must not be empty" if limit == 1 else f"must have at least {limit} items"
        case ValidationErrorKind.MaxItems(limit=limit):
            return f"must have at most {limit} items"
        case _:
            return f"breaks the rule '{kind.name}' of the API's schema"


def _words(options: Sequence[Any]) -> Iterator[str]:
    return ("null" if option is None else str(option) for option in options)
