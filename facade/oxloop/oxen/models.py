"""Models, and how to get from a model's name to the uuid that an evaluation asks for."""

import logging
from typing import TYPE_CHECKING

from oxloop._checks import by_the_rules
from oxloop._decode import extras, known, maybe_text, text
from oxloop._extensions import MODEL_UUID
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError, NotFoundError
from oxloop.oxen._names import ModelNames
from oxloop.oxen.details import Model
from oxloop.rules.models import model_id, parse_model_id
from oxloop.rules.paths import check_segments

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire

    from oxloop._drivers import AsyncDriver, SyncDriver
    from oxloop._http import Response

_log = logging.getLogger("oxloop")

_Models = list[Model]


def list_all(core: Core) -> Flow[_Models]:
    """Ask for every model."""
    from oxloop_api.oxen.api.models import list_models

    def parse(response: "Response") -> _Models:
        return _models(list_models.parse_response(response).data)

    return (yield from call(core, list_models.build_request(), parse))


def search(core: Core, words: str) -> Flow[_Models]:
    """Ask for the models that have some words."""
    from oxloop_api.oxen.api.models import search_models

    def parse(response: "Response") -> _Models:
        return _models(search_models.parse_response(response).data)

    return (yield from call(core, search_models.build_request(search=words), parse))


def get(core: Core, name: str) -> Flow[Model]:
    """Ask for one model."""
    from oxloop_api.oxen.api.models import get_model

    with by_the_rules():
        check_segments("model", name, multi=False)

    def parse(response: "Response") -> Model:
        return _model(get_model.parse_response(response), "")

    return (yield from call(core, get_model.build_request(name), parse))


def resolve(core: Core, names: ModelNames, name: str) -> Flow[str]:
    """Find the uuid of a model, by the first way that tells it."""
    if parse_model_id(name):
        return name
    uuid = names.given.get(name) or names.found.get(name)
    if uuid is None and MODEL_UUID in (yield from core.features()):
        uuid = str(model_id(name))
    if uuid is None:
        uuid = yield from _documented(core, name)
    if uuid is None and not names.documented_only:
        uuid = yield from _observed(core, name)
    if uuid is None:
        raise _unresolved(name, names.documented_only)
    names.found[name] = uuid
    return uuid


def _documented(core: Core, name: str) -> Flow[str | None]:
    """The uuid, if the documented operation for one model happens to tell it."""
    if "/" in name:
        return None
    try:
        model = yield from get(core, name)
    except NotFoundError:
        return None
    return model.uuid


def _observed(core: Core, name: str) -> Flow[str | None]:
    """The uuid, from the list that Oxen's own documentation tools read."""
    from oxloop_api.oxen.api.models import list_evaluation_models

    def parse(response: "Response") -> "list[wire.EvaluationModel]":
        return known(list_evaluation_models.parse_response(response).models) or []

    _log.info("Looking for model %s in GET /api/evaluations/models, which is not documented", name)
    try:
        models = yield from call(core, list_evaluation_models.build_request(), parse)
    except NotFoundError:
        return None
    for model in models:
        uuid = known(model.id)
        called = {known(model.name), known(model.display_name), extras(model).get("canonical_name")}
        if name in called and isinstance(uuid, str) and parse_model_id(uuid):
            return uuid
    return None


def _unresolved(name: str, documented_only: bool) -> ConfigurationError:
    more = (
        "; with documented_only=False, the undocumented GET /api/evaluations/models is asked too"
        if documented_only
        else ""
    )
    return ConfigurationError(
        f'No way was found from the model name "{name}" to the uuid that an evaluation needs. '
        f"Give model= the uuid itself, or tell the client: Oxen(models={{{name!r}: '<uuid>'}}). "
        f"oxen.models.list() shows the names that the server knows{more}."
    )


def _models(found: "list[wire.Model]") -> _Models:
    return [_model(model, f"data[{number}].") for number, model in enumerate(found)]


def _model(found: "wire.Model", prefix: str) -> Model:
    more = dict(extras(found))
    uuid = more.pop("uuid", None)
    name = text(found.id, f"{prefix}id")
    if uuid is None and parse_model_id(name):
        uuid = name
    capabilities = known(found.capabilities)
    return Model(
        name=name,
        uuid=maybe_text(uuid, f"{prefix}uuid"),
        owned_by=maybe_text(found.owned_by, f"{prefix}owned_by"),
        display_name=maybe_text(found.display_name, f"{prefix}display_name"),
        description=maybe_text(found.description, f"{prefix}description"),
        endpoint=maybe_text(found.endpoint, f"{prefix}endpoint"),
        input=tuple(known(capabilities.input_) or ()) if capabilities else (),
        output=tuple(known(capabilities.output) or ()) if capabilities else (),
        extra=more,
    )


class Models(SyncResource):
    """Models that an evaluation can run."""

    def __init__(self, core: Core, driver: "SyncDriver", names: ModelNames) -> None:
        super().__init__(core, driver)
        self._names = names

    def list(self) -> _Models:
        """Return every model that can be called.

        As in the hub's API of Oxen.ai, version 0.243.1.

        Example:
            >>> [model.id for model in oxen.models.list()]
        """
        return self._driver.run(list_all(self._core))

    def search(self, words: str) -> _Models:
        """Return the models whose name or description has some words.

        As in the hub's API of Oxen.ai, version 0.243.1.

        Args:
            words: What to look for.

        Example:
            >>> oxen.models.search("llama")
        """
        return self._driver.run(search(self._core, words))

    def get(self, name: str) -> Model:
        """Return one model.

        As in the hub's API of Oxen.ai, version 0.243.1.

        Args:
            name: Its name or its uuid.

        Raises:
            NotFoundError: There is no such model.

        Example:
            >>> oxen.models.get("demo")
        """
        return self._driver.run(get(self._core, name))

    def resolve(self, name: str) -> str:
        """Return the uuid that an evaluation asks for as ``model_id``.

        The live API documents no way to it. In this order: the client's own ``models=``; on a
        local service, the uuid computed from the name; a uuid in the model's documented
        description; the undocumented list of models for evaluations, unless the client was made
        with ``documented_only=True``.

        Args:
            name: The model's name; a uuid is returned as it is.

        Raises:
            ConfigurationError: None of these ways leads to a uuid.

        Example:
            >>> oxen.models.resolve("demo")
        """
        return self._driver.run(resolve(self._core, self._names, name))


class AsyncModels(AsyncResource):
    """Models that an evaluation can run, as ``Models`` has them, awaited."""

    def __init__(self, core: Core, driver: "AsyncDriver", names: ModelNames) -> None:
        super().__init__(core, driver)
        self._names = names

    async def list(self) -> _Models:
        """Return every model that can be called, as ``Models.list`` does."""
        return await self._driver.run(list_all(self._core))

    async def search(self, words: str) -> _Models:
        """Return the models that have some words, as ``Models.search`` does."""
        return await self._driver.run(search(self._core, words))

    async def get(self, name: str) -> Model:
        """Return one model, as ``Models.get`` does."""
        return await self._driver.run(get(self._core, name))

    async def resolve(self, name: str) -> str:
        """Return the uuid that an evaluation asks for, as ``Models.resolve`` does."""
        return await self._driver.run(resolve(self._core, self._names, name))
