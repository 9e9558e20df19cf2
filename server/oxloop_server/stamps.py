"""New ids and the time, the two things that no rule can tell; or, for tests, all but these.

With a seed (``oxloop serve --deterministic SEED``) both follow from the seed and from the requests
so far: a clock that stands still between two requests that write, and ids that are digests.
"""

import hashlib
import secrets
import string
import time
import uuid
from contextvars import ContextVar
from functools import lru_cache
from threading import Lock

from attrs import define, field

_ALPHABET = string.ascii_letters + string.digits
# A byte becomes a letter; those that are left over would make some letters likelier than others.
_LETTERS = (_ALPHABET * 5)[:256].encode()
_LEFT_OUT = bytes(range(256 - 256 % len(_ALPHABET), 256))
_SORTED = "".join(sorted(_ALPHABET))
_EPOCH = 1_767_225_600
"""The first second of 2026, where a seed's time begins."""

_SECOND = 10**9
"""In nanoseconds, as moments are counted here."""


@define(eq=False)
class _Moment:
    """What happens because of one request.

    Args:
        number: How many requests that write there were before it.
        drawn: How many ids of each kind it has drawn.
    """

    number: int = 0
    drawn: dict[str, int] = field(factory=dict[str, int])


class _Seeded:
    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._lock = Lock()
        self._requests = 0
        # What a request starts in the background belongs to it: contexts are inherited.
        self._moment: ContextVar[_Moment] = ContextVar("moment")
        self._start = _Moment()

    def begin(self) -> None:
        self._requests += 1
        self._moment.set(_Moment(self._requests))

    def time(self) -> int:
        return (_EPOCH + self._now().number) * _SECOND

    def draw(self, kind: str, of: str) -> bytes:
        text = "\0".join((self._seed, kind, of or self._next(kind)))
        return hashlib.sha256(text.encode()).digest()

    def _next(self, kind: str) -> str:
        moment = self._now()
        with self._lock:
            count = moment.drawn[kind] = moment.drawn.get(kind, 0) + 1
        return f"{moment.number} {count}"

    def _now(self) -> _Moment:
        return self._moment.get(self._start)


_seeded: _Seeded | None = None


def seed(text: str | None) -> None:
    """Have ids and times follow from a seed from now on; with None, from chance and the clock."""
    global _seeded
    _seeded = None if text is None else _Seeded(text)


def is_seeded() -> bool:
    """Whether everything must come in the same order each time."""
    return _seeded is not None


def begin_write() -> None:
    """A request that writes begins: with a seed, time goes on."""
    if _seeded is not None:
        _seeded.begin()


def now() -> str:
    """The present moment in UTC as RFC 3339 text; its microseconds make text order time order."""
    return _text(_time())


def ago(seconds: float) -> str:
    """The moment that was so many seconds before now, in the same form."""
    return _text(_time() - round(seconds * _SECOND))


def after(moment: str) -> str:
    """The present moment, for what follows from something that was made at a moment.

    With a seed it is that very moment: when the work in the background gets round to it is a matter
    of chance.
    """
    return now() if _seeded is None else moment


def seconds() -> int:
    """The present moment in seconds since 1970."""
    return _time() // _SECOND


def stopwatch() -> float:
    """Seconds from any moment on, to tell how long something took: no time, with a seed."""
    return 0.0 if _seeded is not None else time.perf_counter()


def new_uuid(of: str = "") -> str:
    """A new id for anything that has a uuid: repositories, evaluations.

    Args:
        of: What it is the id of, where its order among others is a matter of chance.
    """
    if _seeded is not None:
        return str(uuid.UUID(bytes=_seeded.draw("uuid", of)[:16], version=4))
    return str(uuid.uuid4())


def new_request_id(of: str) -> str:
    """A new id for a request: 32 hexadecimal digits.

    Args:
        of: What it calls; requests come in any order.
    """
    if _seeded is not None:
        return _seeded.draw("request", of)[:16].hex()
    return secrets.token_hex(16)


def new_commit_id() -> str:
    """A new commit id: 32 hexadecimal digits, as Oxen's are."""
    if _seeded is not None:
        return _seeded.draw("commit", "")[:16].hex()
    return secrets.token_hex(16)


def new_id(prefix: str, of: str = "") -> str:
    """A new id as Humanloop's are: a prefix that tells the kind, and 21 letters and digits.

    Text order is about the order in which they were made, so that what is new stands together in
    the database's indexes; 14 of the 21 are by chance.

    Args:
        prefix: ``pr_``, ``config_``, ``ev_`` …
        of: What it is the id of, where its order among others is a matter of chance.
    """
    if _seeded is not None:
        drawn = _seeded.draw(prefix, of)[:21]
        return prefix + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in drawn)
    letters = b""
    while len(letters) < 14:
        letters = secrets.token_bytes(24).translate(_LETTERS, _LEFT_OUT)
    return f"{prefix}{_in_order(time.time_ns() >> 24)}{letters[:14].decode()}"


@lru_cache(maxsize=2)
def _in_order(moment: int) -> str:
    # Some hundredths of a second share these letters.
    letters = ""
    for _ in range(7):
        moment, place = divmod(moment, len(_SORTED))
        letters = _SORTED[place] + letters
    return letters


def _text(moment: int) -> str:
    second, rest = divmod(moment, _SECOND)
    return f"{_to_the_second(second)}.{rest // 1000:06d}Z"


@lru_cache(maxsize=2)
def _to_the_second(second: int) -> str:
    # A busy second has thousands of moments.
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _time() -> int:
    return time.time_ns() if _seeded is None else _seeded.time()
