"""How each API tells an error: the one place where the APIs differ in that."""

from collections.abc import Callable, Mapping, Sequence

from attrs import Factory, frozen

from oxloop_server.problems import ProblemCode, Refused

JsonObject = dict[str, object]


@frozen
class Problem:
    """A request that gets an error for an answer.

    Args:
        code: What kind of error.
        message: What was wrong, where, and what to do.
        field: The part of the request at fault, if there is one.
        headers: Headers that this kind of answer needs.
    """

    code: ProblemCode
    message: str
    field: str | None = None
    headers: Mapping[str, str] = Factory(dict[str, str])

    @classmethod
    def of(cls, refused: Refused) -> "Problem":
        """What a part of the service refused."""
        return cls(refused.code, refused.message, refused.field)

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
    """

    name: str
    prefix: str
    statuses: Mapping[ProblemCode, int]
    envelope: Callable[[Problem], JsonObject]


# Where Oxen's documentation shows a word for the kind of error it is used; the others follow it.
_OXEN_WORDS: dict[ProblemCode, tuple[str, str]] = {
    "invalid_params": ("invalid_params", "Invalid request"),
    "malformed": ("bad_request", "Invalid request"),
    "wrong_media_type": ("bad_request", "Invalid request"),
    "unsupported": ("invalid_params", "Not supported"),
    "unauthenticated": ("unauthenticated", "Not authenticated"),
    "not_found": ("resource_not_found", "Not found"),
    "no_route": ("resource_not_found", "Not found"),
    "wrong_method": ("method_not_allowed", "Method not allowed"),
    "conflict": ("conflict", "Conflict"),
    "too_large": ("too_large", "Too large"),
    "internal": ("unknown_error", "The service failed"),
}

_OXEN_STATUSES: dict[ProblemCode, int] = {
    "invalid_params": 400,
    "malformed": 400,
    "wrong_media_type": 400,
    "unsupported": 400,
    "unauthenticated": 401,
    "not_found": 404,
    "no_route": 404,
    "wrong_method": 405,
    "conflict": 409,
    "too_large": 413,
    "internal": 500,
}


def _oxen_envelope(problem: Problem) -> JsonObject:
    word, title = _OXEN_WORDS[problem.code]
    return {
        "error": {"type": word, "title": title, "detail": problem.detail},
        "status": "error",
        "status_message": word,
    }


OXEN = Api("oxen", "/api", _OXEN_STATUSES, _oxen_envelope)
EXTENSIONS = Api("extensions", "/x/v1", _OXEN_STATUSES, _oxen_envelope)


def api_of_path(path: str, apis: Sequence[Api]) -> Api:
    """The API whose envelope a path without a route is answered in; the first one by default."""
    for api in apis:
        if path == api.prefix or path.startswith(api.prefix + "/"):
            return api
    return apis[0]
