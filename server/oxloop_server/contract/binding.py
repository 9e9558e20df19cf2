"""Binding the operations of the bundled specs to the handlers that do them."""

from collections.abc import Mapping, Sequence

from oxloop_api import specs

from oxloop_server.contract.calls import Handler
from oxloop_server.contract.dispatch import Route
from oxloop_server.contract.operations import operations
from oxloop_server.errors import Api


class ContractError(Exception):
    """The specs and the handlers do not fit together: a fault of the program."""


def bind(handlers: Sequence[tuple[Api, Mapping[str, Handler]]]) -> list[Route]:
    """Give every operation of each API's local profile its handler.

    Args:
        handlers: Each API with its handlers by operationId.

    Raises:
        ContractError: If an operation has no handler, or a handler no operation; or if a path
            has a parameter in its first two segments.
    """
    routes: list[Route] = []
    for api, by_id in handlers:
        left = dict(by_id)
        for operation in operations(api.name, specs.load(api.name, "local")):
            handler = left.pop(operation.id, None)
            if handler is None:
                raise ContractError(f"{api.name}: the operation {operation.id} has no handler")
            if "{" in operation.path.start:
                # Routes are looked up by it.
                raise ContractError(f"{api.name}: {operation.path.text} begins with a parameter")
            routes.append(Route(api.at(operation.path.text), operation, handler))
        if left:
            raise ContractError(f"{api.name}: no operation is called {', '.join(sorted(left))}")
    return routes
