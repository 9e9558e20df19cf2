"""Oxen's operations, each under the operationId that the contract gives it."""

from oxloop_server.apis.oxen import (
    chat,
    commits,
    data_frames,
    evaluations,
    files,
    models,
    repositories,
)

HANDLERS = {
    **repositories.operation.by_id,
    **files.operation.by_id,
    **commits.operation.by_id,
    **data_frames.operation.by_id,
    **models.operation.by_id,
    **chat.operation.by_id,
    **evaluations.operation.by_id,
}
"""The handler of every operation."""
