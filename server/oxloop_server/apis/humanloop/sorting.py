"""What lists are sorted by, as requests say it: ``status.desc``."""

from collections.abc import Sequence
from typing import cast

from oxloop_server.storage.humanloop.sorting import Direction, Sort


def sorts(given: Sequence[str] | None) -> list[Sort]:
    """The columns with their directions, in order.

    Args:
        given: The values of the query's ``sort``, in the form that the contract checks.
    """
    split = [one.rpartition(".") for one in given or ()]
    return [(column, cast(Direction, direction)) for column, _, direction in split]
