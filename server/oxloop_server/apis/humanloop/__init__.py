"""Humanloop's operations, each under the operationId that the contract gives it."""

from oxloop_server.apis.humanloop import (
    configs,
    datapoints,
    datasets,
    evaluations,
    evaluators,
    judging,
    logs,
    projects,
)

HANDLERS = {
    **projects.operation.by_id,
    **configs.operation.by_id,
    **evaluators.operation.by_id,
    **datasets.operation.by_id,
    **datapoints.operation.by_id,
    **logs.operation.by_id,
    **evaluations.operation.by_id,
    **judging.operation.by_id,
}
"""The handler of every operation."""
