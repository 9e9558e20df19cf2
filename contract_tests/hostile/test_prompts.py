"""Prompts that are costly to read or to fill: nobody else waits, and the memory is enough."""

import httpx
import pytest
from oxloop.rules.models import model_id
from running_service import until

from .conftest import MODEL, upload

PROMPTS: dict[str, tuple[str, int]] = {
    "braces": ("{" * 199_999 + "}", 200),
    "braces without end": ("{" * 8_000_000, 400),
    "doubled braces": ("{{}}" * 100_000, 200),
    "columns by the thousand": ("{text}" * 200_000, 200),
    "columns by the million": ("{text}" * 1_000_000, 400),
    "names without an end": ("{" + "a." * 1_000_000 + "}", 200),
    "names that are not there": ("".join(f"{{u{n}}}" for n in range(200_000)), 400),
}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_is_an_error_of_its_own(http: httpx.Client, repo: str, prompt: str) -> None:
    text, status = PROMPTS[prompt]
    assert upload(http, repo, "a.csv", b"text\n" + b"x" * 5_000_000 + b"\n").status_code == 200
    asked = {
        "prompt": text,
        "input_type": "text",
        "output_type": "text",
        "model_id": str(model_id(MODEL)),
        "target_column": "answer",
    }
    made = http.post(f"{repo}/evaluations/main/a.csv", json=asked)
    assert made.status_code == status, made.text[:500]
    assert len(made.content) < len(text) + 5000
    if status == 200:
        address = f"{repo}/evaluations/{made.json()['evaluation']['id']}"
        ended = {"completed", "errored"}
        until(lambda: http.get(address).json()["evaluation"]["status"] in ended)
