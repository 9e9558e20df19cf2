"""How strictly a server is judged: what fails a run, and what is told only.

Our own service is held to all that it promises. Of another server no more can be asked than its
provider has published; what a provider does not say is told, and fails nothing.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from attrs import frozen

Spec = Literal["local", "published"]
"""The two profiles that each spec is bundled in."""


@frozen
class Strictness:
    """How a server is judged: the one place that says what fails a run.

    Attributes:
        spec: The bundled profile that it is held against.
        complete: Whether all of the contract must be met, but for what is waived. What was not
            met is told in any case.
        forgiving: Whether what its provider does not say is let off.
    """

    spec: Spec = "local"
    complete: bool = True
    forgiving: bool = False

    def allows(self, api: str, status: int, content: bytes) -> bool:
        """Say whether a request that keeps the schema may be refused so, whatever the reason.

        Args:
            api: ``oxen``, ``humanloop`` or ``extensions``.
            status: The answer's status.
            content: The answer's body.
        """
        # 401 and 403 too: a provider may bind what a key may do. Never 5xx, never another's body.
        return self.forgiving and 400 <= status < 500 and has_envelope(api, content)

    def lets_off(self, api: str, status: int, content: bytes, *, documented: bool) -> bool:
        """Say whether an answer that a check did not want is told only.

        Args:
            api: ``oxen``, ``humanloop`` or ``extensions``.
            status: The answer's status.
            content: The answer's body.
            documented: Whether the operation has this status: then it is judged in full.
        """
        return not documented and self.allows(api, status, content)

    def weigh(
        self, silent: Sequence[tuple[str, str]], let_off: Mapping[str, int]
    ) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
        """Part what fails a run from what is told only.

        Args:
            silent: Checks and operations that were never made: a server that may refuse much
                may leave much of it.
            let_off: How often something was let off, by what it was.

        Returns:
            The checks and operations that fail the run, and what is told, in sentences.
        """
        told = [f"{what} ({count} times)" for what, count in sorted(let_off.items())]
        if not self.forgiving:
            return silent, told
        return [], told + [f"{name}: {check}: never checked" for check, name in silent]


LOCAL: Final = Strictness()
"""All that our own service promises."""
PUBLISHED: Final = Strictness("published", complete=False, forgiving=True)
"""What the providers have published. Accepted wrong keys and 5xx fail here too, for nothing in it
lets off any other answer than a refusal in the API's own envelope."""


def has_envelope(api: str, content: bytes) -> bool:
    """Say whether a body is an API's own envelope of an error, and says anything.

    Args:
        api: ``oxen``, ``humanloop`` or ``extensions``.
        content: The body.
    """
    try:
        said: Any = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    body = cast(Mapping[str, Any], said)
    return _of_humanloop(body.get("detail")) if api == "humanloop" else _of_oxen(body)


def _of_humanloop(detail: Any) -> bool:
    if isinstance(detail, str):
        return bool(detail)
    entries = cast(Sequence[Any], detail) if isinstance(detail, list) else ()
    return bool(entries) and all(
        isinstance(one, dict) and {"loc", "msg", "type"} <= set(cast(Mapping[str, Any], one))
        for one in entries
    )


def _of_oxen(body: Mapping[str, Any]) -> bool:
    # Of the three envelopes every part is optional, but one that tells nothing is none.
    error = body.get("error")
    parts: Mapping[str, Any] = cast(Any, error) if isinstance(error, dict) else {}
    told = [body.get("status_description"), body.get("status_message")]
    told += [parts.get(name) for name in ("title", "detail", "message", "type")]
    known = all(one is None or isinstance(one, str) for one in told)
    return known and (error is None or isinstance(error, dict)) and any(told)
