"""JSON schemas of strangers, against which outputs are held in child processes within limits.

A schema of a few lines may ask for more comparisons than a computer ever makes, and patterns in it
for more memory than it has; and no other thread runs while the library compares.
"""

from collections.abc import Mapping
from typing import Any, cast

from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.line_process import IDLE_SECONDS, SECONDS, GivenUp, LineProcesses


class Schemas:
    """The child processes that compare, each for another tenant.

    Args:
        seconds: What one comparison may take.
        idle_seconds: How long a child stays that nobody needs.
    """

    def __init__(self, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._processes = LineProcesses(
            "oxloop_server.evaluators.schema_process", seconds, idle_seconds
        )

    async def check(self, tenant_id: str, schema: object) -> None:
        """See whether something is a schema that can be used.

        Args:
            tenant_id: Who asks.
            schema: What may be one.

        Raises:
            CannotMeasure: If it is none, reaches out, or needs too much to be read.
        """
        await self._ask(tenant_id, {"schema": schema})

    async def fits(self, tenant_id: str, schema: object, output: str) -> bool:
        """Tell whether an output is JSON that fits a schema.

        Args:
            tenant_id: Who asks.
            schema: The schema. Nothing outside of it is ever read: a ``$ref`` to elsewhere is an
                error.
            output: The output.

        Raises:
            CannotMeasure: If the schema cannot be used, or not within the limits.
        """
        answer = await self._ask(tenant_id, {"schema": schema, "output": output})
        return cast(bool, answer["fits"])

    async def stop(self) -> None:
        """End the child processes."""
        await self._processes.stop()

    async def _ask(self, tenant_id: str, request: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            answer = await self._processes.ask(tenant_id, request)
        except GivenUp:
            raise CannotMeasure(
                "The schema cannot be used: it took too long or too much memory "
                f"(it may take {self._seconds:g} s) and was given up."
            ) from None
        if "error" in answer:
            raise CannotMeasure(f"The schema cannot be used: {answer['error']}")
        return answer
