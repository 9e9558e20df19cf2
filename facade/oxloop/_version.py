"""The version; ``pyproject.toml`` reads it here, as looking it up in the installation is slow."""

__version__ = "0.1.0"
