"""Judges exchanges that were recorded, with no server there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import define, field

from oxloop_contract.cases.sending import CasesReport
from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Exchange
from oxloop_contract.oracle import Meant, Oracle
from oxloop_contract.recording import recorded
from oxloop_contract.strictness import Strictness
from oxloop_contract.verify import CannotRun, CheckFailed, Checks

BY_THE_SPEC = "answer by the spec"
ACCEPTED = "only what keeps the schema is accepted"
KEY = "nothing is told without a key"


def replay(
    folder: Path,
    contracts: Mapping[str, Contract],
    strictness: Strictness,
) -> list[CasesReport]:
    """Judge a folder of recorded exchanges.

    Args:
        folder: The folder.
        contracts: The contracts to judge by; the exchanges of other APIs are passed over.
        strictness: How the server that answered is judged.

    Returns:
        A report of each API that was met.

    Raises:
        CannotRun: There is nothing to judge in the folder.
    """
    return judged(recorded(folder), contracts, strictness)


def judged(
    exchanges: Iterable[tuple[str, Exchange]],
    contracts: Mapping[str, Contract],
    strictness: Strictness,
) -> list[CasesReport]:
    """Judge exchanges, each with the name that it is told by; see ``replay``.

    Raises:
        CannotRun: None of them means an operation of any contract.
    """
    oracle = Oracle(contracts)
    judges = {api: _Judge(api, oracle, strictness) for api in contracts}
    unmatched: Counter[str] = Counter()
    for name, exchange in exchanges:
        meant = oracle.meant(exchange)
        if meant is None:
            unmatched[f"no operation is meant by {exchange.method} requests"] += 1
        else:
            judges[meant.api].see(name, exchange, meant)
    met = [one for one in judges.values() if one.checks.fired or one.checks.let_off]
    if not met:
        raise CannotRun(f"no recorded exchange is of {' or '.join(contracts)}")
    reports = [judge.report() for judge in met]
    if unmatched:
        told = [f"{what} ({count} times)" for what, count in unmatched.items()]
        reports.append(CasesReport("no API", {}, [], [], told=told, part="recorded"))
    return reports


@define
class _Judge:
    # Judges the exchanges of one API.
    api: str
    oracle: Oracle
    strictness: Strictness
    checks: Checks = field(factory=Checks)

    def see(self, name: str, exchange: Exchange, meant: Meant) -> None:
        answer = self.api, exchange.status, exchange.answer
        known = str(exchange.status) in meant.matched.operation.node["responses"]
        if self.strictness.lets_off(*answer, documented=known):
            what = f"it answered {exchange.status}, which is not documented"
            self.checks.let_off[f"{meant.operation}: {what}"] += 1
            return
        said = f"{exchange.method} {exchange.target}"
        trace = [f"{name}: {said}"]
        self._verify(BY_THE_SPEC, meant, self.oracle.of_answer(exchange), trace)
        if 200 <= exchange.status < 300:
            self._accepted(exchange, meant, trace)

    def _accepted(self, exchange: Exchange, meant: Meant, trace: Sequence[str]) -> None:
        self._verify(KEY, meant, self.oracle.of_key(meant, exchange), trace)
        broken = self.oracle.of_content(meant)
        if self.strictness.forgiving and broken:
            what = "it accepted what breaks the schema"
            self.checks.let_off[f"{meant.operation}: {what}"] += 1
            return
        self._verify(ACCEPTED, meant, broken, trace)

    def _verify(
        self, check: str, meant: Meant, faults: Sequence[str], trace: Sequence[str]
    ) -> None:
        # One that fails is one finding; the others are still made.
        try:
            self.checks.verify(check, meant.operation, not faults, "; ".join(faults[:3]), trace)
        except CheckFailed:
            return

    def report(self) -> CasesReport:
        _, told = self.strictness.weigh([], self.checks.let_off)
        fired = dict(self.checks.fired)
        return CasesReport(self.api, fired, self.checks.failures, [], told=told, part="recorded")
