"""``oxloop models list|add|test|remove``: which models there are, and whether they answer."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, default_data_dir
from oxloop.rules.usage import CommandParser

from oxloop_server import folder
from oxloop_server.models import demo
from oxloop_server.models.client import Answer, Embedding, ModelClient, ModelError
from oxloop_server.models.local import LocalEngine, missing
from oxloop_server.models.model import ENDPOINTS, Local, Model
from oxloop_server.models.registry import HOW_TO_ADD, Registry, no_such_model
from oxloop_server.problems import Refused, StartError

TEST_PROMPT = "Say hello."
MILLION = 1_000_000
WORDLLAMA = "wordllama"
_SETTINGS = (
    "model",
    "endpoint",
    "only_chat",
    "api_key_env",
    "concurrency",
    "requests_per_minute",
    "tokens_per_minute",
    "timeout",
    "patience",
)


def main(arguments: Sequence[str]) -> int:
    """Run ``oxloop models …``.

    Args:
        arguments: The command line after ``models``.

    Returns:
        The exit status.
    """
    options = _parser().parse_args(arguments)
    try:
        registry = Registry(folder.prepare(options.data or default_data_dir()))
        _COMMANDS[options.command](registry, options)
    except (RuleError, Refused, StartError, ModelError) as error:
        print(f"oxloop: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("oxloop: stopped.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="oxloop models", description="The models that the local service can run."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="show the registered models")
    add = commands.add_parser(
        "add",
        help="register a model",
        description="Register an OpenAI-compatible model, or one of the small ones that run here: "
        "'oxloop models add demo', and 'oxloop models add wordllama' for embeddings.",
    )
    add.add_argument(
        "name", metavar="NAME", help="what to call it; demo and wordllama are the small ones"
    )
    add.add_argument("--base-url", metavar="URL", help="such as http://127.0.0.1:11434/v1")
    add.add_argument("--model", metavar="ID", help="what the address calls it (NAME by default)")
    add.add_argument(
        "--endpoint",
        choices=ENDPOINTS,
        help="chat (the default), completions (the prompt as it is) or embeddings",
    )
    add.add_argument(
        "--only-chat",
        action="store_true",
        default=None,
        help="its address has no completions: Humanloop's configs for them are sent as chats",
    )
    add.add_argument("--api-key-env", metavar="VAR", help="the environment variable with its key")
    add.add_argument(
        "--concurrency", type=int, metavar="N", help="how many calls may be under way at once (8)"
    )
    add.add_argument(
        "--requests-per-minute",
        type=float,
        metavar="N",
        help="how many calls may begin in a minute",
    )
    add.add_argument(
        "--tokens-per-minute", type=float, metavar="N", help="how many tokens they may have"
    )
    add.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="how long a call may take (120)"
    )
    add.add_argument(
        "--patience",
        type=float,
        metavar="SECONDS",
        help="how long a run waits for an address that is down (300)",
    )
    add.add_argument(
        "--price",
        type=float,
        nargs=2,
        metavar=("PROMPT", "ANSWER"),
        help="dollars for a million tokens of prompts, and of answers",
    )
    add.add_argument(
        "--file", type=Path, metavar="GGUF", help="the demo model's file, instead of a download"
    )
    test = commands.add_parser("test", help="call a model once and show what it answers")
    test.add_argument("name", metavar="NAME", help="what it is called")
    test.add_argument("--prompt", default=TEST_PROMPT, help='what to ask ("%(default)s")')
    remove = commands.add_parser("remove", help="forget a model")
    remove.add_argument("name", metavar="NAME", help="what it is called")
    for command in (listing, add, test, remove):
        command.add_argument(
            "--data", type=Path, metavar="DIR", help="data folder (the platform's by default)"
        )
    return parser


def _list(registry: Registry, _options: argparse.Namespace) -> None:
    models = registry.all()
    if not models:
        print(f"No model is registered in {registry.path}. {HOW_TO_ADD}")
    width = max((len(model.name) for model in models), default=0)
    for model in models:
        print(f"{model.name:<{width}}  {model.endpoint:<11}  {_place(model)}  (id {model.id})")
        print(f"{'':<{width}}  {_limits(model)}")


def _add(registry: Registry, options: argparse.Namespace) -> None:
    if options.name == demo.NAME and options.base_url is None:
        _add_demo(registry, options)
        return
    if options.name == WORDLLAMA and options.base_url is None:
        _add_wordllama(registry, options)
        return
    if options.file is not None:
        raise RuleError("--file is for the demo model: oxloop models add demo --file GGUF.")
    if options.base_url is None:
        raise RuleError(
            f'The model "{options.name}" needs its address: oxloop models add {options.name} '
            "--base-url URL. Only the small models come without one: oxloop models add demo, and "
            "oxloop models add wordllama for embeddings."
        )
    given = _given(options, "base_url", *_SETTINGS)
    if options.price is not None:
        prompt, completion = (dollars / MILLION for dollars in options.price)
        given["price"] = {"prompt": prompt, "completion": completion}
    model = registry.add(given)
    print(f"Added {model.name}: {_place(model)}. Try it: oxloop models test {model.name}")


def _given(options: argparse.Namespace, *names: str) -> dict[str, object]:
    found = {name: getattr(options, name) for name in ("name", *names)}
    return {name: value for name, value in found.items() if value is not None}


def _add_demo(registry: Registry, options: argparse.Namespace) -> None:
    if set(_given(options, *_SETTINGS)) - {"name"} or options.price is not None:
        raise RuleError(
            "The demo model takes no other option than --file; to call a model of "
            'your own "demo", give its --base-url.'
        )
    known = registry.get(demo.NAME)
    if known is not None and known.local is None:
        raise RuleError(
            f'"{demo.NAME}" is registered as {_place(known)} already; remove it first: '
            f"oxloop models remove {demo.NAME}."
        )
    home = DataFolder(registry.path.parent)
    weights = demo.obtain(home, options.file, print)
    if known is None:
        registry.add(demo.entry(weights, home))
    print(f"The model {demo.NAME} is ready. Try it: oxloop models test {demo.NAME}")
    if lack := missing(Local("llama", weights)):
        print(f"To run it, {lack}")


def _add_wordllama(registry: Registry, options: argparse.Namespace) -> None:
    given = _given(options, *_SETTINGS, "file")
    if set(given) - {"name", "concurrency"} or options.price is not None:
        raise RuleError(
            "The embeddings of wordllama take no other option than --concurrency; to call a model "
            'of your own "wordllama", give its --base-url.'
        )
    model = registry.add({**given, "engine": WORDLLAMA})
    print(f"The model {model.name} is ready. Try it: oxloop models test {model.name}")
    if model.local is not None and (lack := missing(model.local)):
        print(f"To run it, {lack}")


def _test(registry: Registry, options: argparse.Namespace) -> None:
    model = _registered(registry, options.name)
    print(f"Asking {model.name} ({_place(model)}): {options.prompt}")
    answer, seconds = asyncio.run(ask(model, options.prompt))
    print(f"Answer: {_excerpt(answer)}")
    print(
        f"Tokens: {_count(answer.prompt_tokens)} in, {_count(answer.completion_tokens)} out. "
        f"Time: {seconds:.2f} s.{_cost(model, answer)}"
    )


async def ask(model: Model, prompt: str) -> tuple[Answer | Embedding, float]:
    """Call a model once; answers what it said, and after how many seconds.

    Raises:
        ModelError: If it does not answer.
    """
    client = ModelClient(LocalEngine(), attempts=1)
    began = time.perf_counter()
    try:
        if model.endpoint == "embeddings":
            return await client.embed(model, prompt), time.perf_counter() - began
        return await client.complete(model, prompt), time.perf_counter() - began
    finally:
        await client.close()


def _remove(registry: Registry, options: argparse.Namespace) -> None:
    model = _registered(registry, options.name)
    registry.remove(model.name)
    print(f"Removed {model.name}.")
    if model.local is not None and model.local.path is not None and model.local.path.exists():
        print(f"Its file stays: {model.local.path}")


def _registered(registry: Registry, name: str) -> Model:
    model = registry.get(name)
    if model is None:
        raise RuleError(no_such_model(name, [model.name for model in registry.all()]))
    return model


def _place(model: Model) -> str:
    if model.local is None:
        return model.base_url or ""
    return f"local file {model.local.path}" if model.local.path else f"{model.local.engine}, here"


def _limits(model: Model) -> str:
    limits = [f"{model.concurrency} at once"]
    if model.requests_per_minute is not None:
        limits.append(f"{model.requests_per_minute:,g} requests a minute")
    if model.tokens_per_minute is not None:
        limits.append(f"{model.tokens_per_minute:,g} tokens a minute")
    limits += [f"{model.timeout:g} s a call", f"waits {model.patience:g} s for an address"]
    prompt, completion = model.price.prompt * MILLION, model.price.completion * MILLION
    if prompt or completion:
        limits.append(f"${prompt:,g} and ${completion:,g} for a million tokens")
    return ", ".join(limits)


def _excerpt(answer: Answer | Embedding) -> str:
    if isinstance(answer, Answer):
        return answer.text
    begin = ", ".join(f"{number:g}" for number in answer.vector[:3])
    return f"{len(answer.vector)} numbers, beginning with {begin}"


def _cost(model: Model, answer: Answer | Embedding) -> str:
    cost = model.price.of(answer.prompt_tokens, answer.completion_tokens)
    return f" Cost: ${cost:.6f}." if cost else ""


def _count(tokens: int | None) -> str:
    return "unknown" if tokens is None else str(tokens)


_COMMANDS = {"list": _list, "add": _add, "test": _test, "remove": _remove}
