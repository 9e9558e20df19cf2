"""How each API tells an error: the one place where the APIs differ in that."""

from collections.abc import Callable, Mapping, Sequence

from attrs import Factory, frozen
from attrs import field as attr_field

from oxloop_server.problems import Detail, ProblemCode, Refused, brief

JsonObject = dict[str, object]


@frozen
class Problem:
    """A request that gets an error for an answer.

    Args:
        code: What kind of error.
        message: What was wrong, where, and what to do.
        field: The part of the request at fault, if there is one.
        headers: Headers that this kind of answer needs.
        details: Everything that is wrong, one by one, where that is known.
    """

    code: ProblemCode
    message: str = attr_field(converter=brief)
    field: str | None = None
    headers: Mapping[str, str] = Factory(dict[str, str])
    details: tuple[Detail, ...] = ()

    @classmethod
    def of(cls, refused: Refused) -> "Problem":
        """What a part of the service refused."""
        return cls(refused.code, refused.message, refused.field, details=refused.details)

    @property
    def detail(self) -> str:
        """The message, led by the field unless the message names it already."""
        if self.field is None or self.field in self.message:
            return self.message
        return f"{self.field}: {self.message}"


@frozen
class Api:
    """What differs between the APIs that the service answers.

    Args:
        name: The API's name, which is its spec's.
        prefix: What every path of it begins with.
        statuses: The HTTP status of each kind of error.
        envelope: An error's JSON body.
        parts: Those of its paths that tell an error otherwise.
    """

    name: str
    prefix: str
    statuses: Mapping[ProblemCode, int]
    envelope: Callable[[Problem], JsonObject]
    parts: "tuple[Api, ...]" = ()

    def at(self, path: str) -> "Api":
        """The part that a path of this API belongs to, or else the API itself."""
        return next((part for part in self.parts if part.has(path)), self)

    def has(self, path: str) -> bool:
        """Whether a path is one of this API's."""
        return path == self.prefix or path.startswith(self.prefix + "/")


# Where Oxen's documentation shows a word for the kind of error it is used; the others follow it.
_OXEN_WORDS: dict[ProblemCode, tuple[str, str]] = {
    "breaks_schema": ("invalid_params", "Invalid request"),
    "invalid_params": ("invalid_params", "Invalid request"),
    "malformed": ("bad_request", "Invalid request"),
    "wrong_media_type": ("bad_request", "Invalid request"),
    "unsupported": ("invalid_params", "Not supported"),
    "unauthenticated": ("unauthenticated", "Not authenticated"),
    "forbidden": ("forbidden", "Not allowed"),
    "not_found": ("resource_not_found", "Not found"),
    "no_route": ("resource_not_found", "Not found"),
    "wrong_method": ("method_not_allowed", "Method not allowed"),
    "conflict": ("conflict", "Conflict"),
    "wrong_state": ("conflict", "Conflict"),
    "too_large": ("too_large", "Too large"),
    "too_much": ("too_large", "Too large"),
    "model_failed": ("unknown_error", "The model failed"),
    "head_too_large": ("too_large", "Too large"),
    "too_slow": ("too_slow", "Too slow"),
    "busy": ("busy", "Busy"),
    "unwritable": ("busy", "The disk takes nothing"),
    "internal": ("unknown_error", "The service failed"),
}

_OXEN_STATUSES: dict[ProblemCode, int] = {
    "breaks_schema": 400,
    "invalid_params": 400,
    "malformed": 400,
    "wrong_media_type": 400,
    "unsupported": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "no_route": 404,
    "wrong_method": 405,
    "conflict": 409,
    "wrong_state": 409,
    "too_large": 413,
    "too_much": 400,
    "model_failed": 502,
    "head_too_large": 431,
    "too_slow": 408,
    "busy": 503,
    "unwritable": 503,
    "internal": 500,
}

# Of Humanloop's own codes only 422 and its list are in its OpenAPI description; the others are
# those of its page "Errors", with the body that its framework gives them.
_HUMANLOOP_STATUSES: dict[ProblemCode, int] = {
    **_OXEN_STATUSES,
    "breaks_schema": 422,
    "invalid_params": 422,
    "unsupported": 422,
    "too_much": 422,
    "wrong_state": 400,
}
_HUMANLOOP_KINDS = {
    "required": "value_error.missing",
    "missing": "value_error.missing",
    "type": "type_error",
    "enum": "type_error.enum",
}


def _oxen_envelope(problem: Problem) -> JsonObject:
    word, title = _OXEN_WORDS[problem.code]
    return {
        # The code is the service's own: it tells what breaks the schema from what cannot be done.
        "error": {"type": word, "title": title, "detail": problem.detail, "code": problem.code},
        "status": "error",
        "status_message": word,
    }


def _inference_envelope(problem: Problem) -> JsonObject:
    return {"error": {"message": problem.detail, "code": problem.code}}


def _humanloop_envelope(problem: Problem) -> JsonObject:
    if _HUMANLOOP_STATUSES[problem.code] != 422:
        return {"detail": problem.detail}
    at = ("body",) if problem.field is None else ("body", problem.field)
    details = problem.details or (Detail(at, problem.message, "value"),)
    return {
        "detail": [
            {"loc": list(one.place), "msg": one.message, "type": _humanloop_type(problem, one)}
            for one in details
        ]
    }


def _humanloop_type(problem: Problem, detail: Detail) -> str:
    # As its framework has it: a validator's own refusal names no keyword of the schema.
    if problem.code != "breaks_schema":
        return "value_error"
    return _HUMANLOOP_KINDS.get(detail.kind, f"value_error.{detail.kind}")


_OXEN_CHAT = Api("oxen", "/api/ai/chat", _OXEN_STATUSES, _inference_envelope)
OXEN = Api("oxen", "/api", _OXEN_STATUSES, _oxen_envelope, (_OXEN_CHAT,))
HUMANLOOP = Api("humanloop", "/v4", _HUMANLOOP_STATUSES, _humanloop_envelope)
EXTENSIONS = Api("extensions", "/x/v1", _OXEN_STATUSES, _oxen_envelope)

APIS = (OXEN, HUMANLOOP, EXTENSIONS)
"""All of them; the first one also answers what has no route anywhere."""


def api_of_path(path: str, apis: Sequence[Api]) -> Api:
    """The API whose envelope a path without a route is answered in; the first one by default."""
    for api in apis:
        if api.has(path):
            return api.at(path)
    return apis[0]
