"""What the client of Oxen's API answers, as plain frozen data."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from oxloop.runs import Usage


@frozen(kw_only=True)
class OxenDetails:
    """More about a run on Oxen. What the server does not tell is None.

    Attributes:
        repo: The repository, as ``namespace/name``.
        model: The model's name, or its id if the server tells no name.
        prompt: The prompt template.
        revision: Branch or commit of the file that was read.
        path: Path of the file that was read.
        target_column: Column that the answers go to.
        target_branch: Branch that the result is committed to.
        target_path: Path of the result; None means that of the file that was read.
        is_sample: Whether only the first rows are run.
        sample_count: How many, if so.
    """

    repo: str
    model: str | None = None
    prompt: str | None = None
    revision: str | None = None
    path: str | None = None
    target_column: str | None = None
    target_branch: str | None = None
    target_path: str | None = None
    is_sample: bool | None = None
    sample_count: int | None = None


@frozen(kw_only=True)
class Repository:
    """A repository.

    Attributes:
        namespace: Its owner.
        name: Its name.
        extra: Fields that the API does not document.
    """

    namespace: str
    name: str
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@frozen(kw_only=True)
class Branch:
    """A name for the newest commit of a line.

    Attributes:
        name: The branch's name.
        commit_id: The commit at its head.
        extra: Fields that the API does not document.
    """

    name: str
    commit_id: str
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Commit:
    """A state of all files, and who made it.

    Attributes:
        id: The commit's id.
        message: What was done.
        author: Who did it.
        email: Their address.
        timestamp: When, as the server writes it.
        parent_ids: The commits before it.
        extra: Fields that the API does not document.
    """

    id: str
    message: str | None = None
    author: str | None = None
    email: str | None = None
    timestamp: str | None = None
    parent_ids: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Entry:
    """A file or a folder in a repository. What the server does not tell is None.

    Attributes:
        name: Its name inside its folder.
        path: Its path in the repository.
        is_folder: Whether it is a folder.
        size: Its bytes; of a folder, those of all files in it.
        hash: The same for the same content.
        commit: The last commit that changed it.
        extra: Fields that the API's contract here does not have.
    """

    name: str
    path: str
    is_folder: bool
    size: int | None = None
    hash: str | None = None
    commit: Commit | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Model:
    """A model that can be called.

    Attributes:
        name: Its name.
        uuid: What an evaluation takes as ``model_id``, where the server tells it.
        owned_by: Whose it is.
        display_name: Its name for people.
        description: What it is.
        endpoint: Path of the call that runs it, such as ``/chat/completions``.
        input: Kinds of data that go in.
        output: Kinds of data that come out.
        extra: Fields that the API does not document.
    """

    name: str
    uuid: str | None = None
    owned_by: str | None = None
    display_name: str | None = None
    description: str | None = None
    endpoint: str | None = None
    input: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class ChatCompletion:
    """What a model answered to a conversation. What the server does not tell is None.

    Attributes:
        model: The model that answered.
        text: The answer; None if the model asks for calls only.
        finish_reason: Why it ends there: ``stop``, ``length``, ``tool_calls`` …
        tool_calls: The calls that the model asks for.
        usage: What was read and written.
        id: The answer's id.
        extra: Fields that the API does not document.
    """

    model: str
    text: str | None
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    usage: Usage = field(factory=Usage)
    id: str | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen
class Column:
    """A column of a data file.

    Attributes:
        name: Its name.
        dtype: Its type, in Oxen's words.
    """

    name: str
    dtype: str | None = None


@frozen(kw_only=True)
class Page:
    """A page of the rows of a data file.

    Attributes:
        rows: The rows, by column name.
        columns: The file's columns, in order.
        page: Which page this is; pages count from 1.
        total_pages: How many there are.
        total_rows: How many rows the whole file has, if the server tells.
    """

    rows: tuple[dict[str, Any], ...] = field(repr=False)
    columns: tuple[Column, ...]
    page: int
    total_pages: int
    total_rows: int | None
