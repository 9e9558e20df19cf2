"""Who sends a request: one key serves every API, each in that API's own header."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

from oxloop_server.storage.keys import ApiKey


def digest(key: str) -> bytes:
    """The SHA-256 of a key: what is kept of every key but the folder's own."""
    return hashlib.sha256(key.encode(errors="replace")).digest()


def opened_by(key: str, known: Iterable[ApiKey]) -> ApiKey | None:
    """The key that somebody sent, among those that are known; None if it is none of them.

    Every digest is compared, in constant time, so that an answer's time tells nothing.
    """
    given = digest(key)
    found: ApiKey | None = None
    for one in known:
        if hmac.compare_digest(given, one.digest):
            found = one
    return found


class Keys:
    """The keys that open the service, read again when the database has changed.

    Args:
        own: The folder's own key.
        load: Reads the others.
    """

    def __init__(self, own: ApiKey, load: Callable[[], Sequence[ApiKey]]) -> None:
        self._own = own
        self._load = load
        self._known: Sequence[ApiKey] = ()
        self._version: int | None = None

    def find(self, key: str, version: int) -> ApiKey | None:
        """The key that a request carries, or None if it opens nothing.

        Args:
            key: What the request carries.
            version: Another one after any write of another connection to the database: only others
                make and revoke keys.
        """
        if version != self._version:
            self._known = [self._own, *self._load()]
            self._version = version
        return opened_by(key, self._known)
