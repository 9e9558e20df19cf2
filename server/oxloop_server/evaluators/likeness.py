"""How alike long texts are, told in child processes: no other thread runs while it is computed."""

from typing import cast

from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.line_process import SECONDS, GivenUp, LineProcesses


class Likenesses:
    """The child processes that compare, each for another tenant."""

    def __init__(self) -> None:
        self._processes = LineProcesses("oxloop_server.evaluators.likeness_process")

    async def of(self, tenant_id: str, name: str, output: str, target: str) -> float:
        """How alike two texts are.

        Args:
            tenant_id: Who asks.
            name: What measures it: ``levenshtein`` or ``rouge_l``, as in ``measures``.
            output: The one text.
            target: The other one.

        Raises:
            CannotMeasure: If it cannot be computed within the limits.
        """
        try:
            answer = await self._processes.ask(tenant_id, {"name": name, "texts": [output, target]})
        except GivenUp:
            raise CannotMeasure(
                f"The texts were not compared: it took longer than the {SECONDS:g} s that it may."
            ) from None
        return cast(float, answer["likeness"])

    async def stop(self) -> None:
        """End the child processes."""
        await self._processes.stop()
