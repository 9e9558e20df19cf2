"""Repositories, files and models as callers name them; checked before anything is sent."""

from collections.abc import Mapping

from attrs import field, frozen

from oxloop._checks import by_the_rules
from oxloop.errors import ConfigurationError
from oxloop.rules.paths import check_segments, split_resource


def repository(name: str) -> tuple[str, str]:
    """Split ``"ox/support"`` into namespace and name.

    Raises:
        ConfigurationError: If it is not two plain names.
    """
    namespace, slash, repo_name = name.partition("/")
    if not slash:
        raise ConfigurationError(
            f'The repository "{name}" has no namespace: write it like "ox/support".'
        )
    with by_the_rules():
        check_segments("namespace", namespace, multi=False)
        check_segments("repo_name", repo_name, multi=False)
    return namespace, repo_name


@frozen
class ModelNames:
    """What a client knows of models by itself.

    Attributes:
        given: Uuids by name, from the client's maker.
        documented_only: Whether to ask documented operations only.
        found: Uuids by name that were found since.
    """

    given: Mapping[str, str]
    documented_only: bool
    found: dict[str, str] = field(factory=dict[str, str])


@frozen
class Location:
    """A file in a repository at a revision.

    Attributes:
        revision: Branch or commit.
        path: The file's path.
        explicit: Whether the caller gave the two apart, so that there is only one reading.
    """

    revision: str
    path: str
    explicit: bool

    @property
    def resource(self) -> str:
        """The two joined, as the API's paths have them."""
        return f"{self.revision}/{self.path}"


def location(resource: str | None, revision: str | None, path: str | None) -> Location:
    """Read which file a caller means.

    Args:
        resource: Revision, slash, path; split at the first slash.
        revision: The revision alone, which may have slashes.
        path: The path alone.

    Raises:
        ConfigurationError: If it is neither one nor the other, or breaks a rule.
    """
    if resource is not None and revision is None and path is None:
        with by_the_rules():
            return Location(*split_resource(resource), explicit=False)
    if resource is not None or revision is None or path is None:
        raise ConfigurationError(
            'Name the file either as one resource, like "main/tickets.parquet", '
            'or with both revision= and path=, like revision="feature/a", path="tickets.parquet".'
        )
    with by_the_rules():
        check_segments("revision", revision, multi=True)
        check_segments("path", path, multi=True)
    return Location(revision, path, explicit=True)


def place(revision: str, path: str | None) -> str:
    """Join a revision and a path that need not be given, as the API's paths have them.

    Raises:
        ConfigurationError: One of them breaks a rule.
    """
    with by_the_rules():
        check_segments("revision", revision, multi=True)
        if path is None:
            return revision
        check_segments("path", path, multi=True)
    return f"{revision}/{path}"


def check_page_size(page_size: int) -> None:
    """Refuse a number of entries on a page that makes no sense.

    Raises:
        ConfigurationError: It is less than 1.
    """
    if page_size < 1:
        raise ConfigurationError(f"page_size={page_size} is not usable; give 1 or more.")
