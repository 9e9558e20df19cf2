"""Our own operations, under /x/v1/, each under the operationId that the contract gives it."""

from oxloop_server.apis.extensions import humanloop, meta, oxen

HANDLERS = {
    **meta.operation.by_id,
    **oxen.operation.by_id,
    **humanloop.operation.by_id,
}
"""The handler of every operation."""
