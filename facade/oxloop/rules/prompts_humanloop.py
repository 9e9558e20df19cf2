"""Humanloop's prompt templates: ``{{ name }}`` and ``{{ name.field }}``, filled from inputs.

The Humanloop v4 reference shows ``{{input_name}}`` in prompt and chat templates, and paths such
as ``{{ log.inputs.x }}`` in the prompts of evaluators. Every other brace is plain text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from oxloop.rules.errors import RuleError
from oxloop.rules.prompts import Placeholder, check_braces, filled
from oxloop.rules.values import reach, to_text

# Nothing that a part of it has matched is looked at again: a name may be millions of letters long.
_PLACEHOLDER = re.compile(r"\{\{\s*+([^\W\d]\w*+(?:\.[^\W\d]\w*+)*+)\s*+\}\}")


@dataclass(frozen=True, slots=True)
class HumanloopTemplate:
    """A template, read once and rendered for every datapoint.

    Attributes:
        parts: Literal text and placeholders in their order.
    """

    parts: tuple[str | Placeholder, ...]

    @property
    def fields(self) -> tuple[Placeholder, ...]:
        """The placeholders, each once, as they first appear."""
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, Placeholder)))

    def render(self, inputs: Mapping[str, object]) -> str:
        """Fill the template from one datapoint's inputs.

        Args:
            inputs: Values by name.

        Raises:
            RuleError: If an input is missing or cannot stand in a prompt, or it is too long.
        """
        return filled(self.parts, lambda field: _fill(field, inputs))


def parse(template: str) -> HumanloopTemplate:
    """Read a template.

    Args:
        template: The text of a prompt or of one chat message.

    Raises:
        RuleError: If it has too many braces.
    """
    check_braces(template)
    parts: list[str | Placeholder] = []
    known: dict[str, Placeholder] = {}
    position = 0
    for found in _PLACEHOLDER.finditer(template):
        parts.append(template[position : found.start()])
        name = found[1]
        if name not in known:
            known[name] = Placeholder(name, tuple(name.split(".")))
        parts.append(known[name])
        position = found.end()
    parts.append(template[position:])
    return HumanloopTemplate(tuple(part for part in parts if part))


def _fill(placeholder: Placeholder, inputs: Mapping[str, object]) -> str:
    try:
        return to_text(reach(inputs, placeholder.path))
    except RuleError as error:
        raise RuleError(
            f"The template's {{{{ {placeholder.name} }}}} cannot be filled: {error}"
        ) from error
