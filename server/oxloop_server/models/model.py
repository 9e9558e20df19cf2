"""What the service knows of a model, and how it reads that from ``models.toml``."""

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

from attrs import field, frozen
from oxloop.rules.errors import RuleError
from oxloop.rules.models import check_model_name, model_id

Endpoint: TypeAlias = Literal["chat", "completions", "embeddings", "echo"]
ENDPOINTS: tuple[Endpoint, ...] = ("chat", "completions", "embeddings")
"""Those that can be registered; ``echo`` stands for no endpoint at all."""

TAKEN_PARAMS = frozenset({"model", "messages", "prompt", "input", "stream", "n"})
"""These say what is called and with what; no parameter may contradict that."""

OPERATORS_PARAMS = TAKEN_PARAMS.union(
    ("api_base", "api_key", "api_version", "base_url", "extra_headers", "headers")
)
"""These no sender may give: a gateway to models may take them from a request, and go there."""

_KINDS = ("text", "image", "video", "embeddings")


@frozen
class Price:
    """What a model costs, in dollars per token.

    Args:
        prompt: A token of the prompt.
        completion: A token of the answer.
    """

    prompt: float = 0.0
    completion: float = 0.0

    def of(self, prompt_tokens: int | None, completion_tokens: int | None) -> float:
        """What a call cost; tokens that the endpoint does not tell cost nothing."""
        return self.prompt * (prompt_tokens or 0) + self.completion * (completion_tokens or 0)


@frozen
class Match:
    """A pattern of Humanloop configs that mean this model; ``*`` and ``?`` as in file names.

    Args:
        provider: The config's provider.
        model: The config's model.
    """

    provider: str = "*"
    model: str = "*"


EngineName: TypeAlias = Literal["llama", "wordllama"]
ENGINES: tuple[EngineName, ...] = ("llama", "wordllama")


@frozen
class Local:
    """What a model that runs here runs on.

    Args:
        engine: ``llama``, a llama.cpp server; or ``wordllama``, small embeddings in its package.
        path: The GGUF file of ``llama``; None for ``wordllama``.
    """

    engine: EngineName
    path: Path | None = None


@frozen(kw_only=True)
class Model:
    """A model that evaluations can run.

    Args:
        name: What it is called here.
        base_url: An OpenAI-compatible address such as ``http://127.0.0.1:11434/v1``; None for a
            model that runs in an engine of this service.
        local: What it runs on, if it runs here; None for one at an address.
        model: What the endpoint calls it.
        endpoint: ``chat``; ``completions``, which takes the prompt as it is, without a chat
            template; ``embeddings``; or ``echo``, which answers the prompt without any call.
        only_chat: Whether its address has no completions: a text is then sent as a chat of one
            message, whatever a Humanloop config says.
        input: The kinds of data that go in.
        output: The kind that comes out.
        params: What each call says beside model and prompt: temperature, max_tokens, stop …
        api_key_env: The environment variable that holds its key, read at each call.
        key: A key that goes before that one; it is never stored or shown.
        concurrency: How many calls may be under way at once.
        requests_per_minute: How many calls may begin in a minute, spread evenly; None for any.
        tokens_per_minute: How many tokens the calls of a minute may have, prompts and answers;
            None for any.
        timeout: Seconds that one call may take.
        patience: Seconds for which a run waits for an endpoint that is not there.
        price: What it costs.
        matches: The Humanloop configs that mean it.
        created: When it was added, in seconds since 1970; 0 if that is not known.
    """

    name: str
    base_url: str | None = None
    local: Local | None = None
    model: str
    endpoint: Endpoint = "chat"
    only_chat: bool = False
    input: tuple[str, ...] = ("text",)
    output: str = "text"
    params: Mapping[str, object] = field(factory=dict[str, object])
    api_key_env: str | None = None
    key: str | None = field(default=None, repr=False)
    concurrency: int = 8
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    timeout: float = 120.0
    patience: float = 300.0
    price: Price = Price()
    matches: tuple[Match, ...] = ()
    created: int = 0

    @property
    def id(self) -> uuid.UUID:
        """What Oxen's create takes as ``model_id``."""
        return model_id(self.name)

    def reads(self, messages: Sequence[Mapping[str, object]]) -> bool:
        """Whether messages hold nothing that the model cannot read, such as an image."""
        return "image" in self.input or not any(map(_has_image, messages))

    def answers_for(self, provider: str, model: str) -> bool:
        """Whether a Humanloop config's provider and model mean this model."""
        return any(
            fnmatchcase(provider, match.provider) and fnmatchcase(model, match.model)
            for match in self.matches
        )


