"""Humanloop's datasets."""

import sqlite3

from oxloop_server.apis.humanloop import answers
from oxloop_server.apis.humanloop import projects as homes
from oxloop_server.apis.humanloop.lists import read_whole
from oxloop_server.apis.humanloop.refusals import found, not_found
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.storage.humanloop import datasets
from oxloop_server.storage.humanloop.datasets import Dataset

operation = Handlers()

_ONE_BY_ONE = "ask for one dataset after the other, by their ids."


@operation("create_dataset")
async def create_dataset(call: Call) -> Answer:
    """Make an empty dataset."""
    body = call.body

    def work(conn: sqlite3.Connection) -> Answer:
        project = homes.of_path(conn, call)
        made = datasets.create(conn, call.tenant.id, project.id, body["name"], body["description"])
        return call.keep(conn, Answer(answers.dataset(made), 201))

    return await write(call, work)


@operation("list_project_datasets")
async def list_project_datasets(call: Call) -> Answer:
    """List the datasets that were made in a project."""

    def work(conn: sqlite3.Connection) -> list[Dataset]:
        return datasets.every(conn, call.tenant.id, homes.of_path(conn, call).id)

    listed = await read_whole(call, work, ("path", "project_id"), _ONE_BY_ONE)
    return Answer([answers.dataset(one) for one in listed])


@operation("list_datasets")
async def list_datasets(call: Call) -> Answer:
    """List every dataset."""

    def work(conn: sqlite3.Connection) -> list[Dataset]:
        return datasets.every(conn, call.tenant.id)

    listed = await read_whole(call, work, ("path",), _ONE_BY_ONE)
    return Answer([answers.dataset(one) for one in listed])


@operation("get_dataset")
async def get_dataset(call: Call) -> Answer:
    """Tell of one dataset."""
    one = call.service.db.read_small(lambda conn: of_path(conn, call))
    return Answer(answers.dataset(one))


@operation("update_dataset")
async def update_dataset(call: Call) -> Answer:
    """Rename or describe a dataset anew."""
    body = call.body

    def work(conn: sqlite3.Connection) -> Answer:
        dataset = of_path(conn, call)
        updated = datasets.update(
            conn,
            dataset,
            body.get("name", dataset.name),
            body.get("description", dataset.description),
        )
        return call.keep(conn, Answer(answers.dataset(updated)))

    return await write(call, work)


@operation("delete_dataset")
async def delete_dataset(call: Call) -> Answer:
    """Take a dataset away; evaluations keep theirs."""
    await call.service.db.write(lambda conn: datasets.delete(conn, of_path(conn, call).id))
    return Answer(None)


def of_path(conn: sqlite3.Connection, call: Call, name: str = "id") -> Dataset:
    """The dataset that a call's path names.

    Raises:
        Refused: If the sender has none with that id.
    """
    wanted = call.path[name]
    return found(datasets.get(conn, call.tenant.id, wanted), not_found, "dataset", wanted)
