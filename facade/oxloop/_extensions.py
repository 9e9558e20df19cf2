"""Whether an address is a local service of this project, and what it does beyond the live APIs."""

import json
import logging
from collections.abc import Mapping
from typing import Final, cast

from oxloop._config import Target, Timeout
from oxloop._steps import Answer, Flow, Reply, Request, Send
from oxloop._time import Time

IDEMPOTENCY_KEY: Final = "idempotency_key"
"""Feature: a request that bears an ``Idempotency-Key`` takes effect once."""
MODEL_UUID: Final = "model_uuid"
"""Feature: a model's uuid is computed from its name."""
CANCEL: Final = "cancel"
"""Feature: a run on Oxen can be cancelled."""
COMMIT: Final = "commit"
"""Feature: what a run on Oxen was answered can be committed after its end."""
LIST: Final = "list"
"""Feature: the runs of a repository can be listed."""
PROGRESS: Final = "progress"
"""Feature: the server counts how far a run on Humanloop has come."""
PROVIDER_KEYS: Final = "provider_keys"
"""Feature: a run on Humanloop takes the keys again that it came with."""
ROWS: Final = "rows"
"""Feature: a run on Oxen tells what became of each row."""

_PATH: Final = "/x/v1/capabilities"
_PATIENCE: Final = 5.0
"""Seconds that the question may take."""

_log = logging.getLogger("oxloop")


class Extensions:
    """Asks a server once what it can do, and remembers a definite answer.

    Args:
        target: The server; a live one is never asked.
        time: The clock.
    """

    def __init__(self, target: Target, time: Time) -> None:
        self._target = target
        self._time = time
        self._known: frozenset[str] | None = frozenset() if target.is_live else None

    @property
    def known(self) -> frozenset[str] | None:
        """The features, as far as they are known without asking; None before that."""
        return self._known

    def ask(self, headers: Mapping[str, str], deadline: float) -> Flow[frozenset[str]]:
        """Return the server's features; none of them where there is no such server.

        After a server's error or without an answer the features count as absent, and the next
        call asks again.

        Args:
            headers: What every request of the client carries; no key among them.
            deadline: When the call that wants to know has to end.
        """
        if self._known is not None:
            return self._known
        reply: Reply = yield Send(
            request=Request(method="GET", url=self._target.base_url + _PATH, headers=headers),
            timeout=Timeout(),
            deadline=min(deadline, self._time.monotonic() + _PATIENCE),
        )
        if not isinstance(reply, Answer) or _is_passing(reply.status):
            return frozenset()
        self._known = _features(reply)
        _log.debug("%s offers %s", self._target.base_url, sorted(self._known) or "no extensions")
        return self._known


def _is_passing(status: int) -> bool:
    """Whether an answer says nothing about the server, only about this moment."""
    return status >= 500 or status in (408, 425, 429)


def _features(answer: Answer) -> frozenset[str]:
    """The features that a service of ours names; none if the answer is anything else."""
    if answer.status != 200:
        return frozenset()
    try:
        content: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return frozenset()
    fields = cast("dict[str, object]", content) if isinstance(content, dict) else {}
    words = fields.get("features")
    if fields.get("server") != "oxloop" or not isinstance(words, list):
        return frozenset()
    return frozenset(word for word in cast("list[object]", words) if isinstance(word, str))
