"""Evaluators: who judges the logs of a Humanloop evaluation, and how."""
