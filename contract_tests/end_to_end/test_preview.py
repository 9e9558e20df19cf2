"""What a preview shows is what the model is asked, on the running service."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxloop import ConfigurationError, Oxen
from running_service import Running, environment
from scripted_model import ScriptedModel

ROWS = (
    '{"query": "Why?", "price": 0.1, "ok": true, "meta": {"lang": "en"}, "day": "2026-01-15"}\n'
    '{"query": null, "price": 1e21, "ok": false, "meta": {"lang": null}, "day": "2026-01-16"}\n'
    '{"query": "日本語", "price": 3, "ok": null, "meta": null, "day": null}\n'
)
PROMPT = 'As {{query}}: {query} {price} {ok} {meta} {meta.lang} {day} {"json": true}'

CHILD = """
import sys
from oxloop import Oxen

with Oxen(*sys.argv[1:3]) as oxen:
    print(oxen.evaluations.preview("ox/support", "main/rows.jsonl", prompt="{query}").total_rows)
assert "pyarrow" not in sys.modules
"""


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("preview")
    entry = f'[[models]]\nname = "scripted"\nbase_url = "{model.base_url}"\n'
    (folder / "models.toml").write_text(entry)
    running = Running(folder)
    try:
        yield running
    finally:
        assert running.stop() == 0
        assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def oxen(service: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxen]:
    file = tmp_path_factory.mktemp("files") / "rows.jsonl"
    file.write_text(ROWS, encoding="utf-8")
    with Oxen(service.key, service.url) as client:
        client.repos.create("ox/support")
        client.files.upload("ox/support", "main/rows.jsonl", Path(file))
        yield client


def test_what_is_shown_is_what_is_asked(oxen: Oxen, model: ScriptedModel) -> None:
    shown = oxen.evaluations.preview("ox/support", "main/rows.jsonl", prompt=PROMPT)
    assert model.prompts == []
    run = oxen.evaluations.create(
        "ox/support", "main/rows.jsonl", model="scripted", prompt=PROMPT, target_column="said"
    )
    run.wait()
    assert sorted(shown.prompts) == sorted(model.prompts)
    assert shown.total_rows == len(model.prompts) == 3


def test_an_unknown_placeholder_is_refused_as_the_service_does(oxen: Oxen) -> None:
    with pytest.raises(ConfigurationError, match=r"reads \{question\}.*\"query\", \"price\""):
        oxen.evaluations.preview("ox/support", "main/rows.jsonl", prompt="{question}")


def test_it_needs_no_table_library(oxen: Oxen, service: Running) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, service.key, service.url],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("3\n", "")
