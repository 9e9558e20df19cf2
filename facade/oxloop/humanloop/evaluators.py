"""Evaluators, which judge logs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oxloop._flow import Core, call
from oxloop._flow import delete as delete_at
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, path_id, present
from oxloop.humanloop.details import Evaluator

if TYPE_CHECKING:
    from oxloop._http import Response

_Evaluators = list[Evaluator]


def create(core: Core, fields: Mapping[str, Any]) -> Flow[Evaluator]:
    """Ask for a new evaluator."""
    from oxloop_api.humanloop.api.evaluators import create_evaluator
    from oxloop_api.humanloop.models.create_evaluator_request import CreateEvaluatorRequest

    needed = {"python": "code", "llm": "model_config"}.get(fields["type"])
    if needed is not None and needed not in fields:
        raise ConfigurationError(f"An evaluator of type {fields['type']} needs {needed}=.")
    request = create_evaluator.build_request(body=body(CreateEvaluatorRequest, fields))

    def parse(response: "Response") -> Evaluator:
        return _reading.evaluator(create_evaluator.parse_response(response))

    return (yield from call(core, request, parse))


def get(core: Core, evaluator_id: str) -> Flow[Evaluator]:
    """Ask for an evaluator."""
    from oxloop_api.humanloop.api.evaluators import get_evaluator

    request = get_evaluator.build_request(path_id("evaluator_id", evaluator_id))

    def parse(response: "Response") -> Evaluator:
        return _reading.evaluator(get_evaluator.parse_response(response))

    return (yield from call(core, request, parse))


def list_all(core: Core) -> Flow[_Evaluators]:
    """Ask for every evaluator."""
    from oxloop_api.humanloop.api.evaluators import list_evaluators

    def parse(response: "Response") -> _Evaluators:
        return _reading.each(list_evaluators.parse_response(response), _reading.evaluator)

    return (yield from call(core, list_evaluators.build_request(), parse))


def update(core: Core, evaluator_id: str, fields: Mapping[str, Any]) -> Flow[Evaluator]:
    """Ask for parts of an evaluator to be changed."""
    from oxloop_api.humanloop.api.evaluators import update_evaluator
    from oxloop_api.humanloop.models.update_evaluator_request import UpdateEvaluatorRequest

    if not fields:
        raise ConfigurationError("Nothing to change is given; name what is to be different.")
    request = update_evaluator.build_request(
        path_id("evaluator_id", evaluator_id), body=body(UpdateEvaluatorRequest, fields)
    )

    def parse(response: "Response") -> Evaluator:
        return _reading.evaluator(update_evaluator.parse_response(response))

    return (yield from call(core, request, parse))


def delete(core: Core, evaluator_id: str) -> Flow[None]:
    """Have an evaluator removed."""
    from oxloop_api.humanloop.api.evaluators import delete_evaluator

    return delete_at(core, delete_evaluator.build_request(path_id("evaluator_id", evaluator_id)))


class Evaluators(SyncResource):
    """Evaluators, which judge logs."""

    def create(
        self,
        name: str,
        *,
        type: str,  # noqa: A002 - the API's own word
        return_type: str,
        arguments_type: str,
        description: str = "",
        code: str | None = None,
        model_config: Mapping[str, Any] | None = None,
    ) -> Evaluator:
        """Create an evaluator.

        As on the page "Create Evaluator" of the Humanloop v4 reference.

        Args:
            name: Its name.
            type: ``python``, ``llm``, ``human``, or ``external`` for a program of your own, which
                sends its results with ``evaluations.result``.
            return_type: ``boolean``, ``number``, ``select``, ``multi_select`` or ``text``.
            arguments_type: ``target_free`` if it needs the log alone, ``target_required`` if it
                needs the datapoint too.
            description: What it looks at.
            code: The source of a python evaluator. Its last top-level function is called with the
                log, or with the log and the datapoint.
            model_config: The model and the prompt of an llm evaluator, as a mapping.

        Raises:
            UnprocessableEntityError: The source has a syntax error, or a field is refused.

        Example:
            >>> evaluator = humanloop.evaluators.create(
            ...     "right label", type="python", return_type="boolean",
            ...     arguments_type="target_required",
            ...     code="def right(log, testcase):\\n"
            ...     "    return log['output'].strip() == testcase['target']['label']\\n",
            ... )
        """
        fields = present(
            name=name,
            description=description,
            type=type,
            return_type=return_type,
            arguments_type=arguments_type,
            code=code,
            model_config=model_config,
        )
        return self._driver.run(create(self._core, fields))

    def get(self, evaluator_id: str) -> Evaluator:
        """Return an evaluator.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            evaluator_id: The evaluator's id, which starts with ``evfn_``.

        Raises:
            NotFoundError: There is no such evaluator.

        Example:
            >>> humanloop.evaluators.get("evfn_…").name
        """
        return self._driver.run(get(self._core, evaluator_id))

    def list(self) -> _Evaluators:
        """Return every evaluator.

        As in the v4 API of Humanloop, version 4.0.1.

        Example:
            >>> [evaluator.name for evaluator in humanloop.evaluators.list()]
        """
        return self._driver.run(list_all(self._core))

    def update(
        self,
        evaluator_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        return_type: str | None = None,
        arguments_type: str | None = None,
        code: str | None = None,
        model_config: Mapping[str, Any] | None = None,
    ) -> Evaluator:
        """Change parts of an evaluator; its type stays. What is not given stays as it is.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            evaluator_id: The evaluator's id, which starts with ``evfn_``.
            name: Its name.
            description: What it looks at.
            return_type: The kind of value that it gives.
            arguments_type: Whether it needs the datapoint too.
            code: The source of a python evaluator.
            model_config: The model and the prompt of an llm evaluator, as a mapping.

        Returns:
            The evaluator as it is afterwards.

        Raises:
            NotFoundError: There is no such evaluator.
            UnprocessableEntityError: The server refuses it.

        Example:
            >>> humanloop.evaluators.update("evfn_…", name="right label")
        """
        fields = present(
            name=name,
            description=description,
            return_type=return_type,
            arguments_type=arguments_type,
            code=code,
            model_config=model_config,
        )
        return self._driver.run(update(self._core, evaluator_id, fields))

    def delete(self, evaluator_id: str) -> None:
        """Delete an evaluator. Results that it gave stay with their evaluations.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            evaluator_id: The evaluator's id, which starts with ``evfn_``.

        Raises:
            NotFoundError: There is no such evaluator.

        Example:
            >>> humanloop.evaluators.delete("evfn_…")
        """
        self._driver.run(delete(self._core, evaluator_id))


class AsyncEvaluators(AsyncResource):
    """Evaluators, as ``Evaluators`` has them, awaited."""

    async def create(
        self,
        name: str,
        *,
        type: str,  # noqa: A002 - the API's own word
        return_type: str,
        arguments_type: str,
        description: str = "",
        code: str | None = None,
        model_config: Mapping[str, Any] | None = None,
    ) -> Evaluator:
        """Create an evaluator, as ``Evaluators.create`` does."""
        fields = present(
            name=name,
            description=description,
            type=type,
            return_type=return_type,
            arguments_type=arguments_type,
            code=code,
            model_config=model_config,
        )
        return await self._driver.run(create(self._core, fields))

    async def get(self, evaluator_id: str) -> Evaluator:
        """Return an evaluator, as ``Evaluators.get`` does."""
        return await self._driver.run(get(self._core, evaluator_id))

    async def list(self) -> _Evaluators:
        """Return every evaluator, as ``Evaluators.list`` does."""
        return await self._driver.run(list_all(self._core))

    async def update(
        self,
        evaluator_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        return_type: str | None = None,
        arguments_type: str | None = None,
        code: str | None = None,
        model_config: Mapping[str, Any] | None = None,
    ) -> Evaluator:
        """Change parts of an evaluator, as ``Evaluators.update`` does."""
        fields = present(
            name=name,
            description=description,
            return_type=return_type,
            arguments_type=arguments_type,
            code=code,
            model_config=model_config,
        )
        return await self._driver.run(update(self._core, evaluator_id, fields))

    async def delete(self, evaluator_id: str) -> None:
        """Delete an evaluator, as ``Evaluators.delete`` does."""
        await self._driver.run(delete(self._core, evaluator_id))
