"""How far the contract is known to be what the providers do."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from oxloop_api.specs import Behaviour, load_fidelity

from oxloop_server.doctor.findings import Finding

Evidence = Literal["documented", "observed", "extension"]

AREA = "Fidelity"
_HOW: dict[Evidence, str] = {
    "documented": "documented by the provider",
    "observed": "observed in the provider's own software or answers",
    "extension": "ours",
}


def summary() -> Finding:
    """How many behaviours are known in which way."""
    behaviours = load_fidelity()
    counts = Counter(behaviour.evidence for behaviour in behaviours)
    ways = ", ".join(f"{counts[evidence]} {words}" for evidence, words in _HOW.items())
    recorded = sum(behaviour.recorded is not None for behaviour in behaviours)
    live = f"{recorded} recorded live" if recorded else "none of them checked live yet"
    return Finding(
        AREA,
        "note",
        f"{len(behaviours)} behaviours: {ways}; {live} ('oxloop doctor --fidelity' lists them)",
    )


def every() -> Iterator[Finding]:
    """Each behaviour, with how it is known."""
    for behaviour in load_fidelity():
        yield Finding(f"{AREA}: {behaviour.api}", "ok", _line(behaviour))


def _line(behaviour: Behaviour) -> str:
    live = f"recorded live {behaviour.recorded}" if behaviour.recorded else "not checked live"
    note = f" {behaviour.note}" if behaviour.note else ""
    return f"{behaviour.what} [{_HOW[behaviour.evidence]}; {live}]{note}"
