"""What Schemathesis loads: valid requests get values that exist, and all that happens is counted.

It runs inside the child process that tests one API; it reads what it needs from the file that
``OXLOOP_CONTRACT_TASK`` names and leaves what it found in ``OXLOOP_CONTRACT_FINDINGS``.
"""

import atexit
import itertools
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, cast

import httpx
import schemathesis
from oxloop_api import specs
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

from oxloop_contract.accounting import ACCEPTED
from oxloop_contract.applying import applicable
from oxloop_contract.contract import Contract
from oxloop_contract.coverage.counters import Counters
from oxloop_contract.derive import Fresh
from oxloop_contract.exchange import Exchange, Watcher
from oxloop_contract.making import make
from oxloop_contract.meaning import put
from oxloop_contract.recording import Recorder
from oxloop_contract.refusals import for_its_meaning
from oxloop_contract.strictness import Strictness

TASK: dict[str, Any] = json.loads(
    Path(os.environ["OXLOOP_CONTRACT_TASK"]).read_text(encoding="utf-8")
)
API: str = TASK["api"]
STRICTNESS = Strictness(**TASK["strictness"])
CHOICES: dict[str, dict[str, list[Any]]] = TASK["choices"]
KEPT: set[str] = set(TASK["kept"])
FRESH: dict[str, dict[str, Any]] = TASK["fresh"]
NUMBERS = itertools.count()
ANSWERS: Counter[tuple[str, str, str]] = Counter()
FIRED: Counter[tuple[str, str]] = Counter()
LET_OFF: Counter[str] = Counter()
COUNTERS = Counters(
    {name: Contract(specs.load(name, STRICTNESS.spec)) for name in TASK["apis"]},
    {(API, name): list(choices) for name, choices in CHOICES.items()},
)

WATCHERS: list[Watcher] = [COUNTERS.see]
if TASK["record"]:
    key = os.environ["OXLOOP_CONTRACT_KEY"]
    WATCHERS.append(Recorder(Path(TASK["record"]), [key], f"{API}-generated").see)


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Put values that exist into a valid request, the same ones for the same body."""
    name = _name(case)
    wanted = Fresh(**FRESH[name]) if name in FRESH else None
    # What others need stays, also where Schemathesis learnt its name from an answer.
    if wanted and (_is_valid(case, None) or case.path_parameters.get(wanted.parameter) in KEPT):
        with httpx.Client(base_url=os.environ["OXLOOP_CONTRACT_URL"], trust_env=False) as http:
            made = make(http, os.environ["OXLOOP_CONTRACT_KEY"], wanted, lambda: next(NUMBERS))
        case.path_parameters[wanted.parameter] = made.rpartition("/")[2]
    choices = CHOICES.get(name)
    if choices and _is_valid(case, ParameterLocation.BODY):
        put(case.body, choices, _required(case), lambda: next(NUMBERS))


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Count an answer by operation, by whether the request was valid, and by kind of status."""
    kind = f"{response.status_code // 100}xx"
    ANSWERS[_name(case), "valid" if _is_valid(case, None) else "invalid", kind] += 1
    exchange = _exchange(response)
    for watcher in WATCHERS:
        watcher(exchange)


@schemathesis.check
def valid_is_accepted(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Check that a valid request is accepted, or refused for its meaning only; count all checks."""
    name = _name(case)
    enabled = {one.__name__ for one in cast(Any, ctx.internals).checks}
    made = [check for check in applicable(case, response) if check in enabled]
    for check in made:
        FIRED[check, name] += 1
    if ACCEPTED not in made:
        return
    accepted = 200 <= response.status_code < 300
    refusal = response.status_code, response.content
    allowed = for_its_meaning(API, *refusal) or STRICTNESS.allows(API, *refusal)
    if not accepted and not allowed:
        raise AssertionError(
            f"a request that keeps the contract was answered {response.status_code}, and not with "
            "a code of what is refused for its meaning"
        )


@schemathesis.check
def refusal_is_told_well(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Check that what is not documented is a refusal, in the API's own envelope.

    Where every status is promised, Schemathesis' own check is stricter.
    """
    if not STRICTNESS.forgiving:
        return
    name, status = _name(case), response.status_code
    is_ours = response.request.method == case.operation.method.upper()
    if is_ours and 200 <= status < 300 and not _is_valid(case, None) and case.meta is not None:
        LET_OFF[f"{name}: it accepted what breaks the schema"] += 1
    if case.operation.responses.find_by_status_code(status) is not None or not is_ours:
        return
    if not STRICTNESS.lets_off(API, status, response.content, documented=False):
        raise AssertionError(
            f"{status} is not documented, and the answer is no refusal in the API's own envelope"
        )
    LET_OFF[f"{name}: it answered {status}, which is not documented"] += 1


@atexit.register
def write_findings() -> None:
    """Leave what was found for the parent process."""
    answers: dict[str, dict[str, dict[str, int]]] = {}
    for (name, mode, kind), count in sorted(ANSWERS.items()):
        answers.setdefault(name, {}).setdefault(mode, {})[kind] = count
    found = {
        "answers": answers,
        "fired": [[*key, count] for key, count in sorted(FIRED.items())],
        "coverage": COUNTERS.findings.dump(),
        "let_off": dict(LET_OFF),
    }
    Path(os.environ["OXLOOP_CONTRACT_FINDINGS"]).write_text(json.dumps(found), "utf-8")


def _is_valid(case: Case[Any], location: ParameterLocation | None) -> bool:
    if case.meta is None:
        return False
    if location is None:
        return case.meta.generation.mode == GenerationMode.POSITIVE
    part = case.meta.components.get(location)
    return part is not None and part.mode == GenerationMode.POSITIVE


def _exchange(response: Response) -> Exchange:
    request = response.request
    body = request.body
    return Exchange(
        str(request.method),
        str(request.path_url),
        {name.lower(): str(value) for name, value in request.headers.items()},
        body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"",
        response.status_code,
        {name.lower(): values[0] for name, values in response.headers.items()},
        response.content,
    )


def _name(case: Case[Any]) -> str:
    return str(case.operation.definition.raw.get("operationId", case.operation.label))


def _required(case: Case[Any]) -> list[str]:
    for media in case.operation.definition.raw.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        if "$ref" in schema:
            schema = case.operation.schema.raw_schema["components"]["schemas"][
                schema["$ref"].rsplit("/", 1)[1]
            ]
        return cast(list[str], schema.get("required", []))
    return []
