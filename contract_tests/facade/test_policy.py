"""What may be sent twice, and after how long: the whole table, row by row."""

import pytest
from oxloop._policy import (
    REPEATABLE_METHODS,
    Fault,
    Outcome,
    Retry,
    RetryPolicy,
    Status,
    Stop,
)

POLICY = RetryPolicy(max_retries=2, total=120.0)
OTHER_5XX = [500, 502, 504, 506, 507, 511, 520, 529, 599]
FINAL = [400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 422, 426, 501, 505, 600, 999, 302]


def decide(
    outcome: Outcome,
    *,
    repeatable: bool,
    attempt: int = 1,
    elapsed: float = 0.0,
    chance: float = 1.0,
    policy: RetryPolicy = POLICY,
) -> Retry | Stop:
    return policy.decide(
        outcome, attempt=attempt, elapsed=elapsed, repeatable=repeatable, chance=chance
    )


ALWAYS: list[Outcome] = [
    Fault.NOT_CONNECTED,
    Status(429),
    Status(429, 1.0),
    Status(503, 1.0),
    Status(503, 0.0),
]
IF_REPEATABLE: list[Outcome] = [
    Fault.LOST,
    Status(408),
    Status(425),
    Status(503),
    *[Status(code) for code in OTHER_5XX],
    *[Status(code, 1.0) for code in OTHER_5XX],
]
NEVER: list[Outcome] = [
    Fault.UNDECODABLE,
    *[Status(code) for code in FINAL],
    *[Status(code, 1.0) for code in FINAL],
]


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("outcome", ALWAYS, ids=str)
def test_what_had_no_effect_is_sent_again_whatever_it_is(
    outcome: Outcome, repeatable: bool
) -> None:
    assert isinstance(decide(outcome, repeatable=repeatable), Retry)


@pytest.mark.parametrize("outcome", IF_REPEATABLE, ids=str)
def test_what_may_have_had_an_effect_is_sent_again_only_if_that_does_no_harm(
    outcome: Outcome,
) -> None:
    assert isinstance(decide(outcome, repeatable=True), Retry)
    assert decide(outcome, repeatable=False) == Stop("not to be repeated")


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("outcome", NEVER, ids=str)
def test_what_will_not_change_is_never_sent_again(outcome: Outcome, repeatable: bool) -> None:
    assert decide(outcome, repeatable=repeatable) == Stop("not to be repeated")


def test_a_second_post_or_patch_is_not_harmless() -> None:
    assert {"GET", "PUT", "DELETE", "HEAD"} <= REPEATABLE_METHODS
    assert not {"POST", "PATCH"} & REPEATABLE_METHODS


def test_retries_are_counted() -> None:
    assert isinstance(decide(Status(500), repeatable=True, attempt=2), Retry)
    assert decide(Status(500), repeatable=True, attempt=3) == Stop("no retries left")
    none = RetryPolicy(max_retries=0)
    assert decide(Status(500), repeatable=True, policy=none) == Stop("no retries left")


def test_pauses_grow_up_to_a_bound_and_are_spread_all_the_way_down() -> None:
    many = RetryPolicy(max_retries=9)
    longest = [
        decide(Status(500), repeatable=True, attempt=attempt, policy=many)
        for attempt in range(1, 8)
    ]
    assert longest == [
        Retry(0.5),
        Retry(1.0),
        Retry(2.0),
        Retry(4.0),
        Retry(8.0),
        Retry(8.0),
        Retry(8.0),
    ]
    assert decide(Status(500), repeatable=True, chance=0.0) == Retry(0.0)
    assert decide(Status(500), repeatable=True, chance=0.5) == Retry(0.25)


def test_the_server_is_taken_at_its_word() -> None:
    assert decide(Status(429, 7.5), repeatable=False, chance=0.3) == Retry(7.5)
    assert decide(Status(500, 0.0), repeatable=True, chance=0.3) == Retry(0.0)


def test_no_pause_reaches_beyond_the_total() -> None:
    assert decide(Status(429, 119.0), repeatable=True) == Retry(119.0)
    assert decide(Status(429, 120.0), repeatable=True) == Stop("no time left")
    assert decide(Status(429, 1e9), repeatable=True) == Stop("no time left")
    assert decide(Status(500), repeatable=True, elapsed=119.6) == Stop("no time left")
    assert decide(Status(500), repeatable=True, elapsed=119.4) == Retry(0.5)
