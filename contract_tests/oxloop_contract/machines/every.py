"""Which state machines there are, by API."""

from collections.abc import Mapping, Sequence

from oxloop_contract.machines.evaluations import EVALUATIONS
from oxloop_contract.machines.judgments import JUDGMENTS
from oxloop_contract.machines.repositories import REPOSITORIES
from oxloop_contract.machines.running import Machine

MACHINES: Mapping[str, Sequence[Machine]] = {
    "oxen": (REPOSITORIES, EVALUATIONS),
    "humanloop": (JUDGMENTS,),
}
"""The machines of each API that has some."""
