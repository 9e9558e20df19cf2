"""The same reviews over the second API: a config run over a dataset, judged by an evaluator."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from oxloop import Humanloop
from oxloop.demo import answers
from oxloop.demo.material import Review, prompt, reviews, reviews_csv
from oxloop.demo.model import MODEL, DemoError
from oxloop.demo.scoring import Labelled, Score, score
from oxloop.humanloop.details import Dataset, Evaluator
from oxloop.runs import EvaluationRun

PROJECT = "demo reviews"
EVALUATOR = "right label"
CODE = """\
def right_label(log, testcase):
    answer = (log["output"] or "").strip().lower()
    if answer.endswith("."):
        answer = answer[:-1].rstrip()
    return answer == testcase["target"]["label"]
"""
"""What counts as right, as the demo's own scoring has it: the two are compared."""


@frozen
class Judged:
    """One finished evaluation over the second API.

    ``share`` is what the evaluator's results amount to: the share of answers it found right.
    ``seconds`` runs from creating the evaluation to its last status.
    """

    project: str
    run_id: str
    config_id: str
    dataset_id: str
    evaluator: str
    share: float
    rows: tuple[Labelled, ...]
    seconds: float

    @property
    def score(self) -> Score:
        """How well the answers agree with the labels, counted here."""
        return score(self.rows)


def evaluate(humanloop: Humanloop, say: Callable[[str], None]) -> Judged:
    """Run the demo's model over the reviews as datapoints, and have a Python evaluator judge it.

    What an earlier demo left (project, config, dataset, evaluator) is used again.

    Args:
        humanloop: A client of a service that has the model.
        say: Tells the user one line.

    Raises:
        DemoError: The result does not hold the reviews that were sent, or the service's judgment
            is not that of the demo's own scoring.
        OxloopError: The service refused, failed or was not reached.
    """
    config = humanloop.configs.register(
        project=PROJECT,
        model=MODEL,
        endpoint="complete",
        prompt_template=prompt().replace("{review}", "{{ review }}"),
        temperature=0.0,
        max_tokens=4,
        stop="\n",
    )
    if config.project_id is None:
        raise DemoError("the service does not say which project the config is in")
    dataset = _dataset(humanloop, config.project_id)
    evaluator = _evaluator(humanloop)
    started = time.monotonic()
    run = humanloop.evaluations.create(
        config.project_id,
        config_id=config.id,
        evaluator_ids=[evaluator.id],
        dataset_id=dataset.id,
    )
    say(f"Evaluation {run.id} is on its way; an evaluator written in Python judges each answer ...")
    run = run.wait(progress=True)
    seconds = time.monotonic() - started
    return _checked(
        Judged(
            project=PROJECT,
            run_id=run.id,
            config_id=config.id,
            dataset_id=dataset.id,
            evaluator=EVALUATOR,
            share=_share(run),
            rows=labelled(run.results()),
            seconds=seconds,
        )
    )


def labelled(rows: Iterable[Mapping[str, Any]]) -> tuple[Labelled, ...]:
    """Return the rows of the result; see ``answers.labelled``."""
    return answers.labelled(rows, "output", _datapoint)


def _dataset(humanloop: Humanloop, project_id: str) -> Dataset:
    # Named by its content: another release of the reviews is another dataset.
    name = f"demo reviews {hashlib.sha256(reviews_csv()).hexdigest()[:8]}"
    known = (dataset for dataset in humanloop.datasets.list() if dataset.name == name)
    dataset = next(known, None) or humanloop.datasets.create(project_id, name)
    if dataset.datapoint_count == 0:
        humanloop.datapoints.create(dataset.id, [_datapoint(review) for review in reviews()])
    return dataset


def _datapoint(review: Review) -> dict[str, Any]:
    return {"inputs": {"review": review.text}, "target": {"label": review.label}}


def _evaluator(humanloop: Humanloop) -> Evaluator:
    known = (
        evaluator
        for evaluator in humanloop.evaluators.list()
        if (evaluator.name, evaluator.code) == (EVALUATOR, CODE)
    )
    return next(known, None) or humanloop.evaluators.create(
        EVALUATOR,
        type="python",
        return_type="boolean",
        arguments_type="target_required",
        description="Whether the answer is the review's label",
        code=CODE,
    )


def _share(run: EvaluationRun) -> float:
    values = [aggregate.value for aggregate in run.aggregates or ()]
    if len(values) != 1 or values[0] is None:
        raise DemoError(f"evaluation {run.id} has no aggregate of its one evaluator")
    return values[0]


def _checked(judged: Judged) -> Judged:
    if abs(judged.share - judged.score.accuracy) > 1e-9:
        raise DemoError(
            f"the evaluator found {judged.share:.3f} of the answers right, but counted here they "
            f"are {judged.score.accuracy:.3f}"
        )
    return judged
