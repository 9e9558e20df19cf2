"""Every fault that follows from the specs by rule: one change to one part of one promise."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

from oxloop_api import specs
from oxloop_contract.contract import Contract, Operation

from faults.answers import in_answers
from faults.fault import APIS, Api, Fault, Sent, Tamper
from faults.keys import any_tenant, anybody, first_tenant_for_all
from faults.requests import in_requests

SEED = 20260115
"""Chooses the sample of the enumerated faults; published, so that nobody can choose them."""


@cache
def enumerated(api: Api) -> tuple[Fault, ...]:
    """Return every fault of an API that the rule gives, in a fixed order."""
    contract = Contract(specs.load(api, "local"))
    return tuple(
        fault
        for operation in contract.operations.values()
        for fault in (
            *in_answers(api, contract, operation),
            *in_requests(api, contract, operation),
            *_in_keys(api, operation),
        )
    )


def _in_keys(api: Api, operation: Operation) -> Iterator[Fault]:
    if not operation.secured:
        return

    def at(sent: Sent) -> bool:
        return sent.api == api and sent.operation == operation.id

    makers: dict[str, Callable[[], Tamper]] = {
        "no key needed": lambda: anybody(at, keyless=True),
        "any key accepted": lambda: anybody(at, keyless=False),
    }
    if "403" in operation.node["responses"]:
        makers["any key may write"] = lambda: anybody(at, status=403)
    if operation.method == "GET" and "{" not in operation.template:
        makers["the first tenant's for all"] = lambda: first_tenant_for_all(at)
    elif "{" in operation.template:
        makers["another tenant's"] = lambda: any_tenant(at)
    for what, make in makers.items():
        yield Fault(f"{operation.id}: {what}", "key", api, (operation.id,), make)


def sample(size: int, seed: int = SEED) -> list[Fault]:
    """Choose enumerated faults, as evenly over APIs and kinds as there are.

    Those of which it is proven that no client can tell them are chosen like all others.
    """
    chosen: list[Fault] = []
    by_kind: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for api in APIS:
        for fault in enumerated(api):
            by_kind[api, fault.kind].append(fault)
    order = random.Random(seed)
    for faults in by_kind.values():
        order.shuffle(faults)
    while len(chosen) < size and any(by_kind.values()):
        for faults in by_kind.values():
            if faults and len(chosen) < size:
                chosen.append(faults.pop())
    return chosen
