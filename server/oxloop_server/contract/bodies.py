"""JSON bodies that are in memory: how much that may be, and whose request goes if it is more.

Only large ones count here, from their first piece until their request is answered.
"""

import asyncio
import logging

from attrs import define

from oxloop_server.limits import size_words
from oxloop_server.problems import Refused

logger = logging.getLogger(__name__)

SMALL = 1 << 16
"""Bytes of a body that costs nothing here, and is never refused."""


@define(eq=False)
class Body:
    """A large body.

    Args:
        task: What its request is answered in.
        since: When it began to come, by the event loop's clock.
        size: Bytes of it that are there.
        is_coming: Whether there are more to come.
        is_refused: Whether there is no room for it.
    """

    task: "asyncio.Task[object]"
    since: float
    size: int = 0
    is_coming: bool = True
    is_refused: bool = False


class Bodies:
    """The large bodies of all requests under way.

    Args:
        most: The most bytes of them together. One by itself is taken whatever its size.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bodies: set[Body] = set()
        self._bytes = 0

    def begin(self) -> Body:
        """The body of the present task's request is large; it counts until that task ends."""
        task = asyncio.current_task()
        assert task is not None
        body = Body(task, asyncio.get_running_loop().time())
        self._bodies.add(body)
        task.add_done_callback(lambda _: self._drop(body))
        return body

    def grow(self, body: Body, size: int) -> None:
        """More of a body is there.

        If that is too much for all of them, the slowest of those that are still coming go: to
        refuse new ones instead would let a few clients that send a little now and then keep out
        everyone.

        Args:
            body: The body.
            size: Bytes of it that are there now.

        Raises:
            Refused: If no other one can go.
        """
        self._bytes += size - body.size
        body.size = size
        while self._bytes > self._most and len(self._bodies) > 1:
            coming = [one for one in self._bodies if one.is_coming and one is not body]
            if not coming:
                self._drop(body)
                raise busy()
            self._refuse(min(coming, key=self._pace))

    def _refuse(self, body: Body) -> None:
        logger.warning(
            "a request was refused, for its body came the slowest of %d that had more than %s "
            "(the limit json_bodies)",
            len(self._bodies),
            size_words(self._most),
        )
        self._drop(body)
        body.is_refused = True
        body.task.cancel()

    def _pace(self, body: Body) -> float:
        return body.size / (asyncio.get_running_loop().time() - body.since + 0.001)

    def _drop(self, body: Body) -> None:
        if body in self._bodies:
            self._bodies.remove(body)
            self._bytes -= body.size


def busy() -> Refused:
    """What a request is told whose body has no room."""
    return Refused(
        "busy", "The service has too many large requests under way: send this one again later."
    )
