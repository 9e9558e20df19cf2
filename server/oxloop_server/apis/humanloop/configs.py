"""Humanloop's model configs."""

import sqlite3

from oxloop_server.apis.humanloop import answers
from oxloop_server.apis.humanloop import projects as homes
from oxloop_server.apis.humanloop.configs_given import model_given
from oxloop_server.apis.humanloop.refusals import found, not_found
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.storage.humanloop import configs, projects
from oxloop_server.storage.humanloop.configs import Config, ProjectConfig

operation = Handlers()


@operation("register_model_config")
async def register_model_config(call: Call) -> Answer:
    """Give a project a config, the one that is there if the parameters are those of one."""
    body = call.body
    given = model_given(body, ("body",))

    def work(conn: sqlite3.Connection) -> ProjectConfig:
        project = homes.of_body(
            conn, call.tenant.id, body.get("project_id"), body.get("project"), ("body",)
        )
        config = configs.ensure(conn, call.tenant.id, given)
        configs.use(conn, project.id, config.id)
        projects.activate_first(conn, project.id, config.id)
        return configs.of_projects(conn, [(project.id, config.id)])[project.id, config.id]

    return Answer(answers.project_config(await write(call, work)))


@operation("get_model_config")
async def get_model_config(call: Call) -> Answer:
    """Tell of one model config."""
    wanted = call.path["id"]

    def work(conn: sqlite3.Connection) -> Config:
        config = found(configs.get(conn, call.tenant.id, wanted), not_found, "model config", wanted)
        if config.type != "model":
            raise not_found("model config", wanted)
        return config

    return Answer(answers.config(call.service.db.read_small(work)))
