"""The child process that renders Jinja templates, which are programs of strangers.

    python -m oxloop_server.prompts.jinja_process --seconds 2

It reads a line of JSON, ``{"templates": [...], "values": {...}}``, and answers with a line,
``{"texts": [...]}`` or ``{"error": "..."}``, until its input ends. A template that takes too long
ends the process.
"""

import argparse
import contextlib
import json
import signal
import sys
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

MEMORY = 512 << 20
TEXT_LENGTH = 1_000_000

# A name that is not there is an error, not an empty text: the prompt would be another one.
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
)


def main() -> None:
    """Answer lines until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True, help="for one line")
    seconds: float = parser.parse_args().seconds
    # The terminal's Ctrl-C is for the service, which then closes this process's input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    for line in sys.stdin:
        _alarm(seconds)
        answer = _answer(json.loads(line))
        _alarm(0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        texts = [_compile(text).render(request["values"]) for text in request["templates"]]
    except TemplateSyntaxError as error:
        return {"error": f"The template is no valid Jinja, in line {error.lineno}: {error.message}"}
    except TemplateError as error:
        return {"error": f"The template cannot be filled: {error.message}"}
    except Exception as error:
        return {"error": f"The template cannot be filled: {type(error).__name__}: {error}"}
    if sum(map(len, texts)) > TEXT_LENGTH:
        return {"error": f"The prompt is longer than {TEXT_LENGTH:,} characters."}
    return {"texts": texts}


@lru_cache(maxsize=64)
def _compile(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def _alarm(seconds: float) -> None:
    # Nobody handles the signal, so that it ends the process even inside a loop of C code, and
    # even if the parent is gone. Where there is no such signal, the parent's own limit holds.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