def no_image(name: str) -> str:
    """Say that a model reads no images, and what to do."""
    return (
        f'The model "{name}" reads text, and a message holds an image. If it reads images too, set '
        'input = ["text", "image"] for it in models.toml.'
    )


def _has_image(message: Mapping[str, object]) -> bool:
    content = message.get("content")
    if not isinstance(content, list):
        return False
    parts = cast(list[object], content)
    return any(isinstance(part, dict) and "image_url" in part for part in parts)


def read_model(entry: Mapping[str, object], folder: Path) -> Model:
    """Read one ``[[models]]`` table.

    Args:
        entry: The table.
        folder: The data folder, from which a relative ``path`` counts.

    Raises:
        RuleError: If something in it is missing, of the wrong type, unknown or contradictory.
    """
    fields = _Fields(entry)
    name = fields.text("name")
    check_model_name(name)
    engine = fields.optional("engine")
    path = fields.optional("path")
    base_url = fields.optional("base_url")
    local = _local(engine, path, base_url, folder)
    usual: Endpoint = "embeddings" if engine == "wordllama" else "chat"
    endpoint = cast(Endpoint, fields.one_of("endpoint", ENDPOINTS, usual))
    if engine == "wordllama" and endpoint != "embeddings":
        raise RuleError('the engine "wordllama" gives embeddings only.')
    only_chat = fields.flag("only_chat")
    if only_chat and endpoint != "chat":
        raise RuleError(f'only_chat = true and endpoint = "{endpoint}" contradict each other.')
    model = Model(
        name=name,
        base_url=base_url,
        local=local,
        model=fields.text("model", name),
        endpoint=endpoint,
        only_chat=only_chat,
        input=fields.texts("input", _KINDS, ("text",)),
        output=fields.one_of(
            "output", _KINDS, "embeddings" if endpoint == "embeddings" else "text"
        ),
        params=_params(fields.table("params")),
        api_key_env=fields.optional("api_key_env"),
        # The engine here answers four at a time.
        concurrency=int(fields.number("concurrency", 4 if engine else 8, whole=True, least=1)),
        requests_per_minute=fields.maybe_number("requests_per_minute", least=0.001),
        tokens_per_minute=fields.maybe_number("tokens_per_minute", least=1),
        timeout=fields.number("timeout", 120.0, least=0.001),
        patience=fields.number("patience", 300.0),
        price=_price(fields.table("price")),
        matches=tuple(_match(found) for found in fields.tables("matches")),
        created=fields.moment("added"),
    )
    fields.check_all_read()
    return model


def _local(
    engine: str | None, path: str | None, base_url: str | None, folder: Path
) -> Local | None:
    if engine not in (None, *ENGINES):
        raise RuleError(f'"engine" can only be {" or ".join(ENGINES)}, and not "{engine}".')
    if (base_url is None) == (engine is None):
        raise RuleError('it needs either a "base_url" or engine = "llama" with a "path".')
    if (engine == "llama") != (path is not None):
        raise RuleError('engine = "llama" and "path" belong together.')
    if base_url is not None:
        check_base_url(base_url)
    if engine is None:
        return None
    return Local(engine, None if path is None else folder / path)


def check_base_url(base_url: str) -> None:
    """Refuse an address that calls cannot go to, or that holds a secret.

    Raises:
        RuleError: Saying what is wrong with it.
    """
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        usable = parts.scheme in ("http", "https") and host.split() == [host] and parts.port != 0
        # What no name look-up takes would end a run in its middle.
        host.encode("idna").decode("idna")
    except ValueError:
        raise RuleError(f'the base URL "{base_url}" is no address.') from None
    if parts.username or parts.password or parts.query or parts.fragment:
        # Addresses are shown in errors and lists: a secret in one would be shown with it.
        raise RuleError(
            "the base URL holds a user name, password, query or fragment. "
            "Put a key in an environment variable and name that in api_key_env."
        )
    if not usable:
        raise RuleError(
            f'the base URL "{base_url}" must begin with http:// or https:// and name a host, '
            "as in http://127.0.0.1:11434/v1."
        )


