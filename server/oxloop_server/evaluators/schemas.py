"""JSON schemas of strangers, against which outputs are held in a child process within limits.

A schema of a few lines may ask for more comparisons than a computer ever makes, and patterns in it
for more memory than it has; and no other thread runs while the library compares.
"""

from collections.abc import Mapping
from typing import Any, cast

from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.line_process import SECONDS, GivenUp, LineProcess


class Schemas:
    """The child process that compares.

    Args:
        seconds: What one comparison may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process = LineProcess("oxloop_server.evaluators.schema_process", seconds)

    async def check(self, schema: object) -> None:
        """See whether something is a schema that can be used.

        Raises:
            CannotMeasure: If it is none, reaches out, or needs too much to be read.
        """
        await self._ask({"schema": schema})

    async def fits(self, schema: object, output: str) -> bool:
        """Tell whether an output is JSON that fits a schema.

        Args:
            schema: The schema. Nothing outside of it is ever read: a ``$ref`` to elsewhere is an
                error.
            output: The output.

        Raises:
            CannotMeasure: If the schema cannot be used, or not within the limits.
        """
        return cast(bool, (await self._ask({"schema": schema, "output": output}))["fits"])

    async def stop(self) -> None:
        """End the child process."""
        await self._process.stop()

    async def _ask(self, request: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            answer = await self._process.ask(request)
        except GivenUp:
            raise CannotMeasure(
                "The schema cannot be used: it took too long or too much memory "
                f"(it may take {self._seconds:g} s) and was given up."
            ) from None
        if "error" in answer:
            raise CannotMeasure(f"The schema cannot be used: {answer['error']}")
        return answer
