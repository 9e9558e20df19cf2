"""Places for work that strangers may make long, given out tenant by tenant."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """A few places, of which a tenant has one at a time: whoever floods them waits for itself.

    Who asks waits behind what its own tenant asked before, and then behind one turn at most of each
    other tenant.

    Args:
        places: How many tenants may have a turn at once.
    """

    def __init__(self, places: int) -> None:
        # Both let in whoever waits longest. A tenant is never more than once in line for a place.
        self._count = places
        self._places = asyncio.Semaphore(places)
        self._of_tenants = WeakValueDictionary[str, asyncio.Lock]()

    @asynccontextmanager
    async def turn(self, tenant_id: str) -> AsyncGenerator[None]:
        """Wait for a place, and have it for as long as the block takes.

        Args:
            tenant_id: Whose work it is.
        """
        one_at_a_time = self._of_tenants.setdefault(tenant_id, asyncio.Lock())
        async with one_at_a_time, self._places:
            yield

    async def over(self) -> None:
        """Return once every turn that somebody has now is over."""
        for _ in range(self._count):
            await self._places.acquire()
        for _ in range(self._count):
            self._places.release()
