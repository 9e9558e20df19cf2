"""The errors: their tree, their one line, and what survives a pickle."""

import copy
import pickle
from typing import Any

import pytest
from oxloop import errors
from oxloop.errors import CallInfo, FieldError
from oxloop.runs import Progress, RunState

CALL = CallInfo("POST", "/api/repos/ox/support/evaluations/main/a.csv", "req-7", 3, 1.234)
RUN = RunState(
    id="run-1",
    provider="oxen",
    status="running",
    raw_status="running",
    progress=Progress(3, 9),
    capabilities=frozenset({"cancel"}),
)


def every_error() -> list[errors.OxloopError]:
    """One of each class, as full as it gets."""
    api: dict[str, Any] = {
        "code": "lock_timeout",
        "errors": (FieldError("prompt", "is empty"),),
        "retry_after": 5.0,
        "call": CALL,
        "body": '{"status": "error"}',
    }
    by_status = [
        errors.APIError.class_for(status)("No luck", status_code=status, **api)
        for status in (400, 401, 402, 403, 404, 409, 418, 422, 426, 429, 500, 599)
    ]
    return [
        errors.OxloopError("Something"),
        errors.ConfigurationError("No key"),
        errors.TransportError("Cut off", call=CALL, outcome="unknown"),
        errors.TimeoutError("Too slow", call=CALL, outcome="unknown"),
        *by_status,
        errors.DecodeError("Odd", status_code=200, field="evaluation.id", call=CALL, body="{}"),
        errors.EvaluationFailed("It failed", run=RUN),
        errors.EvaluationCancelled("It was cancelled", run=RUN),
        errors.WaitTimeout("Still running", run=RUN),
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_a_pickle(error: errors.OxloopError, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
    assert repr(again) == repr(error)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_an_error_can_be_copied(error: errors.OxloopError) -> None:
    assert vars(copy.deepcopy(error)) == vars(error)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_an_error_prints_as_one_line(error: errors.OxloopError) -> None:
    assert error.message in str(error)
    assert "\n" not in str(error)


def test_the_line_says_what_call_it_was() -> None:
    error = errors.TransportError("Cut off", call=CALL, outcome="unknown")
    assert str(error) == (
        "Cut off (POST /api/repos/ox/support/evaluations/main/a.csv; 3 attempts in 1.23 s; "
        "request id req-7; the request may have taken effect all the same)"
    )


def test_the_line_of_an_api_error_says_its_status() -> None:
    error = errors.APIError.class_for(404)("No such run", status_code=404, code="not_found")
    assert str(error) == "No such run (404 not_found)"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.PaymentRequiredError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (422, errors.UnprocessableEntityError),
        (426, errors.UpgradeRequiredError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (520, errors.ServerError),
        (599, errors.ServerError),
        (418, errors.APIError),
        (600, errors.APIError),
        (999, errors.APIError),
    ],
)
def test_each_status_has_its_class(status: int, kind: type[errors.APIError]) -> None:
    assert errors.APIError.class_for(status) is kind


def test_time_outs_are_built_in_time_outs_too() -> None:
    assert issubclass(errors.TimeoutError, TimeoutError)
    assert issubclass(errors.TimeoutError, errors.TransportError)
    assert issubclass(errors.WaitTimeout, TimeoutError)
    assert not issubclass(errors.WaitTimeout, errors.TransportError)


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = {
        line.split("── ")[1].split()[0] for line in str(errors.__doc__).splitlines() if "──" in line
    }
    real = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, errors.OxloopError)
        and name[0] != "_"
        and value is not errors.OxloopError
    }
    assert drawn == real
