"""A request of a step's, as httpx takes it."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import httpx

from oxloop._config import Timeout
from oxloop._http.inflate import ACCEPTED
from oxloop._steps import Send
from oxloop.errors import ConfigurationError

_UNUSABLE: Final = (httpx.InvalidURL, httpx.UnsupportedProtocol, TypeError, ValueError)


def build(
    client: httpx.Client | httpx.AsyncClient | None,
    step: Send,
    left: float,
    trace: Callable[[str, object], object] | None = None,
) -> httpx.Request:
    """Make httpx's request out of a step; a mistake in it is the caller's.

    Args:
        client: A client that was given, which adds its own headers and cookies.
        step: The step.
        left: Seconds that are left of the call.
        trace: Told of what happens to the request.
    """
    make = httpx.Request if client is None else client.build_request
    extensions: dict[str, object] = {"timeout": _limits(step.timeout, left)}
    if trace is not None:
        extensions["trace"] = trace
    try:
        return make(
            step.request.method,
            _url(step.request.url),
            headers={"Accept-Encoding": ACCEPTED, **step.request.headers},
            extensions=extensions,
            **step.request.options,
        )
    except _UNUSABLE as error:
        raise ConfigurationError(f"The request cannot be built: {error}") from error


_url = lru_cache(maxsize=256)(httpx.URL)
"""Taking an address apart takes long, and who waits for a run asks at the same one."""


def _limits(timeout: Timeout, left: float) -> dict[str, float | None]:
    """The limits of the single steps, none longer than what is left of the call."""

    def limit(seconds: float) -> float | None:
        seconds = min(seconds, left)
        return None if seconds == math.inf else seconds

    return {
        "connect": limit(timeout.connect),
        "read": limit(timeout.read),
        "write": limit(timeout.write),
        "pool": limit(math.inf),
    }
