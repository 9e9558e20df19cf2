"""Settings that can differ from call to call."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypedDict

from attrs import evolve

from oxloop._config import Timeout
from oxloop._flow import Core
from oxloop._policy import RetryPolicy
from oxloop.errors import ConfigurationError

if TYPE_CHECKING:
    from oxloop._events import OnRequest, OnResponse, OnRetry


class Options(TypedDict, total=False):
    """Settings that can differ from call to call.

    Attributes:
        timeout: Seconds for each single step of a request, or a ``Timeout``.
        max_retries: How often a request may be sent again.
        total_timeout: Seconds for a whole call with all its attempts.
        headers: More headers for every request.
        query: More query parameters for every request.
        on_request: Told before each request.
        on_response: Told after each request.
        on_retry: Told before each pause between two attempts.
    """

    timeout: float | Timeout
    max_retries: int
    total_timeout: float
    headers: Mapping[str, str] | None
    query: Mapping[str, str] | None
    on_request: "OnRequest | None"
    on_response: "OnResponse | None"
    on_retry: "OnRetry | None"


_NAMES: Final = frozenset(Options.__annotations__)


def changed(core: Core, options: Options) -> Core:
    """Return settings of which some are changed; headers and query parameters are added.

    Raises:
        ConfigurationError: A value makes no sense.
        TypeError: There is no option of that name.
    """
    unknown = sorted(options.keys() - _NAMES)
    if unknown:
        raise TypeError(f"There is no option {unknown[0]!r}; there are {', '.join(sorted(_NAMES))}")
    retries = options.get("max_retries", core.policy.max_retries)
    total = options.get("total_timeout", core.policy.total)
    if retries < 0:
        raise ConfigurationError(f"max_retries is {retries}; give 0 or more.")
    if not total > 0:
        raise ConfigurationError(f"total_timeout is {total!r}; give seconds above 0.")
    return evolve(
        core,
        policy=RetryPolicy(max_retries=retries, total=total),
        timeout=Timeout.of(options.get("timeout", core.timeout)),
        extra_headers={**core.extra_headers, **(options.get("headers") or {})},
        extra_query={**core.extra_query, **(options.get("query") or {})},
        on_request=options.get("on_request") or core.on_request,
        on_response=options.get("on_response") or core.on_response,
        on_retry=options.get("on_retry") or core.on_retry,
    )
