"""What callers give, checked before anything is sent."""

from collections.abc import Generator
from contextlib import contextmanager

from oxloop.errors import ConfigurationError
from oxloop.rules.errors import RuleError


@contextmanager
def by_the_rules() -> Generator[None, None, None]:
    """Turn the refusal of a rule into this package's error."""
    try:
        yield
    except RuleError as error:
        raise ConfigurationError(str(error)) from None
