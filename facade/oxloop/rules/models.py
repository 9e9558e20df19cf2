"""Model names of the local service, and the ids that Oxen's API asks for instead of names."""

import re
import uuid
from typing import Final

from oxloop.rules.errors import RuleError
from oxloop.rules.names import check_text

NAMESPACE: Final = uuid.UUID("eb95e005-3f60-4370-8cab-1cfc5ffda105")
"""Never changes: the ids of every local model hang on it."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def model_id(name: str) -> uuid.UUID:
    """Return the id of a local model: the version 5 UUID of its name.

    Args:
        name: The model's name, exactly as it was registered.
    """
    return uuid.uuid5(NAMESPACE, name)


def parse_model_id(text: str) -> uuid.UUID | None:
    """Read a model id in its usual form; None if the text is a name.

    Args:
        text: What a caller gave as the model: a name or an id.
    """
    return uuid.UUID(text) if _UUID.fullmatch(text) else None


def check_model_name(name: str) -> None:
    """Refuse a name under which a model could not be registered or asked for.

    Raises:
        RuleError: If the name is empty, has blanks round it, is unprintable, or looks like an id.
    """
    check_text("The model name", name)
    if name != name.strip():
        raise RuleError(f'The model name "{name}" has blanks round it; leave them out.')
    if parse_model_id(name):
        raise RuleError(
            f'The model name "{name}" looks like a model id, so nobody could ask for it by name; '
            "choose another name."
        )
