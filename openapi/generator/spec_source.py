"""A YAML spec as plain values that remember which line each of them stands on."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard, cast

import yaml
from attrs import field, frozen

Pointer = tuple[str, ...]
"""Where a value stands: the keys and list positions that lead to it from the root."""


class SpecError(Exception):
    """One or more faults in a spec, each told as ``file:line: what is wrong``."""


_DEEPEST = 100
_SCALARS = {
    "null": r"^(?:null|~|)$",
    "bool": r"^(?:true|false)$",
    "int": r"^-?(?:0|[1-9][0-9]*)$",
    "float": r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$",
}


class _PlainLoader(yaml.SafeLoader):
    """Reads scalars as JSON knows them: no dates, no ``yes`` and ``on`` as booleans."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = {
            None: [(f"tag:yaml.org,2002:{name}", re.compile(p)) for name, p in _SCALARS.items()]
        }


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value of a document is a mapping; its keys are text, `read` sees to it."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value of a document is a list."""
    return isinstance(value, list)


@frozen
class Source:
    """A spec that was read.

    Args:
        name: The file as messages call it, ``openapi/oxen.yaml``.
        root: The document: dictionaries in the order of the file, lists, scalars.
        lines: The line (from 1) of every value, by its pointer.
    """

    name: str
    root: dict[str, Any]
    lines: Mapping[Pointer, int] = field(repr=False)

    def fault(self, pointer: Pointer, message: str) -> str:
        """Say what is wrong with the value at ``pointer``, or nearest to it, by file and line."""
        while pointer and pointer not in self.lines:
            pointer = pointer[:-1]
        return f"{self.name}:{self.lines[pointer]}: {message}"

    def at(self, pointer: Pointer) -> Any:
        """The value at a pointer.

        Raises:
            KeyError: Nothing stands there.
        """
        value: Any = self.root
        for key in pointer:
            try:
                value = value[int(key)] if is_list(value) else value[key]
            except (IndexError, TypeError, ValueError):
                raise KeyError(pointer) from None
        return value


def read(path: Path, name: str) -> Source:
    """Read a spec.

    Args:
        path: The YAML file.
        name: How messages call it.

    Raises:
        SpecError: It is not YAML, holds what JSON cannot say, or has a key twice.
    """
    loader = _PlainLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        lines: dict[Pointer, int] = {}
        root = _value(name, loader, node, (), lines) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise SpecError(f"{where}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise SpecError(f"{name}: not valid YAML: {error}") from None
    finally:
        loader.dispose()
    if not is_mapping(root):
        raise SpecError(f"{name}:1: an OpenAPI document is a mapping")
    return Source(name, root, lines)


def _value(
    name: str, loader: _PlainLoader, node: yaml.Node, pointer: Pointer, lines: dict[Pointer, int]
) -> Any:
    line = node.start_mark.line + 1
    if len(pointer) > _DEEPEST:
        raise SpecError(f"{name}:{line}: more than {_DEEPEST} levels; does an alias hold itself?")
    lines[pointer] = line
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(name, loader, item, (*pointer, str(position)), lines)
            for position, item in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            key_line = key_node.start_mark.line + 1
            if not isinstance(key, str) or key == "<<":
                raise SpecError(f"{name}:{key_line}: a key must be plain text, and not `<<`")
            if key in result:
                raise SpecError(f"{name}:{key_line}: the key {key!r} stands here twice")
            result[key] = _value(name, loader, value_node, (*pointer, key), lines)
            lines[(*pointer, key)] = key_line
        return result
    return cast(Any, loader).construct_object(node)


def walk(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Every value of a document with its pointer, outer before inner, in the file's order."""
    yield pointer, value
    if is_mapping(value):
        for key, inner in value.items():
            yield from walk(inner, (*pointer, key))
    elif is_list(value):
        for position, inner in enumerate(value):
            yield from walk(inner, (*pointer, str(position)))
