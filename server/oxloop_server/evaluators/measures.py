"""What ready-made evaluators measure: an output against a target, as pure functions.

rapidfuzz is imported where it is used: an evaluation without it does not need it.
"""

import json
import math
import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any

from oxloop_server.evaluators.arguments import Arguments

LONGEST = 50_000
"""Most characters of a text that is compared letter by letter or word by word: the time that takes
grows with the square of the length."""

_LONGEST_NUMBER = 1_000

_WORD = re.compile(r"\w+")


class CannotMeasure(Exception):
    """There is no value for a log; the text says why."""


def exact(output: str, target: str, *, ignore_case: bool, strip: bool) -> bool:
    """Whether two texts are the same.

    Args:
        output: The output.
        target: What it should be.
        ignore_case: Whether capitals count as small letters.
        strip: Whether blanks at either end count for nothing.
    """
    one, other = (output.strip(), target.strip()) if strip else (output, target)
    return _folded(one, ignore_case) == _folded(other, ignore_case)


def contains(output: str, target: str, *, ignore_case: bool) -> bool:
    """Whether the output has a text in it."""
    return _folded(target, ignore_case) in _folded(output, ignore_case)


def levenshtein(output: str, target: str) -> float:
    """How alike two texts are: 1 less the share of characters to change.

    It is 1.0 for equal texts, two empty ones too, and 0.0 for two that have nothing in common.
    """
    from rapidfuzz.distance import Levenshtein

    _check_length(output, target)
    return float(Levenshtein.normalized_similarity(output, target))


def rouge_l(output: str, target: str) -> float:
    """ROUGE-L's F-measure: how much of each text is in their longest common run of words.

    Words are letters and digits without regard to case, their order counts, gaps between them do
    not. Without any word in either text it is 0.0.
    """
    from rapidfuzz.distance import LCSseq

    _check_length(output, target)
    said, wanted = (_WORD.findall(text.lower()) for text in (output, target))
    if not said or not wanted:
        return 0.0
    # 2PR / (P + R), where P and R are the run's shares of the two lengths.
    return 2 * LCSseq.similarity(said, wanted) / (len(said) + len(wanted))


def is_near(output: str, target: str, *, absolute: float, relative: float) -> bool:
    """Whether the output is a number near another one; what is no number is not.

    Args:
        output: The output: a number and nothing else, commas between thousands allowed.
        target: The number that it should be.
        absolute: How far off it may be.
        relative: The same as a share of the target.

    Raises:
        CannotMeasure: If the target is no number.
    """
    wanted, said = _number(target), _number(output)
    if wanted is None:
        raise CannotMeasure(f"The target is {_excerpt(target)}, which is no number.")
    return said is not None and abs(said - wanted) <= max(absolute, relative * abs(wanted))


def latency(arguments: Arguments) -> float:
    """Seconds that the model took for a log.

    Raises:
        CannotMeasure: If the log does not tell.
    """
    return _of_log(arguments.log, "provider_latency", "duration")


def cost(arguments: Arguments) -> float:
    """What a log cost, by the price of its model.

    Raises:
        CannotMeasure: If the log does not tell.
    """
    told = [arguments.log.get(name) for name in ("prompt_cost", "output_cost")]
    if all(part is None for part in told):
        raise CannotMeasure("The log tells no cost: its model has no price in models.toml.")
    return float(sum(part for part in told if part is not None))


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of the angle between two vectors: 1.0 where they point the same way.

    Raises:
        CannotMeasure: If they are of different lengths, or one is of nothing but zeros.
    """
    lengths = math.hypot(*one), math.hypot(*other)
    if len(one) != len(other) or not all(lengths):
        raise CannotMeasure("The model's vectors for the two texts cannot be compared.")
    return float(sum(map(operator.mul, one, other))) / (lengths[0] * lengths[1])


def _folded(text: str, ignore_case: bool) -> str:
    return text.casefold() if ignore_case else text


def _check_length(*texts: str) -> None:
    if any(len(text) > LONGEST for text in texts):
        raise CannotMeasure(f"A text of more than {LONGEST:,} characters is not compared.")


def _number(text: str) -> float | None:
    plain = text.strip()
    if len(plain) > _LONGEST_NUMBER:
        return None
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", plain, re.ASCII | re.IGNORECASE):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def _of_log(log: Mapping[str, Any], *names: str) -> float:
    for name in names:
        value = log.get(name)
        if isinstance(value, int | float):
            return float(value)
    raise CannotMeasure(f"The log tells no {' and no '.join(names)}.")


def _excerpt(text: str) -> str:
    shown = text if len(text) <= 100 else text[:100] + " …"
    return json.dumps(shown, ensure_ascii=False)
