"""What calls of models used and cost."""

from typing import Self, TypeVar

from attrs import frozen

N = TypeVar("N", int, float)


@frozen
class Spent:
    """What some calls of models used, and what they cost; None where nothing is known of it.

    Args:
        prompt_tokens: Tokens that went into the models.
        completion_tokens: Tokens that came out of them.
        cost: What it cost, by the prices of the models, in dollars.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None

    def __add__(self, other: Self) -> "Spent":
        return Spent(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            _sum(self.cost, other.cost),
        )


NOTHING = Spent()
"""Of what calls no model."""


def rounded(cost: float) -> float:
    """A cost as it is told: what adding up many leaves behind the twelfth digit says nothing."""
    return round(cost, 12)


def _sum(one: N | None, other: N | None) -> N | None:
    return one if other is None else other if one is None else one + other
