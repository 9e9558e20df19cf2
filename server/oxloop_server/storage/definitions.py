"""What requests look up again and again and what seldom changes: it is held until it does."""

TABLES = (
    "hl_projects",
    "hl_configs",
    "hl_evaluators",
    "hl_evaluator_versions",
    "hl_datasets",
    "hl_dataset_versions",
)
"""The tables that define what runs are made of; a change in one of them ends what is held."""

MOST_BYTES = 1 << 20
"""Bytes of all that is held, as JSON; in memory it takes several times as much."""

LARGEST = 1 << 16
"""Bytes of the largest thing that is held, with what it takes beside its JSON."""
