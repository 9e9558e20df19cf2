"""Sends a request, and tells an answer from a failure.

Nothing else in the facade imports httpx or httpcore, but for ``_aiohttp``, the bridge to aiohttp.
Threads send with ``threads``, tasks with ``tasks``; what both need stands in a module each: the
request, the pools of connections and whom they trust, the answer and its body, the failures.
"""

from typing import Literal

import httpx

Response = httpx.Response
Client = httpx.Client
AsyncClient = httpx.AsyncClient
AsyncClientChoice = httpx.AsyncClient | Literal["aiohttp"] | None
"""A client of a caller's own, or one of this package's over aiohttp or over httpx alone."""
