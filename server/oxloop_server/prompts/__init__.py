"""Prompts of Humanloop configs: their templates filled from a datapoint's inputs."""
