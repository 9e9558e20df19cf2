"""Requests derived from a contract, so that nothing of it is left to chance."""