def _params(table: Mapping[str, object]) -> Mapping[str, object]:
    for name in sorted(TAKEN_PARAMS & set(table)):
        raise RuleError(f'"params" cannot hold "{name}": each call sets that itself.')
    try:
        json.dumps(table, allow_nan=False)
    except (TypeError, ValueError):
        raise RuleError('"params" cannot hold a date, a time, nan or inf: JSON has none.') from None
    return table


def _price(table: Mapping[str, object]) -> Price:
    fields = _Fields(table, "price.")
    price = Price(fields.number("prompt", 0.0), fields.number("completion", 0.0))
    fields.check_all_read()
    return price


def _match(table: Mapping[str, object]) -> Match:
    fields = _Fields(table, "matches.")
    match = Match(fields.text("provider", "*"), fields.text("model", "*"))
    fields.check_all_read()
    return match


class _Fields:
    """The entries of a TOML table, each taken out as what it must be."""

    def __init__(self, table: Mapping[str, object], prefix: str = "") -> None:
        self._left = dict(table)
        self._prefix = prefix
        self._known: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._take(name, default)
        if not isinstance(value, str) or not value:
            raise RuleError(f'"{self._prefix}{name}" must be text in quotation marks, not empty.')
        return value

    def optional(self, name: str) -> str | None:
        if name in self._left:
            return self.text(name)
        self._known.append(name)
        return None

    def one_of(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise RuleError(f'"{self._prefix}{name}" must be one of: {", ".join(allowed)}.')
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name, False)
        if not isinstance(value, bool):
            raise RuleError(f'"{self._prefix}{name}" must be true or false.')
        return value

    def texts(self, name: str, allowed: Sequence[str], default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._take(name, default)
        if not isinstance(value, list | tuple) or not value:
            raise RuleError(f'"{self._prefix}{name}" must be a list of: {", ".join(allowed)}.')
        items = tuple(cast(Sequence[object], value))
        if any(item not in allowed for item in items):
            raise RuleError(f'"{self._prefix}{name}" must be a list of: {", ".join(allowed)}.')
        return cast(tuple[str, ...], items)

    def number(
        self, name: str, default: float, *, whole: bool = False, least: float = 0.0
    ) -> float:
        value = self._take(name, default)
        allowed = int if whole else (int, float)
        # The comparison is written so that NaN fails it too.
        if (
            isinstance(value, bool)
            or not isinstance(value, allowed)
            or not least <= value < math.inf
        ):
            kind = "a whole number" if whole else "a number"
            raise RuleError(f'"{self._prefix}{name}" must be {kind} of at least {least:g}.')
        return value

    def maybe_number(self, name: str, *, least: float) -> float | None:
        if name in self._left:
            return self.number(name, 0.0, least=least)
        self._known.append(name)
        return None

    def moment(self, name: str) -> int:
        value = self._take(name, datetime.fromtimestamp(0, UTC))
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise RuleError(f'"{self._prefix}{name}" must be a date and time with a zone.')
        return int(value.timestamp())

    def table(self, name: str) -> Mapping[str, object]:
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise RuleError(f'"{self._prefix}{name}" must be a table of names and values.')
        return cast(Mapping[str, object], value)

    def tables(self, name: str) -> list[Mapping[str, object]]:
        value = self._take(name, [])
        if not isinstance(value, list):
            raise RuleError(f'"{self._prefix}{name}" must be a list of tables.')
        items = cast(list[object], value)
        if not all(isinstance(item, dict) for item in items):
            raise RuleError(f'"{self._prefix}{name}" must be a list of tables.')
        return cast(list[Mapping[str, object]], items)

    def check_all_read(self) -> None:
        for name in self._left:
            raise RuleError(
                f'it has no setting "{self._prefix}{name}"; there are: {", ".join(self._known)}.'
            )

    def _take(self, name: str, default: object) -> object:
        self._known.append(name)
        return self._left.pop(name, default)
