"""The client of Humanloop's API, version 4, which the local service answers."""
