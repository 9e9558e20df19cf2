"""Which version of oxloop this is."""

from importlib import metadata


def version() -> str:
    """The package's version; ``0`` where it runs without being installed."""
    try:
        return metadata.version("oxloop")
    except metadata.PackageNotFoundError:
        return "0"
