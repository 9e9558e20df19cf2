"""What threads do for tasks, and tasks for threads."""

import inspect
from collections.abc import Awaitable, Callable
from queue import SimpleQueue
from typing import Any, Final

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.from_thread import start_blocking_portal
from attrs import frozen

from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._http.threads import SyncHttp
from oxloop._steps import Answer, Failure, Send, T

_END: Final = object()


@frozen
class ThreadedHttp:
    """Sends requests of tasks over the connections of a client for threads.

    That client's own settings hold so: its proxies, its certificates, its transport.

    Args:
        http: The client's.
        limiter: How many threads it may take at a time.
    """

    http: SyncHttp
    limiter: CapacityLimiter

    async def send(self, step: Send) -> Answer | Failure:
        """Send one request and read its answer, within the step's limits."""
        return await anyio.to_thread.run_sync(self.http.send, step, limiter=self.limiter)


async def called(function: Callable[..., Any], *arguments: Any, limiter: CapacityLimiter) -> Any:
    """Call a function of the caller's: a plain one in a thread, any other in this task.

    Args:
        function: The function; a plain one may return something to await.
        arguments: What it is called with.
        limiter: How many plain functions may be under way at a time.
    """
    if is_async(function):
        return await function(*arguments)
    answer = await anyio.to_thread.run_sync(function, *arguments, limiter=limiter)
    return await answer if inspect.isawaitable(answer) else answer


def is_async(function: Callable[..., Any]) -> bool:
    """Whether a function, or an object that is called like one, is written with ``async``."""
    call = getattr(function, "__call__", None)  # noqa: B004 - of an object, its method
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def in_thread(
    work: Callable[[Callable[[Any], object]], Awaitable[T]], tell: Callable[[Any], object]
) -> T:
    """Do asynchronous work in an event loop of its own, which runs in a thread.

    So it can be called wherever there is an event loop already, as in a notebook. If it is
    interrupted, or ``tell`` raises, the work is cancelled and waited for.

    Args:
        work: The work; what it is given takes its news.
        tell: Called with each of the news, in the calling thread.
    """
    news: SimpleQueue[Any] = SimpleQueue()
    with start_blocking_portal(name="oxloop") as portal:
        future = portal.start_task_soon(work, news.put)
        future.add_done_callback(lambda _: news.put(_END))
        while (item := news.get()) is not _END:
            tell(item)
    return future.result()


def threaded(driver: SyncDriver, tasks: int) -> AsyncDriver:
    """Return a driver for tasks that sends over the connections of a client for threads.

    Args:
        driver: The client's driver.
        tasks: How many tasks send at a time, beside the one that leads them.
    """
    return AsyncDriver(ThreadedHttp(driver.http, CapacityLimiter(tasks + 1)), driver.time)
