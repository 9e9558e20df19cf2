"""Which names a target column may have."""

from oxloop.rules.errors import RuleError
from oxloop.rules.names import check_text

RESERVED_PREFIX = "_oxen_"
"""Columns that begin so belong to Oxen itself (its guides show ``_oxen_id`` and others)."""


def is_reserved(name: str) -> bool:
    """Tell whether a column name belongs to Oxen and can never be a target."""
    return name.startswith(RESERVED_PREFIX)


def check_target_column(name: str) -> None:
    """Refuse a name that an evaluation cannot write its answers to.

    Args:
        name: The target column's name.

    Raises:
        RuleError: If the name is empty, unprintable or reserved.
    """
    check_text("The target column", name)
    if is_reserved(name):
        raise RuleError(
            f'The target column "{name}" is reserved: names that begin with "{RESERVED_PREFIX}" '
            "belong to Oxen. Choose another name."
        )
