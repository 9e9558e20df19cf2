"""What an editor, or ``dir()``, shows of an object."""

from collections.abc import Iterable


class PublicDir:
    """Shows its public names only."""

    __slots__ = ()

    def __dir__(self) -> Iterable[str]:
        return [name for name in super().__dir__() if not name.startswith("_")]
