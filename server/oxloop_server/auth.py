"""Who sends a request: one key serves every API, each in that API's own header."""

import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

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
    """The keys that open the service, read again when they have changed.

    Args:
        own: The folder's own key.
        stamp: The file that is written anew whenever the others change.
        load: Reads the others.
    """

    def __init__(
        self, own: ApiKey, stamp: Path, load: Callable[[], Awaitable[Sequence[ApiKey]]]
    ) -> None:
        self._own = own
        self._stamp = stamp
        self._load = load
        self._known: Sequence[ApiKey] | None = None
        self._seen: tuple[int, int] | None = None

    async def find(self, key: str) -> ApiKey | None:
        """The key that a request carries, or None if it opens nothing."""
        seen = self._look()
        if self._known is None or seen != self._seen:
            # What changes while they are read is seen at the next request.
            self._known = [self._own, *await self._load()]
            self._seen = seen
        return opened_by(key, self._known)

    def _look(self) -> tuple[int, int] | None:
        try:
            stat = os.stat(self._stamp)  # noqa: PTH116 - at each request, and at half the cost
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_ino
