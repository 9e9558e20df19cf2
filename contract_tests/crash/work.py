"""One run of each API over the same number of rows: made, and looked at when all is over."""

import io
import sqlite3
from collections.abc import Iterable
from contextlib import closing

from attrs import frozen
from oxloop import Humanloop, Oxen
from oxloop.rules.folder import DataFolder
from oxloop_server.engine.values import arrow
from running_service import Running
from scripted_model import ScriptedModel

REPO = "ox/crash"
MODELS = {"oxen": 16, "humanloop": 16, "judge": 32}
"""The models, and how many calls of each may be under way at once."""

IS_TARGET = "def check(log, testcase):\n    return log['output'] == testcase['target']['label']\n"
PATIENCE_SECONDS = 300


@frozen
class Work:
    """What was set going.

    Args:
        rows: How many rows each of the runs has.
        oxen_id: Oxen's run.
        humanloop_id: Humanloop's.
    """

    rows: int
    oxen_id: str
    humanloop_id: str

    @property
    def prompts(self) -> dict[str, set[str]]:
        """Everything that must be asked, by model."""
        return {
            "oxen": {f"Q: row {n}" for n in range(self.rows)},
            "humanloop": {f"H: row {n}" for n in range(self.rows)},
            "judge": {f"J: {_shouted(n)}" for n in range(self.rows)},
        }


def answer(prompt: str) -> str:
    """What the model endpoint says."""
    return "I looked at it: True" if prompt.startswith("J: ") else prompt[3:].upper()


def register(folder: DataFolder, model: ScriptedModel, life: int) -> None:
    """Tell the service its models, whose addresses tell the lives of the service apart."""
    folder.path.mkdir(parents=True, exist_ok=True)
    entries = [
        f'[[models]]\nname = "{name}"\nbase_url = "{model.base_url}/{life}"\n'
        f'endpoint = "completions"\nconcurrency = {at_once}\n'
        for name, at_once in MODELS.items()
    ]
    (folder.path / "models.toml").write_text("\n".join(entries))


def begin(service: Running, rows: int) -> Work:
    """Set both runs going."""
    with Oxen(service.key, service.url) as oxen, Humanloop(service.key, service.url) as humanloop:
        oxen.repos.create(REPO)
        oxen.files.upload(REPO, "main/a.parquet", _table(rows))
        asked = oxen.evaluations.create(
            REPO,
            "main/a.parquet",
            model="oxen",
            prompt="Q: {text}",
            target_column="answer",
            target_branch="eval/crash",
            auto_commit=True,
        )
        judged = _begin_humanloop(humanloop, rows)
    return Work(rows, asked.id, judged)


def _table(rows: int) -> bytes:
    pa = arrow()
    table = pa.table({"text": [f"row {n}" for n in range(rows)], "n": list(range(rows))})
    file = io.BytesIO()
    arrow("pyarrow.parquet").write_table(table, file)
    return file.getvalue()


def _begin_humanloop(humanloop: Humanloop, rows: int) -> str:
    config = humanloop.configs.register(
        project="crash", model="humanloop", endpoint="complete", prompt_template="H: {{ text }}"
    )
    assert config.project_id is not None
    dataset = humanloop.datasets.create(config.project_id, "rows")
    points = [{"inputs": {"text": f"row {n}"}, "target": {"label": _label(n)}} for n in range(rows)]
    for first in range(0, rows, 1000):
        humanloop.datapoints.create(dataset.id, points[first : first + 1000])
    check = humanloop.evaluators.create(
        "check",
        type="python",
        return_type="boolean",
        arguments_type="target_required",
        code=IS_TARGET,
    )
    asked = {"model": "judge", "endpoint": "complete", "prompt_template": "J: {{ log.output }}"}
    judge = humanloop.evaluators.create(
        "judge",
        type="llm",
        return_type="boolean",
        arguments_type="target_free",
        model_config=asked,
    )
    return humanloop.evaluations.create(
        config.project_id,
        config_id=config.id,
        evaluator_ids=[check.id, judge.id],
        dataset_id=dataset.id,
    ).id


def _shouted(n: int) -> str:
    return f"ROW {n}"


def _label(n: int) -> str:
    return _shouted(n) if n % 3 else "another"


def check_all(service: Running, work: Work) -> None:
    """Wait for the end of both runs, and check through the clients all that they must come to."""
    with Oxen(service.key, service.url) as oxen, Humanloop(service.key, service.url) as humanloop:
        _check_oxen(oxen, work)
        _check_humanloop(humanloop, work)
    _check_database(service.folder)


def _check_oxen(oxen: Oxen, work: Work) -> None:
    run = oxen.evaluations.get(REPO, work.oxen_id).wait(timeout=PATIENCE_SECONDS)
    assert run.progress is not None
    assert (run.progress.done, run.progress.total) == (work.rows, work.rows)
    _check_same("the states of the rows", (row.output for row in run.rows()), work.rows)
    file = oxen.files.download(REPO, revision="eval/crash", path="a.parquet")
    table = arrow("pyarrow.parquet").read_table(io.BytesIO(file))
    assert table.column_names == ["text", "n", "answer"]
    assert table["n"].to_pylist() == list(range(work.rows))
    _check_same("the committed column", table["answer"].to_pylist(), work.rows)
    messages = [commit.message for commit in oxen.commits.list(REPO, "eval/crash")]
    assert len(messages) == 3, f"the repository, the file, one result: {messages}"


def _check_humanloop(humanloop: Humanloop, work: Work) -> None:
    run = humanloop.evaluations.get(work.humanloop_id).wait(timeout=PATIENCE_SECONDS)
    rows = list(run.results())
    _check_same("the logs", (row["output"] for row in rows), work.rows)
    right = [_label(n) == _shouted(n) for n in range(work.rows)]
    assert [row["check"] for row in rows] == right
    assert [row["judge"] for row in rows] == [True] * work.rows
    assert [one.value for one in run.aggregates or ()] == [sum(right) / work.rows, 1.0]


def _check_same(what: str, found: Iterable[object], rows: int) -> None:
    wrong = [
        f"row {n}: {one!r}" for n, one in enumerate(found) if not (n < rows and one == _shouted(n))
    ]
    assert not wrong, f"{what}: {wrong[:5]}"


def _check_database(folder: DataFolder) -> None:
    with closing(sqlite3.connect(folder.database_file)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert list((folder.files_dir / "incoming").iterdir()) == []
