"""How a local service proves that it holds the folder key, before anyone sends it a key."""

import hashlib
import hmac
import json
import secrets


def new_nonce() -> str:
    """Return a fresh nonce: 32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def answer(key: str, nonce: str, instance: str, port: int) -> str:
    """Return the proof: hexadecimal HMAC-SHA256 by the folder key.

    The instance and the port are part of it, so that another program cannot pass a service's
    answer off as its own.

    Args:
        key: The folder key.
        nonce: The asker's nonce.
        instance: The service's instance id.
        port: The TCP port that the service listens on.
    """
    # A JSON list, and not the bare values in a row: no two lists of values look the same.
    message = json.dumps(["oxloop-proof-1", nonce, instance, port])
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def matches(given: str, expected: str) -> bool:
    """Compare two proofs in constant time."""
    # What a stranger gave may be text that cannot be encoded.
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
