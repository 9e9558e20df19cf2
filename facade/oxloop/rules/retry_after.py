"""How long a server asks to wait before the next attempt.

The facade asks this of APIs, the local service of models' endpoints; what stands in the header
is a stranger's text to both.
"""

import math
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime


def parse_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Read how long the server asks to wait, in seconds; None if it does not, or not sensibly.

    Args:
        headers: The answer's headers, by lower-case name or whatever their case.
        now: Seconds since 1970, to which a date is compared.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:  # "-0000" means UTC without saying where
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, float(moment.timestamp() - now))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _number(value: str | None) -> float | None:
    """A finite number from 0 up, or None."""
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
