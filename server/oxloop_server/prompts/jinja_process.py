"""The child process that renders Jinja templates, which are programs of strangers.

    python -m oxloop_server.prompts.jinja_process --seconds 2

A line is ``{"templates": [...], "values": {...}}``, its answer ``{"texts": [...]}`` or
``{"error": "..."}``.
"""

from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from oxloop.rules.prompts import LONGEST

from oxloop_server.line_answers import answer_lines

# A name that is not there is an error, not an empty text: the prompt would be another one.
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        texts = [_compile(text).render(request["values"]) for text in request["templates"]]
    except TemplateSyntaxError as error:
        return {"error": f"The template is no valid Jinja, in line {error.lineno}: {error.message}"}
    except TemplateError as error:
        return {"error": f"The template cannot be filled: {error.message}"}
    except Exception as error:
        return {"error": f"The template cannot be filled: {type(error).__name__}: {error}"}
    if sum(map(len, texts)) > LONGEST:
        return {"error": f"The prompt is longer than {LONGEST:,} characters."}
    return {"texts": texts}


@lru_cache(maxsize=64)
def _compile(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


if __name__ == "__main__":
    answer_lines(_answer)
