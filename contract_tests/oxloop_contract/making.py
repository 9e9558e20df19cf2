"""Makes an object that a request needs for itself."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from oxloop_contract.derive import UNIQUE, Fresh
from oxloop_contract.verify import CannotRun


def make(http: httpx.Client, key: str, wanted: Fresh, count: Callable[[], int]) -> str:
    """Make an object and return what names it.

    Args:
        http: A client of the server under test.
        key: A key that may write.
        wanted: The object.
        count: Counts, for what must be new each time.

    Raises:
        CannotRun: The server would not make it.
    """
    body = json.dumps(wanted.body).replace(UNIQUE, str(count()))
    headers = {
        "X-API-KEY": key,
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
    }
    response = http.post(wanted.url, content=body, headers=headers)
    if not response.is_success:
        raise CannotRun(f"POST {wanted.url} was refused: {response.text[:300]}")
    found: Any = response.json()
    for step in wanted.found:
        found = found[step]
    return str(found)
