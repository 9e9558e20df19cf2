"""Faults in what a server asks of requests: one keyword of one part judged wrongly.

A keyword that is dropped or widened lets in what it ought to keep out: such a request is answered
as a good one was. A keyword that is tightened keeps out what it ought to let in.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
from oxloop_contract.contract import Contract, Json, Operation

from faults.equivalence import why_the_same
from faults.fault import Api, Fault, Forward, Reply, Sent, Tamper
from faults.mutants import Mutant, mutants

Part = Callable[[Sent], Any]
"""Takes the part of a request that a schema is about; ``MISSING`` if it is not there."""

MISSING = object()
_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def in_requests(api: Api, contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield the faults of what an operation asks of its requests."""
    for media_type, body in operation.node.get("requestBody", {}).get("content", {}).items():
        form = media_type != "application/json"
        part: Part = _form if form else _json
        yield from _of_schema(api, contract, operation, "body", body["schema"], part, form)
    for parameter in operation.node["parameters"]:
        name, place, schema = parameter["name"], parameter["in"], parameter["schema"]
        part = _path(name) if place == "path" else _query(name, contract, schema)
        where = f"{place} {name}"
        yield from _of_schema(api, contract, operation, where, schema, part, True)
        if place == "query":
            yield _required(api, contract, operation, parameter, part)


def _of_schema(
    api: Api,
    contract: Contract,
    operation: Operation,
    place: str,
    schema: Json,
    part: Part,
    is_text: bool,
) -> Iterator[Fault]:
    seen: set[str] = set()
    for one in mutants(schema, contract.resolve):
        where = " ".join([place, "/".join(one.where)]).strip()
        name = f"{operation.id}: {where}: {one.kind} {one.what}"
        if name in seen:
            continue
        seen.add(name)
        yield Fault(
            name,
            f"{place.split()[0]} keyword {one.kind}",
            api,
            (operation.id,),
            _misjudging(contract, api, operation, schema, one, part),
            why_the_same(contract, schema, one, is_text=is_text),
        )


def _misjudging(
    contract: Contract, api: Api, operation: Operation, schema: Json, mutant: Mutant, part: Part
) -> Callable[[], Tamper]:
    def make() -> Tamper:
        right, wrong = (_validator(contract, one) for one in (schema, mutant.schema))

        def judge(sent: Sent) -> bool | None:
            value = part(sent)
            if value is MISSING or right.is_valid(value) == wrong.is_valid(value):
                return None
            return wrong.is_valid(value)

        return _tamper(contract, api, operation, judge)

    return make


def _required(
    api: Api, contract: Contract, operation: Operation, parameter: Json, part: Part
) -> Fault:
    required = bool(parameter.get("required"))
    kind = "dropped" if required else "tightened"

    def judge(sent: Sent) -> bool | None:
        return required if part(sent) is MISSING else None

    return Fault(
        f"{operation.id}: query {parameter['name']}: {kind} required",
        f"query keyword {kind}",
        api,
        (operation.id,),
        lambda: _tamper(contract, api, operation, judge),
    )


def _tamper(
    contract: Contract, api: Api, operation: Operation, judge: Callable[[Sent], bool | None]
) -> Tamper:
    # The judge says whether to let a request in that is to be kept out, or the other way round.
    latest: list[Reply] = [_example(contract, operation)]
    refusal = _refusal(api)

    def tamper(sent: Sent, forward: Forward) -> Reply:
        mine = sent.api == api and sent.operation == operation.id
        lets_in = judge(sent) if mine else None
        reply = forward(sent)
        if mine and reply.good:
            latest[:] = [reply]
        # Who asks and how much is looked at before what is asked.
        if lets_in is None or reply.status in (401, 403, 413):
            return reply
        if lets_in:
            return latest[0] if reply.status == refusal.status else reply
        return refusal

    return tamper


def _validator(contract: Contract, schema: Json) -> jsonschema_rs.Draft202012Validator:
    components = {"components": contract.document.get("components", {})}
    return jsonschema_rs.Draft202012Validator({**schema, **components}, validate_formats=True)


def _example(contract: Contract, operation: Operation) -> Reply:
    """Make a good answer before there was one: the document's."""
    for status, response in operation.node["responses"].items():
        if not status.startswith("2"):
            continue
        for media_type, content in contract.resolve(response).get("content", {}).items():
            examples = [one["value"] for one in content.get("examples", {}).values()]
            example = content.get("example", examples[0] if examples else {})
            return Reply(int(status), {"content-type": media_type}, b"").with_json(example)
        return Reply(int(status), {}, b"")
    raise LookupError(operation.id)


def _refusal(api: Api) -> Reply:
    """Make what the service says to what breaks its schemas."""
    if api == "humanloop":
        problem = {"loc": ["body"], "msg": "it is not valid", "type": "type_error"}
        return Reply(422, _JSON, b"").with_json({"detail": [problem]})
    error = {"type": "invalid_params", "title": "Invalid request", "detail": "it is not valid"}
    error["code"] = "breaks_schema"
    body = {"error": error, "status": "error", "status_message": "invalid_params"}
    return Reply(400, _JSON, b"").with_json(body)


_JSON: Mapping[str, str] = {"content-type": "application/json"}


# --- the parts of a request ---------------------------------------------------------------------


def _json(sent: Sent) -> Any:
    return MISSING if not sent.content else sent.json


def _form(sent: Sent) -> Any:
    kind = sent.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return MISSING
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + sent.content)
    if not message.is_multipart():
        return MISSING
    found: Json = {}
    for part in message.get_payload():
        if isinstance(part, str):
            continue
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            text = content.decode("utf-8", "replace")
            # A name that ends so may come again.
            found[str(name)] = [*found.get(str(name), []), text] if _is_list(name) else text
    return found


def _is_list(name: object) -> bool:
    return str(name).endswith("[]")


def _path(name: str) -> Part:
    return lambda sent: sent.path.get(name, MISSING)


def _query(name: str, contract: Contract, schema: Json) -> Part:
    node = contract.resolve(schema)
    is_list = node.get("type") == "array"
    inner = contract.resolve(node["items"]) if is_list else node

    def part(sent: Sent) -> Any:
        found = parse_qs(urlsplit(sent.target).query, keep_blank_values=True).get(name)
        if not found:
            return MISSING
        decoded = [_decoded(value, inner.get("type")) for value in found]
        return decoded if is_list else decoded[-1]

    return part


def _decoded(text: str, kind: Any) -> Any:
    if kind in ("integer", "number") and _INTEGER.fullmatch(text):
        return int(text)
    if kind in ("integer", "number") and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
