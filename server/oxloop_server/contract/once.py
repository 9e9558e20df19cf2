"""Requests that take effect once, however often they come: by their ``Idempotency-Key``."""

import asyncio
import hashlib
import hmac
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from oxloop_server import compact_json
from oxloop_server.contract.calls import Answer, FileAnswer, Keep
from oxloop_server.contract.operations import JSON, Operation
from oxloop_server.problems import Refused
from oxloop_server.storage import idempotency
from oxloop_server.storage.database import Database
from oxloop_server.storage.idempotency import KeyedRequest
from oxloop_server.storage.tenants import Tenant

HEADER = "idempotency-key"
LONGEST_KEY = 255

_METHODS = ("POST", "PATCH")
# What may pass by itself: the same request can be answered otherwise a moment later.
_PASSING = (408, 409, 425, 429)

logger = logging.getLogger(__name__)


def takes_key(operation: Operation) -> bool:
    """Whether an operation heeds an idempotency key.

    Those of GET, PUT and DELETE leave what doing them once leaves; so does an upload, for the
    bytes that are there already are not committed again.
    """
    has_digest = JSON in operation.body or not operation.body
    return operation.method in _METHODS and bool(operation.schemes) and has_digest


def keyed(
    operation: Operation, sender: Tenant, key: str, secret: str, target: bytes, body: bytes
) -> KeyedRequest:
    """Tell a request by its key.

    Args:
        operation: What it calls.
        sender: Whose it is.
        key: What its header says.
        secret: A secret of the service. A body may hold a provider's key, of which not even a
            digest is kept that somebody could try keys against.
        target: Its path and query.
        body: Its body.

    Raises:
        Refused: If the key is empty or too long.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Refused("malformed", f"The Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    digest = hmac.digest(secret.encode(), target + b"\n" + body, hashlib.sha256)
    return KeyedRequest(sender.id, f"{operation.api} {operation.id}", key, digest)


class Once:
    """Answers a request with a key once, and gives the same answer when it comes again.

    Args:
        db: Where the answers are kept.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        # Requests with the same key wait for each other; a lock is there while somebody needs it.
        self._turns: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    async def answer(
        self,
        request: KeyedRequest,
        is_repeatable: bool,
        handle: Callable[[Keep], Awaitable[Answer | FileAnswer]],
    ) -> Answer | FileAnswer:
        """Answer a request, by handling it unless its key has an answer.

        Args:
            request: The request.
            is_repeatable: Whether its operation, done again, leaves what doing it once leaves.
            handle: Handles it; is given what keeps the answer in the transaction of a write.

        Raises:
            Refused: If the key came with another request.
        """
        place = (request.tenant_id, request.operation, request.key)
        turn = self._turns.setdefault(place, asyncio.Lock())
        async with turn:
            kept = self._db.read_small(lambda conn: idempotency.find(conn, request))
            if kept is None:
                return await self._first(request, is_repeatable, handle)
        if kept.digest != request.digest:
            raise Refused(
                "conflict",
                "This Idempotency-Key came with another request in the last 24 hours: send a new "
                "key with a new request.",
            )
        return Answer(json.loads(kept.body), kept.status)

    async def _first(
        self,
        request: KeyedRequest,
        is_repeatable: bool,
        handle: Callable[[Keep], Awaitable[Answer | FileAnswer]],
    ) -> Answer | FileAnswer:
        kept: list[Answer] = []

        def keep(conn: sqlite3.Connection, answer: Answer) -> Answer:
            idempotency.keep(conn, request, answer.status, compact_json.to_text(answer.body))
            kept.append(answer)
            return answer

        answer = await handle(keep)
        if isinstance(answer, Answer) and _is_kept(answer.status) and answer not in kept:
            if answer.status < 300 and not is_repeatable:
                logger.error(
                    "contract violation: %s did not keep its answer with what it wrote",
                    request.operation,
                )
            await self._keep_late(lambda conn: keep(conn, answer))
        return answer

    async def _keep_late(self, keep: Callable[[sqlite3.Connection], Answer]) -> None:
        """Keep a refusal, or the answer of what may be done again: no object depends on it."""
        try:
            await self._db.write(keep)
        except Exception:
            # The answer is right all the same; if it is lost, the next request makes a new one.
            logger.exception("an answer could not be kept under its idempotency key")


def _is_kept(status: int) -> bool:
    return 200 <= status < 300 or (400 <= status < 500 and status not in _PASSING)
