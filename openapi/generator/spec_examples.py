"""Whether the examples of a spec are what their own schemas allow."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from spec_map import SpecMap, resolve
from spec_source import Pointer, Source, is_mapping


def example_faults(spec: SpecMap, published: dict[str, Any]) -> Iterator[str]:
    """Examples and defaults that their own published schema refuses.

    Args:
        spec: The spec, for lines.
        published: Its published profile.
    """
    for schema_pointer, pointer, value in _examples(spec):
        for error in validator_at(published, schema_pointer).iter_errors(value):
            part = "/".join(str(step) for step in error.instance_path)
            where = f" at {part}" if part else ""
            yield spec.source.fault(pointer, f"not a valid example{where}: {error.message}")


def validator_at(document: dict[str, Any], pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
    """A validator for the schema that stands at a pointer of a bundled document."""
    steps = [step.replace("~", "~0").replace("/", "~1") for step in pointer]
    reference = re.sub(
        r"[^A-Za-z0-9._~/-]", lambda found: f"%{ord(found[0]):02X}", "/".join(("#", *steps))[1:]
    )
    return jsonschema_rs.Draft202012Validator(
        {**document, "$ref": f"#{reference}"}, validate_formats=True
    )


def _examples(spec: SpecMap) -> Iterator[tuple[Pointer, Pointer, Any]]:
    """Each example: where its schema stands, where it stands, and itself."""
    for pointer, sides in spec.sides.items():
        schema = spec.source.at(pointer)
        if not sides or "x-local" in pointer or not is_mapping(schema):
            continue
        for key in ("example", "default"):
            if key in schema:
                yield pointer, (*pointer, key), schema[key]
        for position, value in enumerate(schema.get("examples", [])):
            yield pointer, (*pointer, "examples", str(position)), value
        if pointer[-1] == "schema":
            yield from _holder_examples(spec.source, pointer)


def _holder_examples(source: Source, pointer: Pointer) -> Iterator[tuple[Pointer, Pointer, Any]]:
    """The examples beside a schema, of its media type, parameter or header."""
    holder_pointer = pointer[:-1]
    holder = source.at(holder_pointer)
    if "example" in holder:
        yield pointer, (*holder_pointer, "example"), holder["example"]
    for name in holder.get("examples", {}):
        where, example = resolve(source, (*holder_pointer, "examples", name))
        yield pointer, (*where, "value"), example["value"]
