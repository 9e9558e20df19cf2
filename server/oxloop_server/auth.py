"""Who sends a request: the one key serves every API, each in that API's own header."""

import hashlib
import hmac
from collections.abc import Sequence

from attrs import field, frozen

from oxloop_server.storage.tenants import Tenant


def digest(key: str) -> bytes:
    """The SHA-256 of a key: what is kept of every key but the folder's own."""
    return hashlib.sha256(key.encode(errors="replace")).digest()


@frozen
class Keys:
    """The keys that open the service, as digests.

    Args:
        digests: Each key's digest with the tenant that it stands for.
    """

    digests: Sequence[tuple[bytes, Tenant]] = field(repr=False)

    def tenant(self, key: str) -> Tenant | None:
        """The tenant of a key, or None if it opens nothing.

        Every digest is compared, in constant time, so that an answer's time tells nothing.
        """
        given = digest(key)
        found: Tenant | None = None
        for known, tenant in self.digests:
            if hmac.compare_digest(given, known):
                found = tenant
        return found
