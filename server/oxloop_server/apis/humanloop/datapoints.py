"""Humanloop's datapoints."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, cast

from oxloop_server.apis.humanloop import answers
from oxloop_server.apis.humanloop import datasets as homes
from oxloop_server.apis.humanloop.lists import bounded, read_page
from oxloop_server.apis.humanloop.refusals import found, invalid, not_found, unknown
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import datasets, logs
from oxloop_server.storage.humanloop.logs import Log

operation = Handlers()

_PARTS = ("inputs", "messages", "target")


@operation("create_datapoints")
async def create_datapoints(call: Call) -> Answer:
    """Add datapoints to a dataset: one, several, or one for each of some logs."""
    body = call.body

    def work(conn: sqlite3.Connection) -> Answer:
        dataset = homes.of_path(conn, call, "dataset_id")
        bodies = _bodies(conn, call.tenant.id, body)
        limit = call.service.limits.rows
        if dataset.datapoint_count + len(bodies) > limit:
            raise invalid(
                ("body",),
                f"The dataset would have {dataset.datapoint_count + len(bodies):,} datapoints, and "
                f"the service takes {limit:,}: make another dataset, or have the service's "
                "operator raise the limit 'rows'.",
            )
        added = datasets.add(conn, dataset, bodies)
        return call.keep(conn, Answer([answers.datapoint(one) for one in added], 201))

    return await call.service.db.write(work)


@operation("list_datapoints")
async def list_datapoints(call: Call) -> Answer:
    """List some datapoints of a dataset as it is now."""
    query = call.query
    begin = query["page"] * query["size"]

    def work(conn: sqlite3.Connection) -> JsonObject:
        dataset = homes.of_path(conn, call, "dataset_id")
        positions = range(begin, min(begin + query["size"], dataset.datapoint_count))
        listed = datasets.datapoints(conn, dataset.id, positions)
        return answers.page(
            [answers.datapoint(one) for one in listed], query, dataset.datapoint_count
        )

    return Answer(await read_page(call, work))


@operation("get_datapoint")
async def get_datapoint(call: Call) -> Answer:
    """Tell of one datapoint."""
    wanted = call.path["id"]
    one = call.service.db.read_small(lambda conn: datasets.datapoint(conn, call.tenant.id, wanted))
    return Answer(answers.datapoint(found(one, not_found, "datapoint", wanted)))


def _bodies(conn: sqlite3.Connection, tenant_id: str, body: object) -> list[Mapping[str, Any]]:
    given = cast("list[dict[str, Any]] | dict[str, Any]", body)
    if isinstance(given, list):
        return [_parts(one) for one in given]
    if "log_ids" not in given:
        return [_parts(given)]
    return [_of_log(log) for log in _logs(conn, tenant_id, given["log_ids"])]


def _parts(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in _PARTS if name in given}


def _logs(conn: sqlite3.Connection, tenant_id: str, log_ids: object) -> list[Log]:
    # A body with wrong log_ids passes its schema, for it could be a datapoint without any field.
    ids = cast(Sequence[object], log_ids)
    if not isinstance(log_ids, list) or not all(isinstance(one, str) for one in ids):
        raise invalid(("body", "log_ids"), "This must be a list of ids of logs.", "type")
    texts = cast(list[str], log_ids)
    place = ("body", "log_ids")
    known = bounded(
        conn, lambda conn: logs.get_many(conn, tenant_id, texts), place, "name fewer logs at once."
    )
    return [
        found(known.get(log_id), unknown, (*place, index), "log", log_id)
        for index, log_id in enumerate(texts)
    ]


def _of_log(log: Log) -> dict[str, Any]:
    # Every input of a datapoint is text, and what the log's config answered is its target.
    given = log.body.get("inputs", {})
    inputs = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in given.items()
    }
    output = log.body.get("output")
    target = {} if output is None else {"target": {"output": output}}
    return {**_parts(log.body), "inputs": inputs, **target}
