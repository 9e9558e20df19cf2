"""Measurements of this project; nothing of this is in the package."""
