"""New ids and the time, the two things that no rule can tell."""

import secrets
import string
import uuid
from datetime import UTC, datetime, timedelta

_ALPHABET = string.ascii_letters + string.digits
_RANDOM = secrets.SystemRandom()


def now() -> str:
    """The present moment in UTC as RFC 3339 text; its microseconds make text order time order."""
    return ago(0)


def ago(seconds: float) -> str:
    """The moment that was so many seconds before now, in the same form."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds() -> int:
    """The present moment in seconds since 1970."""
    return int(datetime.now(UTC).timestamp())


def new_uuid() -> str:
    """A new id for anything that has a uuid: repositories, evaluations."""
    return str(uuid.uuid4())


def new_commit_id() -> str:
    """A new commit id: 32 hexadecimal digits, as Oxen's are."""
    return secrets.token_hex(16)


def new_id(prefix: str) -> str:
    """A new id as Humanloop's are: a prefix that tells the kind, and 21 letters and digits.

    Args:
        prefix: ``pr_``, ``config_``, ``ev_`` …
    """
    return prefix + "".join(_RANDOM.choices(_ALPHABET, k=21))
