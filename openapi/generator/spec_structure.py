"""Whether a spec is OpenAPI 3.1 at all: its references, its shape, its schemas, its sense."""

from collections.abc import Iterator

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import get_schema_content_v31
from spec_map import target
from spec_source import Pointer, Source, SpecError, walk

_JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def check_structure(source: Source) -> None:
    """Refuse what is not shaped as OpenAPI 3.1; each check relies on those before it.

    Raises:
        SpecError: Each fault that the first failing check finds.
    """
    for check in (_reference_faults, _shape_faults, _schema_faults):
        faults = list(check(source))
        if faults:
            raise SpecError("\n".join(faults))


def sense_faults(source: Source) -> Iterator[str]:
    """What a shape cannot say, such as a path parameter that no parameter describes."""
    for error in OpenAPIV31SpecValidator(source.root).iter_errors():
        yield f"{source.name}: {error.message}"


def _reference_faults(source: Source) -> Iterator[str]:
    for pointer, reference in walk(source.root):
        if pointer[-1:] != ("$ref",):
            continue
        try:
            if not str(reference).startswith("#/components/"):
                raise KeyError(reference)
            source.at(target(reference))
        except KeyError:
            yield source.fault(pointer, f"the reference {reference} names nothing here")


def _shape_faults(source: Source) -> Iterator[str]:
    openapi = jsonschema_rs.Draft202012Validator(dict(get_schema_content_v31()))
    yield from _faults(source, (), openapi)


def _schema_faults(source: Source) -> Iterator[str]:
    schema = jsonschema_rs.Draft202012Validator({"$ref": _JSON_SCHEMA})
    for pointer in _outermost_schemas(source):
        yield from _faults(source, pointer, schema)


def _faults(
    source: Source, pointer: Pointer, validator: jsonschema_rs.Draft202012Validator
) -> Iterator[str]:
    for error in validator.iter_errors(source.at(pointer)):
        where = (*pointer, *(str(step) for step in error.instance_path))
        yield source.fault(where, error.message)


def _outermost_schemas(source: Source) -> Iterator[Pointer]:
    components = ("components", "schemas")
    for pointer, _ in walk(source.root):
        if pointer[:2] == components:
            if len(pointer) == 3:
                yield pointer
        elif pointer[-1:] == ("schema",) and not {"example", "examples"}.intersection(pointer):
            yield pointer
