"""The client of Oxen.ai's API, and of the local service that answers the same."""
