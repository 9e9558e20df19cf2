"""Places for work that strangers may make long, given out tenant by tenant."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """A few places, of which a tenant has only so many: whoever floods them waits for itself.

    Who asks waits behind what its own tenant asked before, and then behind no more turns of each
    other tenant than that one may have.

    Args:
        places: How many turns there may be at once.
        each: How many a tenant may have of them.
    """

    def __init__(self, places: int, each: int = 1) -> None:
        self._each = each
        # Both let in whoever waits longest. A tenant is in line for as many places as it may have.
        self._count = places
        self._places = asyncio.Semaphore(places)
        self._of_tenants = WeakValueDictionary[str, asyncio.Semaphore]()

    @asynccontextmanager
    async def turn(self, tenant_id: str) -> AsyncGenerator[None]:
        """Wait for a place, and have it for as long as the block takes.

        Args:
            tenant_id: Whose work it is.
        """
        of_tenant = self._of_tenants.setdefault(tenant_id, asyncio.Semaphore(self._each))
        async with of_tenant, self._places:
            yield

    async def over(self) -> None:
        """Return once every turn that somebody has now is over."""
        for _ in range(self._count):
            await self._places.acquire()
        for _ in range(self._count):
            self._places.release()
