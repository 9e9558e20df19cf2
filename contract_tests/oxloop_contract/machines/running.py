"""Runs state machines against a server, reproducibly, and tells what they found."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
from attrs import field, frozen
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Watcher, watched
from oxloop_contract.strictness import LOCAL, Strictness
from oxloop_contract.verify import CannotRun, CheckFailed, Checks
from oxloop_contract.wire import LetOff, Wire


@frozen
class Setting:
    """The server under test, as every machine finds it.

    Attributes:
        base_url: Where it listens.
        key: A key that may write.
        other_key: A key of somebody else; without one, tenants are not told apart.
        echo_model: The name of a registered model that answers each prompt with that prompt.
        read_key: A key that may only read; without one, that it may not write is not checked.
        watchers: Told of each exchange.
        strictness: How it is judged.
    """

    base_url: str
    key: str = field(repr=False)
    other_key: str | None = field(default=None, repr=False)
    echo_model: str = "echo"
    read_key: str | None = field(default=None, repr=False)
    watchers: Sequence[Watcher] = ()
    strictness: Strictness = LOCAL

    @property
    def keys(self) -> list[str]:
        """Every key that there is."""
        return [one for one in (self.key, self.other_key, self.read_key) if one]


@frozen
class World:
    """What a machine works with.

    Attributes:
        api: The API that the machine is of.
        wire: The server, with the key.
        other: The server with somebody else's key, if there is one.
        reader: The server with a key that may only read, if there is one.
        echo_model: The name of the model that echoes.
        speak: Makes a wire of another API, with the same key; what is sent over it is a part of
            the same trace.
    """

    api: str
    wire: Wire
    other: Wire | None
    reader: Wire | None
    echo_model: str
    speak: Callable[[str], Wire]

    def unique(self, prefix: str) -> str:
        """Return a name that nothing else on the server has."""
        return f"{prefix}-{secrets.token_hex(6)}"


@frozen
class Machine:
    """A state machine, and what it is meant to check.

    Attributes:
        name: What it is called in reports.
        make: Makes an instance in a world.
        meant: Operations by check: each must have been checked so at least once.
        examples: How many sequences of requests make it likely that all is checked.
        needs_other: The checks that only somebody else's key makes possible.
    """

    name: str
    make: Callable[[World], RuleBasedStateMachine]
    meant: Mapping[str, Sequence[str]]
    examples: int
    needs_other: frozenset[str] = frozenset({"other tenant"})


@frozen
class Walk:
    """Requests that are the same each time, and what they are meant to check.

    Attributes:
        name: What it is called in reports.
        go: Walks through a world.
        meant: Operations by check: each must have been checked so at least once.
        needs_other: The checks that only somebody else's key makes possible.
    """

    name: str
    go: Callable[[World], None]
    meant: Mapping[str, Sequence[str]]
    needs_other: frozenset[str] = frozenset({"other tenant"})


@frozen
class MachineReport:
    """What a machine found.

    Attributes:
        name: The machine.
        verified: How many checks were made, by check and operation.
        failure: The check that failed, if one did.
        silent: Checks and operations that should have been checked and never were.
        api: The API that it is of.
        told: What was seen and fails nothing, in sentences.
    """

    name: str
    verified: Mapping[tuple[str, str], int]
    failure: CheckFailed | None
    silent: Sequence[tuple[str, str]]
    api: str
    told: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether every check was made and held."""
        return self.failure is None and not self.silent


def connected(setting: Setting) -> httpx.Client:
    """Return a client of the server under test, whose exchanges are watched."""
    return httpx.Client(
        base_url=setting.base_url,
        timeout=30,
        trust_env=False,
        event_hooks=watched(setting.watchers),
    )


def run_machine(
    machine: Machine | Walk,
    api: str,
    contract: Callable[[str], Contract],
    setting: Setting,
    *,
    seed_number: int = 1,
    examples: int = 20,
    steps: int = 20,
    shrink: bool = False,
) -> MachineReport:
    """Run a machine, or a walk, which neither chance nor the numbers here change.

    Args:
        machine: Which.
        api: The API that it is of.
        contract: Gives each API's contract.
        setting: The server.
        seed_number: Chooses what is sent; the same number sends the same.
        examples: How many sequences of requests.
        steps: The most rules in one of them.
        shrink: Look for the shortest sequence that fails. It takes a while.

    Raises:
        CannotRun: The server cannot be reached, or has no model that echoes.
    """
    checks = Checks()
    with connected(setting) as http:

        def world() -> World:
            trace: list[str] = []

            def wire(name: str, key: str) -> Wire:
                known = contract(name)
                return Wire(http, known, checks, key, trace, name, setting.strictness)

            def maybe(key: str | None) -> Wire | None:
                return None if key is None else wire(api, key)

            return World(
                api,
                wire(api, setting.key),
                maybe(setting.other_key),
                maybe(setting.read_key),
                setting.echo_model,
                lambda name: wire(name, setting.key),
            )

        if isinstance(machine, Walk):
            failure = _walk(machine, world(), checks)
        else:
            make = partial(_made, machine, world, checks)
            seeded = seed(seed_number)(make)
            failure = _run(seeded, checks, _settings(examples, steps, shrink))
    silent: Sequence[tuple[str, str]] = [
        (check, operation)
        for check, operations in machine.meant.items()
        for operation in operations
        if not checks.fired[check, operation]
        and not (setting.other_key is None and check in machine.needs_other)
    ]
    # A run that a failure ended had no time for all.
    silent, told = setting.strictness.weigh([] if failure else silent, checks.let_off)
    return MachineReport(machine.name, dict(checks.fired), failure, silent, api, told)


def _made(machine: Machine, world: Callable[[], World], checks: Checks) -> RuleBasedStateMachine:
    checks.broken_off = False
    made = machine.make(world())
    last = made.teardown

    def teardown() -> None:
        # What a sequence that broke off left behind, the machine knows only half.
        if not checks.broken_off:
            last()

    made.teardown = teardown  # type: ignore[method-assign]
    return made


def _walk(walk: Walk, world: World, checks: Checks) -> CheckFailed | None:
    try:
        walk.go(world)
    except CheckFailed:
        return checks.failures[-1]
    except LetOff:
        return None
    return None


def _run(make: Any, checks: Checks, how: settings) -> CheckFailed | None:
    try:
        run_state_machine_as_test(make, settings=how)
    except Unsatisfiable:
        if not checks.let_off:
            raise
        # No sequence went to its end.
        return None
    except (CheckFailed, Flaky, ExceptionGroup) as error:
        # A server need not fail twice in the same way to have failed.
        if _has(error, CannotRun) or not checks.failures:
            raise
        return checks.failures[-1]
    return None


def _has(error: BaseException, kind: type[BaseException]) -> bool:
    nested: Sequence[BaseException] = getattr(error, "exceptions", ())
    return isinstance(error, kind) or any(_has(one, kind) for one in nested)


def _settings(examples: int, steps: int, shrink: bool) -> settings:
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if shrink else [])]
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        database=None,
        deadline=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
