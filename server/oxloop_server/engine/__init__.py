"""The engine: it runs what the APIs accepted, row by row, and survives being killed."""

from oxloop_server.engine.engine import Engine

__all__ = ["Engine"]
