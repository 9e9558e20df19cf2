"""Which state machines and walks there are, by API."""

from collections.abc import Mapping, Sequence

from oxloop_contract.machines.capabilities import CAPABILITIES
from oxloop_contract.machines.evaluations import EVALUATIONS
from oxloop_contract.machines.extended import EXTENDED
from oxloop_contract.machines.generated import GENERATED
from oxloop_contract.machines.judgments import JUDGMENTS
from oxloop_contract.machines.progress import PROGRESS
from oxloop_contract.machines.refusals import REFUSALS
from oxloop_contract.machines.repositories import REPOSITORIES
from oxloop_contract.machines.running import Machine, Walk
from oxloop_contract.machines.views_humanloop import VIEWS as VIEWS_OF_HUMANLOOP
from oxloop_contract.machines.views_oxen import VIEWS as VIEWS_OF_OXEN

MACHINES: Mapping[str, Sequence[Machine | Walk]] = {
    "oxen": (REFUSALS, VIEWS_OF_OXEN, REPOSITORIES, EVALUATIONS),
    "humanloop": (REFUSALS, VIEWS_OF_HUMANLOOP, JUDGMENTS, GENERATED),
    "extensions": (REFUSALS, CAPABILITIES, PROGRESS, EXTENDED),
}
"""The machines and walks of each API that has some."""
