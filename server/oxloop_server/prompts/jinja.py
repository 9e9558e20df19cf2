"""Jinja templates, rendered in child processes within limits of time, memory and length."""

import importlib.util
from collections.abc import Mapping, Sequence
from typing import cast

from oxloop.rules.errors import RuleError

from oxloop_server.line_process import SECONDS, GivenUp, LineProcesses


class JinjaProcesses:
    """The child processes that render, each for another tenant.

    Args:
        seconds: What the templates of one prompt may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._processes = LineProcesses("oxloop_server.prompts.jinja_process", seconds)

    async def render(
        self, tenant_id: str, templates: Sequence[str], values: Mapping[str, object]
    ) -> list[str]:
        """Fill templates.

        Args:
            tenant_id: Who asks.
            templates: The templates.
            values: What they may use, by name.

        Raises:
            RuleError: If one cannot be filled, or not within the limits.
        """
        if importlib.util.find_spec("jinja2") is None:
            raise RuleError(
                "Templates with template_language jinja need Jinja, which is not installed "
                'where the service runs. Install it with: pip install "oxloop[server]".'
            )
        try:
            request = {"templates": templates, "values": values}
            answer = await self._processes.ask(tenant_id, request)
        except GivenUp:
            raise RuleError(
                "The template took too long or too much memory "
                f"(it may take {self._seconds:g} s) and was given up."
            ) from None
        if "error" in answer:
            raise RuleError(cast(str, answer["error"]))
        return cast(list[str], answer["texts"])

    async def stop(self) -> None:
        """End the child processes."""
        await self._processes.stop()
