"""What an examination finds."""

from typing import Literal

from attrs import frozen

Level = Literal["ok", "note", "wrong"]


@frozen
class Finding:
    """One thing that was looked at.

    Args:
        area: What it is about; findings of one area stand together.
        level: ``ok``; ``note``: worth knowing; ``wrong``: to be mended.
        text: What was found, and what to do where something is to be done.
    """

    area: str
    level: Level
    text: str


def about(size: int) -> str:
    """A number of bytes, roughly: ``1.5 GiB``."""
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.1f} MiB"
