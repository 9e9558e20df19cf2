"""Keys that came with a request, for as long as its run lasts: in memory and nowhere else."""

import logging
import os
from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from oxloop_server.models.model import Model

log = logging.getLogger(__name__)

HELD = 1 << 20
"""Most characters of keys that are held for all runs together."""

Work: TypeAlias = Literal["answers", "judgments"]
"""What a run needs keys for."""

# What holding a key costs beside its characters.
_EACH = 64


class CannotGoOn(Exception):
    """A run waits until somebody mends something, and goes on then.

    Its text is the sentence for whoever waits for the run.
    """


class KeyMissing(CannotGoOn):
    """A run was created with a key that is not here any more."""


@frozen
class Keys:
    """What is left of the keys that a run was created with.

    Args:
        held: The keys that are still here, by provider.
        promised: The providers of all of them.
    """

    held: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    promised: frozenset[str] = frozenset()

    def get(self, provider: str) -> str | None:
        """The key for a provider; None if there is none."""
        return self.held.get(provider)

    def lacks(self, provider: str) -> bool:
        """Whether the run came with a key for a provider that is gone."""
        return provider in self.promised and provider not in self.held


NO_KEYS = Keys()
"""Of a run that brought none."""


def operator_key(model: Model) -> str | None:
    """The key that the operator has set for a model; None if none is set."""
    if model.api_key_env is None:
        return None
    return os.environ.get(model.api_key_env, "").strip() or None


class RunKeys:
    """The keys of the runs that brought some, by provider: Humanloop's ``provider_api_keys``.

    After a restart they are gone, and runs that need them wait. A run that never ends does not hold
    its keys for ever: beyond ``held`` characters in all, those that came first are let go.

    Args:
        held: Most characters of keys that are held.
    """

    def __init__(self, held: int = HELD) -> None:
        self._held = held
        self._size = 0
        self._of_runs: dict[str, Mapping[str, str]] = {}
        self._waiting: dict[tuple[str, Work], str] = {}

    def keep(self, run_id: str, keys: Mapping[str, str]) -> None:
        """Hold keys of a run until ``forget``, beside those that are held of it."""
        if not keys:
            return
        both = {**self._of_runs.get(run_id, {}), **keys}
        self._let_go(run_id)
        self._of_runs[run_id] = both
        self._size += _size(both)
        while self._size > self._held:
            self._let_go(next(iter(self._of_runs)))

    def of(self, run_id: str, promised: Collection[str] = ()) -> Keys:
        """A run's keys.

        Args:
            run_id: The run.
            promised: The providers whose keys it was created with.
        """
        return Keys(self._of_runs.get(run_id, {}), frozenset(promised))

    def forget(self, run_id: str) -> None:
        """Let go of the keys of a run that has come to its end."""
        self._let_go(run_id)
        self.found(run_id, "answers")
        self.found(run_id, "judgments")

    def miss(self, run_id: str, work: Work, missing: CannotGoOn) -> None:
        """Note that a run waits, for a key mostly."""
        reason = str(missing)
        if self._waiting.get((run_id, work)) != reason:
            log.warning("the %s of %s wait: %s", work, run_id, reason)
        self._waiting[run_id, work] = reason

    def found(self, run_id: str, work: Work) -> None:
        """Note that a run does not wait any more."""
        self._waiting.pop((run_id, work), None)

    def waiting(self) -> list[str]:
        """The runs that wait."""
        return list(dict.fromkeys(run_id for run_id, _ in self._waiting))

    def why_waiting(self, run_id: str) -> str | None:
        """Why a run does not go on; None if it does."""
        reasons = (reason for (found, _), reason in self._waiting.items() if found == run_id)
        return next(reasons, None)

    def _let_go(self, run_id: str) -> None:
        self._size -= _size(self._of_runs.pop(run_id, {}))


def _size(keys: Mapping[str, str]) -> int:
    return sum(len(provider) + len(key) + _EACH for provider, key in keys.items())
