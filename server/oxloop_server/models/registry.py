"""The registered models: the file ``models.toml`` of a data folder.

```toml
[[models]]
name = "gpt"
base_url = "https://api.openai.com/v1"
model = "gpt-4o-mini"
api_key_env = "OPENAI_API_KEY"
params = { temperature = 0, max_tokens = 200 }
concurrency = 16
price = { prompt = 0.15e-6, completion = 0.6e-6 }
```

The file belongs to the operator, who may edit it while the service runs. ``add`` appends to it
and ``remove`` cuts a block out, so that comments stay.
"""

import os
import re
import tempfile
import tomllib
import uuid
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder
from oxloop.rules.locks import FileLock

from oxloop_server.models.model import Model, read_model
from oxloop_server.problems import Refused, StartError

_BLOCK = re.compile(r"^[ \t]*\[\[\s*models\s*\]\]", re.MULTILINE)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


BROKEN = "The file models.toml cannot be used; 'oxloop models list' says why."
"""The sentence for those who are not the operator."""


class BrokenModelsFile(Refused):
    """``models.toml`` cannot be read; until it is mended no model can be looked up."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__("internal", f"The file {path} cannot be used: {reason}")


class Registry:
    """The models of a data folder, read again whenever the file has changed.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._seen: tuple[int, int, int] | None = None
        self._models: tuple[Model, ...] = ()

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder.models_file

    def all(self) -> tuple[Model, ...]:
        """Every model, in the file's order.

        Raises:
            BrokenModelsFile: If the file cannot be read.
        """
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return ()
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            self._models = self._parse(self._read())
            self._seen = seen
        return self._models

    def get(self, name: str) -> Model | None:
        """The model of that name.

        Raises:
            BrokenModelsFile: If the file cannot be read.
        """
        return next((model for model in self.all() if model.name == name), None)

    def by_id(self, model_id: uuid.UUID) -> Model | None:
        """The model whose name has that id.

        Raises:
            BrokenModelsFile: If the file cannot be read.
        """
        return next((model for model in self.all() if model.id == model_id), None)

    def for_config(self, provider: str, model: str) -> Model | None:
        """The model that a Humanloop config means: the first that matches, then by its name.

        Raises:
            BrokenModelsFile: If the file cannot be read.
        """
        matching = (found for found in self.all() if found.answers_for(provider, model))
        return next(matching, None) or self.get(model)

    def add(self, entry: Mapping[str, object]) -> Model:
        """Register a model.

        Args:
            entry: Its settings, as they stand in the file.

        Raises:
            RuleError: If a setting is wrong, or the name is taken.
            BrokenModelsFile: If the file cannot be read.
            StartError: If it cannot be written.
        """
        try:
            model = read_model(entry, self._folder.path)
        except RuleError as error:
            raise RuleError(f"The model cannot be added: {error}") from error
        with self._changing():
            if self.get(model.name):
                raise RuleError(
                    f'There is a model "{model.name}" already; remove it first with '
                    f"'oxloop models remove {model.name}', or choose another name."
                )
            text = self._read() if self.path.exists() else ""
            added = {**entry, "added": datetime.now(UTC).replace(microsecond=0)}
            self._write(f"{text.rstrip()}\n\n{_block(added)}".lstrip())
        return model

    def remove(self, name: str) -> None:
        """Take a model out.

        Raises:
            RuleError: If there is none of that name, or the file is written in a way that only a
                person can edit.
            BrokenModelsFile: If the file cannot be read.
            StartError: If it cannot be written.
        """
        with self._changing():
            self._cut_out(name)

    @contextmanager
    def _changing(self) -> Generator[None]:
        """Have nobody else change the file meanwhile."""
        try:
            with FileLock(self._folder.models_lock):
                yield
        except OSError as error:
            raise StartError(
                f"The models of {self._folder.path} cannot be changed "
                f"({error.strerror or error}: {error.filename})."
            ) from error

    def _cut_out(self, name: str) -> None:
        names = [model.name for model in self.all()]
        if name not in names:
            raise RuleError(no_such_model(name, names))
        text = self._read()
        starts = [found.start() for found in _BLOCK.finditer(text)]
        index = names.index(name)
        if len(starts) == len(names):
            shorter = text[: starts[index]] + text[[*starts, len(text)][index + 1] :]
            left = [model for model in self.all() if model.name != name]
            if self._parse(shorter) == tuple(left):
                self._write(shorter)
                return
        raise RuleError(f'Please take the model "{name}" out of {self.path} by hand.')

    def _read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BrokenModelsFile(self.path, f"{error}.") from error

    def _parse(self, text: str) -> tuple[Model, ...]:
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BrokenModelsFile(self.path, f"{error}.") from error
        entries = document.pop("models", [])
        if document or not isinstance(entries, list):
            raise BrokenModelsFile(
                self.path, "it holds nothing but [[models]] tables, one for each model."
            )
        models: list[Model] = []
        for number, entry in enumerate(cast(list[object], entries), start=1):
            model = self._model(number, entry)
            if any(model.name == other.name for other in models):
                raise BrokenModelsFile(self.path, f'two models are named "{model.name}".')
            models.append(model)
        return tuple(models)

    def _model(self, number: int, entry: object) -> Model:
        if not isinstance(entry, dict):
            raise BrokenModelsFile(self.path, f"model {number} is not a table.")
        table = cast(Mapping[str, object], entry)
        try:
            return read_model(table, self._folder.path)
        except RuleError as error:
            named = f' ("{table["name"]}")' if "name" in table else ""
            raise BrokenModelsFile(self.path, f"in model {number}{named}, {error}") from error

    def _write(self, text: str) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._folder.path, prefix=".models-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)


def no_such_model(name: str, names: Iterable[str]) -> str:
    """Say that there is no model of that name, which ones there are, or how to add one."""
    listed = ", ".join(f'"{found}"' for found in names)
    if listed:
        return f'There is no model "{name}" here; there are: {listed}.'
    return f'There is no model "{name}" here, for none is registered. {HOW_TO_ADD}'


HOW_TO_ADD = (
    "To add the small demo model: oxloop models add demo. To add one with an OpenAI-compatible "
    "address: oxloop models add NAME --base-url URL."
)


def _block(entry: Mapping[str, object]) -> str:
    lines = [f"{_key(name)} = {_value(value)}" for name, value in entry.items()]
    return "\n".join(["[[models]]", *lines]) + "\n"


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _quoted(value)
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return "[" + ", ".join(_value(item) for item in cast(list[object], value)) + "]"
        case dict():
            items = cast(dict[str, object], value).items()
            return "{ " + ", ".join(f"{_key(name)} = {_value(item)}" for name, item in items) + " }"
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


def _quoted(text: str) -> str:
    # A basic string: quotation marks, backslashes and control characters are escaped.
    escaped = "".join(
        f"\\u{ord(character):04x}"
        if character in '"\\' or ord(character) < 32 or character == "\x7f"
        else character
        for character in text
    )
    return f'"{escaped}"'
