"""Oxen's models: those that the operator registered in the data folder."""

from collections.abc import Iterable

from oxloop.rules.models import model_id, parse_model_id

from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry, no_such_model
from oxloop_server.problems import ProblemCode, Refused

operation = Handlers()


def evaluation_model(name: str) -> JsonObject:
    """A model as evaluations show it, told from its name alone.

    Args:
        name: Its name; it need not be registered any more.
    """
    return {
        "id": str(model_id(name)),
        "name": name,
        "display_name": name,
        "description": None,
        "can_run_inference": True,
    }


def find(registry: Registry, wanted: str, missing: ProblemCode) -> Model:
    """The registered model of a name or a uuid.

    Args:
        registry: The models.
        wanted: What a request calls it.
        missing: What kind of refusal it is if there is none.

    Raises:
        Refused: If there is none.
    """
    uuid = parse_model_id(wanted)
    found = registry.get(wanted) if uuid is None else registry.by_id(uuid)
    if found is None:
        names = (model.name for model in registry.all())
        raise Refused(missing, no_such_model(wanted, names), "model")
    return found


@operation("list_models")
async def list_models(call: Call) -> Answer:
    """List every model."""
    return Answer(_list(call.service.registry.all()))


@operation("search_models")
async def search_models(call: Call) -> Answer:
    """List the models that have every word searched for."""
    words = call.query["search"].lower().split()
    found = [
        model
        for model in call.service.registry.all()
        if all(word in model.name.lower() for word in words)
    ]
    return Answer(_list(found))


@operation("get_model")
async def get_model(call: Call) -> Answer:
    """Tell of one model, by its name or its uuid."""
    return Answer(_model(find(call.service.registry, call.path["model"], "not_found")))


@operation("list_evaluation_models")
async def list_evaluation_models(call: Call) -> Answer:
    """List every model with the uuid that an evaluation asks for."""
    return Answer(
        {"models": [evaluation_model(model.name) for model in call.service.registry.all()]}
    )


def _list(models: Iterable[Model]) -> JsonObject:
    return {"object": "list", "data": [_model(model) for model in models]}


def _model(model: Model) -> JsonObject:
    # Only chat completions can be asked for here; evaluations run the others.
    endpoint = {"endpoint": "/chat/completions"} if model.endpoint == "chat" else {}
    return {
        **endpoint,
        "id": model.name,
        "uuid": str(model.id),
        "object": "model",
        "created": model.created,
        "owned_by": "local",
        "display_name": model.name,
        "description": None,
        "summary": None,
        "model_type": "base",
        "capabilities": {"input": list(model.input), "output": [model.output]},
    }
