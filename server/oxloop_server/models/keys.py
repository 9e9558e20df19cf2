"""Keys that came with a request, for as long as its run lasts: in memory and nowhere else."""

from collections.abc import Mapping

from attrs import field, frozen


@frozen
class RunKeys:
    """The keys of the runs that brought some, by provider.

    Humanloop's ``provider_api_keys``; after a restart they are gone, and the operator's keys are
    used.
    """

    _of_runs: dict[str, Mapping[str, str]] = field(
        factory=dict[str, Mapping[str, str]], repr=False, init=False
    )

    def keep(self, run_id: str, keys: Mapping[str, str]) -> None:
        """Hold a run's keys until ``forget``."""
        if keys:
            self._of_runs[run_id] = dict(keys)

    def of(self, run_id: str) -> Mapping[str, str]:
        """A run's keys by provider; none if it brought none."""
        return self._of_runs.get(run_id, {})

    def forget(self, run_id: str) -> None:
        """Let go of a run's keys."""
        self._of_runs.pop(run_id, None)
