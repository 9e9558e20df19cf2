"""The engine: it runs what the APIs accepted, row by row, and survives being killed."""
