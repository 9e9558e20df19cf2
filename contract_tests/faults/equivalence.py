"""Proofs that a fault is none: no client can tell a server that has it from one that has not."""

from collections.abc import Sequence

from oxloop_contract.contract import Contract, Json

from faults.mutants import Mutant

_SAYS_NOTHING = {"description", "title", "example", "examples", "deprecated", "default"}


def why_the_same(contract: Contract, schema: Json, mutant: Mutant, *, is_text: bool) -> str:
    """Return why a mutant takes and refuses what the schema does; nothing if it does not.

    Args:
        contract: The API's contract.
        schema: The schema as it stands.
        mutant: The mutant.
        is_text: Whether it judges what comes as text: a path, a query, a form's field.
    """
    nodes = _way(contract, schema, mutant.where)
    node = nodes[-1]
    keyword, _, of = mutant.what.partition(" ")
    if keyword == "type" and mutant.kind == "dropped":
        words = node.get("enum", [node["const"]] if "const" in node else None)
        if words is not None and node["type"] == "string" and all(_is_text(one) for one in words):
            return "every word that it may be is a text already"
    if keyword == "type" and of == "by null" and {"enum", "const"} & set(node):
        return "null is none of the words that it may be"
    if is_text and keyword == "type":
        kind = node.get("type")
        if mutant.kind == "widened":
            return "null cannot be written in a path, a query or a form"
        if kind == "string":
            return "what comes in a path, a query or a form is a text always"
        if kind == "array":
            return "a query parameter that may come again is a list always"
        if kind == "object":
            return "a form has fields always"
    if keyword == "format" and node.get("format") == "binary":
        return "any bytes are bytes"
    return _beside_another(contract, nodes, mutant)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _beside_another(contract: Contract, nodes: Sequence[Json], mutant: Mutant) -> str:
    """Look for a member of the same choice that takes all that the changed one takes."""
    keyword, _, of = mutant.what.partition(" ")
    number = of.removeprefix("without ")
    if mutant.kind == "tightened" and keyword == "anyOf" and number.isdigit():
        members = [contract.resolve(one) for one in nodes[-1]["anyOf"]]
        lost = members.pop(int(number))
        return _taken(lost, members)
    if len(nodes) < 2 or not mutant.where[-1].startswith("anyOf/"):
        return ""
    if (keyword, of) == ("type", "by null") and {"type": "null"} in nodes[-2]["anyOf"]:
        return "null is taken beside it"
    members = [contract.resolve(one) for one in nodes[-2]["anyOf"]]
    changed = members.pop(int(mutant.where[-1].partition("/")[2]))
    if mutant.kind == "tightened" or keyword in ("enum", "minLength", "format", "pattern"):
        return _taken(changed, members)
    return ""


def _taken(lost: Json, members: Sequence[Json]) -> str:
    kind = lost.get("type")
    for other in members:
        bare = not set(other) - _SAYS_NOTHING - {"type"}
        if bare and (
            other.get("type") == kind or (kind, other.get("type")) == ("integer", "number")
        ):
            return f"any {other['type']} is taken beside it"
    return ""


def _way(contract: Contract, schema: Json, where: Sequence[str]) -> list[Json]:
    nodes = [contract.resolve(schema)]
    for step in where:
        node = nodes[-1]
        keyword, _, number = step.partition("/")
        if keyword in ("anyOf", "oneOf", "allOf") and number.isdigit():
            inner = node[keyword][int(number)]
        elif step == "*":
            inner = (
                node["items"]
                if isinstance(node.get("items"), dict)
                else node["additionalProperties"]
            )
        else:
            inner = node["properties"][step]
        nodes.append(contract.resolve(inner))
    return nodes
