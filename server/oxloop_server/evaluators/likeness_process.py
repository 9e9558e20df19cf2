"""The child process that compares long texts letter by letter or word by word.

    python -m oxloop_server.evaluators.likeness_process --seconds 2

A line is ``{"name": "levenshtein", "texts": ["...", "..."]}``, its answer ``{"likeness": 0.5}``.
"""

from typing import Any

from oxloop_server.evaluators.measures import levenshtein, rouge_l
from oxloop_server.line_answers import answer_lines

_MEASURES = {"levenshtein": levenshtein, "rouge_l": rouge_l}


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    return {"likeness": _MEASURES[request["name"]](*request["texts"])}


if __name__ == "__main__":
    answer_lines(_answer)
