"""Having evaluations run: what must be there for that, and what the engine is told."""

import sqlite3
from collections.abc import Iterable, Mapping

from oxloop_server.apis.humanloop.refusals import Place, invalid, wrong_state
from oxloop_server.evaluators import ready_made
from oxloop_server.models.configs import model_for
from oxloop_server.problems import Refused
from oxloop_server.state import Service
from oxloop_server.storage import runs
from oxloop_server.storage.humanloop import evaluations
from oxloop_server.storage.humanloop.configs import Config
from oxloop_server.storage.humanloop.evaluations import Evaluation
from oxloop_server.storage.humanloop.evaluators import Evaluator

_AZURE = "openai_azure_endpoint"


def model_of(service: Service, config: Config) -> str:
    """The name of the model that a config means.

    Args:
        service: The service.
        config: The config that a body names in ``config_id``.

    Raises:
        Refused: If the service cannot run the config; it tells the models that there are.
    """
    if config.type != "model":
        raise invalid(
            ("body", "config_id"),
            f"'{config.id}' is a {config.type} config, and the service runs models only: send the "
            "logs yourself, with hl_generated: false.",
        )
    return model_for(service.registry, config.body).name


def check_evaluators(service: Service, asked: Iterable[tuple[Place, Evaluator]]) -> None:
    """Make sure that the evaluators that ask a model have one, for a verdict or for vectors.

    Args:
        service: The service.
        asked: The evaluators, each with the place of the body that names it.

    Raises:
        Refused: If one has none.
    """
    # A request may name one evaluator a hundred thousand times.
    first: dict[str, tuple[Place, Evaluator]] = {}
    for place, evaluator in asked:
        first.setdefault(evaluator.version_id, (place, evaluator))
    for place, evaluator in first.values():
        try:
            _check_model(service, evaluator)
        except Refused as refused:
            raise invalid(
                place, f"The evaluator '{evaluator.id}' cannot judge: {refused.message}"
            ) from None


def check_keys(service: Service, keys: Mapping[str, str]) -> None:
    """Make sure that the keys of a request lead nowhere that the operator did not name.

    Args:
        service: The service.
        keys: What the body has in ``provider_api_keys``.

    Raises:
        Refused: If there is an address among them that no registered model has.
    """
    address = keys.get(_AZURE)
    if address is None:
        return
    known = [model.base_url or "" for model in service.registry.all()]
    if not any(_is_under(url, address) for url in known):
        # The address is not repeated: it stands among secrets, and may be one.
        raise invalid(
            ("body", "provider_api_keys", _AZURE),
            "No model is registered at this address, and the service calls no other: have the "
            "operator register it with 'oxloop models add'.",
        )


def of_providers(keys: Mapping[str, str]) -> dict[str, str]:
    """The keys of a request by provider, without the address that may stand among them."""
    return {name: key for name, key in keys.items() if key and name != _AZURE}


def take_keys(service: Service, evaluation: Evaluation, keys: Mapping[str, str]) -> None:
    """Hold keys that came again for a run, and have it go on.

    Args:
        service: The service.
        evaluation: The evaluation.
        keys: What the body has in ``provider_api_keys``.

    Raises:
        Refused: If it has ended, or came with no key of one of these providers.
    """
    if evaluation.run.status == "cancelled":
        raise Refused("wrong_state", "The evaluation is cancelled and needs no key any more.")
    check_keys(service, keys)
    brought = of_providers(keys)
    promised = evaluation.plan.key_providers
    for provider in brought:
        if provider not in promised:
            raise Refused(
                "invalid_params",
                f'The evaluation was created without a key for "{provider}", and takes none '
                f"later. It came with keys for: {', '.join(promised) or 'no provider'}.",
                "provider_api_keys",
            )
    service.engine.keys.keep(evaluation.id, brought)
    service.engine.go_on(evaluation.id)


async def set_status(service: Service, evaluation: Evaluation, wanted: str) -> None:
    """Move an evaluation to another status, or leave it where it is if that is the one.

    Args:
        service: The service.
        evaluation: The evaluation as it was a moment ago.
        wanted: The status.

    Raises:
        Refused: If the status that it has does not allow that.
    """
    run_id, engine = evaluation.id, service.engine
    moved = False
    if evaluation.run.status == wanted:
        return
    if wanted == "running":
        moved = await service.db.write(lambda conn: evaluations.start(conn, evaluation))
        engine.submit(run_id)
    elif wanted == "completed":
        moved = await service.db.write(lambda conn: runs.set_status(conn, run_id, "completed"))
        if moved:
            await engine.release(run_id)
            engine.judge.submit(run_id)
    elif wanted == "cancelled":
        moved = await engine.cancel(run_id)
    if not moved:
        status = await service.db.read(lambda conn: _status(conn, run_id))
        if status != wanted:
            raise wrong_state(f"A {status} evaluation cannot be set to {wanted}.")


def refuse_unless_running(evaluation: Evaluation, what: str) -> None:
    """Refuse what only a running evaluation takes.

    Args:
        evaluation: The evaluation.
        what: What would be added to it.

    Raises:
        Refused: If it is not running.
    """
    if evaluation.run.status != "running":
        raise wrong_state(
            f"The evaluation is {evaluation.run.status} and takes a {what} while it is running "
            "only: set its status to running first."
            if evaluation.run.status != "cancelled"
            else f"The evaluation is cancelled and takes no {what} any more."
        )


def _status(conn: sqlite3.Connection, run_id: str) -> str | None:
    run = runs.get(conn, run_id)
    return None if run is None else run.status


def _check_model(service: Service, evaluator: Evaluator) -> None:
    code = evaluator.body.get("code") or ""
    if evaluator.type == "llm":
        model_for(service.registry, evaluator.body["model_config"])
    elif evaluator.type == "python" and ready_made.is_named(code):
        ready = ready_made.read(code)
        if ready.name == "semantic_similarity":
            ready_made.model_of(service.registry, ready)


def _is_under(url: str, address: str) -> bool:
    base = address.rstrip("/")
    return bool(base) and (url == base or url.startswith(base + "/"))
