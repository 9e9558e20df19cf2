"""What every name that travels in a path, a table or a log line must be."""

import unicodedata

from oxloop.rules.errors import RuleError

# Control characters break log lines and file formats; lone surrogates cannot be encoded at all.
_UNPRINTABLE = frozenset({"Cc", "Cs"})


def check_text(what: str, value: str) -> None:
    """Refuse a name that is empty, blank, or holds control characters or broken Unicode.

    Args:
        what: What the value is, as the sentence begins: ``"The target column"``.
        value: The name.

    Raises:
        RuleError: If the name cannot be used.
    """
    if not value.strip():
        raise RuleError(f"{what} is empty; give it a name.")
    if not value.isprintable() and any(
        unicodedata.category(character) in _UNPRINTABLE for character in value
    ):
        raise RuleError(
            f"{what} {value!r} holds a control character or broken Unicode; "
            "use printable characters only."
        )
