"""What the client of Humanloop's API answers, as plain frozen data.

Attributes bear the names of Humanloop's v4 reference. In all of these, ``extra`` holds the fields
of the answer that have no attribute here, documented or not, as JSON; what is null is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from oxloop.humanloop.tally import Tally

Json = Mapping[str, Any]
Judgment = bool | float | str | tuple[str, ...]
"""What an evaluator may give."""


@frozen(kw_only=True)
class Config:
    """What is evaluated: mostly a model with its prompt and parameters.

    Attributes:
        id: The config's id.
        type: ``model``, ``tool``, ``evaluator``, ``agent`` or ``generic``.
        name: A name for people.
        description: What it is for.
        project_id: The project that it was registered with, where the answer is about that.
        project_name: That project's name.
        provider: Whose model it is.
        model: The model, as its provider calls it.
        endpoint: ``complete``, ``chat`` or ``edit``.
        prompt_template: The prompt of a completion, with ``{{name}}`` where an input goes.
        chat_template: The messages that open a chat.
        template_language: ``default`` or ``jinja``.
        max_tokens: Most tokens to generate; -1 for as many as there is room for.
        temperature: How much chance there is in sampling.
        top_p: The share of the likeliest tokens that is sampled from.
        stop: Text, or several texts, that end generation.
        presence_penalty: From -2 to 2; above 0 against tokens that came up already.
        frequency_penalty: From -2 to 2; above 0 against tokens that came up often.
        seed: Asks for the same sampling each time.
        response_format: The form that the answer has to have.
        reasoning_effort: How hard to think first, as a word or in tokens.
        tools: The tools that the model may call.
        other: Further parameters, handed to the provider as they are.
        extra: Further fields, such as those of the other types of config.
    """

    id: str
    type: str
    name: str | None = None
    description: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    provider: str | None = None
    model: str | None = None
    endpoint: str | None = None
    prompt_template: str | None = None
    chat_template: tuple[Json, ...] | None = None
    template_language: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: str | tuple[str, ...] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    response_format: Json | None = None
    reasoning_effort: str | int | None = None
    tools: tuple[Json, ...] | None = None
    other: Json | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Project:
    """The home of configs, logs and evaluations.

    Attributes:
        id: The project's id.
        name: Its name, which no other project has.
        active_config: The config in use.
        config_type: The type of its configs.
        data_count: How many logs it has.
        directory_id: The directory that it is in.
        team_id: The team that it belongs to.
        created_at: When it was made.
        updated_at: When it was last changed.
        extra: Further fields.
    """

    id: str
    name: str
    active_config: Config | None = None
    config_type: str | None = None
    data_count: int | None = None
    directory_id: str | None = None
    team_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Evaluator:
    """A judge of logs.

    Attributes:
        id: The evaluator's id.
        name: Its name.
        description: What it looks at.
        type: ``python``, ``llm``, ``human`` or ``external``.
        arguments_type: ``target_free`` if it needs the log alone, else ``target_required``.
        return_type: ``boolean``, ``number``, ``select``, ``multi_select`` or ``text``.
        code: The source of a python evaluator.
        model_config: The model and the prompt of an llm evaluator.
        created_at: When it was made.
        updated_at: When it was last changed.
        extra: Further fields.
    """

    id: str
    name: str
    description: str | None = None
    type: str
    arguments_type: str | None = None
    return_type: str | None = None
    code: str | None = field(default=None, repr=False)
    model_config: Config | None = field(default=None, repr=False)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)

    @property
    def is_run_by_service(self) -> bool:
        """Whether the service judges with it; otherwise results have to be sent."""
        return self.type in ("python", "llm")


@frozen(kw_only=True)
class Dataset:
    """A named collection of datapoints, which keeps its versions.

    Attributes:
        id: The dataset's id.
        name: Its name.
        description: What is in it.
        project_id: The project that it was made in, where the server tells.
        datapoint_count: How many datapoints there are.
        created_at: When it was made.
        updated_at: When it was last changed.
        extra: Further fields.
    """

    id: str
    name: str
    description: str | None = None
    project_id: str | None = None
    datapoint_count: int
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Datapoint:
    """One case of a dataset.

    Attributes:
        id: The datapoint's id.
        dataset_id: The dataset that it is part of.
        inputs: What goes into the template, by name.
        messages: The chat so far.
        target: What a good answer looks like, under names that evaluators know.
        extra: Further fields.
    """

    id: str
    dataset_id: str | None = None
    inputs: Json | None = None
    messages: tuple[Json, ...] | None = None
    target: Json | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class EvaluationResult:
    """What one evaluator said of one log.

    Attributes:
        id: The result's id.
        evaluator_id: Who judged.
        evaluator_version_id: In which version.
        evaluation_id: The evaluation that it is part of.
        log_id: The log that was judged.
        value: The judgment.
        error: Why there is no judgment.
        created_at: When it was given.
        updated_at: When it was last changed.
        extra: Further fields.
    """

    id: str
    evaluator_id: str
    evaluator_version_id: str | None = None
    evaluation_id: str | None = None
    log_id: str
    value: Judgment | None = None
    error: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Log:
    """What a config was given, what it answered, and what evaluators said.

    Attributes:
        id: The log's id.
        project: Its project's name.
        project_id: Its project's id.
        config_id: The id of the config that was used.
        config: That config.
        source_datapoint_id: The datapoint that it answers.
        inputs: What was put into the template.
        messages: The messages that the model was sent.
        output: What the model answered.
        output_message: The answer as a message.
        error: Why there is no answer.
        judgment: An evaluator's verdict, where the log is an evaluator's.
        evaluation_results: What evaluators said of it.
        duration: How many seconds it took.
        prompt_tokens: Tokens that went in.
        output_tokens: Tokens that came out.
        prompt_cost: What the former cost, in dollars.
        output_cost: What the latter cost.
        finish_reason: Why the model stopped.
        reference_id: The sender's own name for it.
        session_id: The session that it belongs to.
        parent_id: The log that it is nested in.
        source: What part of the sender's system made the call.
        metadata: Anything else that the sender kept.
        user: The user that the call was made for.
        created_at: When it was made.
        updated_at: When it was last changed.
        extra: Further fields.
    """

    id: str
    project: str | None = None
    project_id: str | None = None
    config_id: str | None = None
    config: Config | None = field(default=None, repr=False)
    source_datapoint_id: str | None = None
    inputs: Json | None = None
    messages: tuple[Json, ...] | None = None
    output: str | None = None
    output_message: Json | None = None
    error: str | None = None
    judgment: Judgment | None = None
    evaluation_results: tuple[EvaluationResult, ...] = ()
    duration: float | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    prompt_cost: float | None = None
    output_cost: float | None = None
    finish_reason: str | None = None
    reference_id: str | None = None
    session_id: str | None = None
    parent_id: str | None = None
    source: str | None = None
    metadata: Json | None = None
    user: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class CreatedLog:
    """Where a log was kept.

    Attributes:
        id: The log's id.
        project_id: Its project.
        session_id: Its session, if it has one.
        extra: Further fields.
    """

    id: str
    project_id: str
    session_id: str | None = None
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class EvaluationDatapoint:
    """A datapoint of an evaluation, with what became of it so far.

    Attributes:
        datapoint: The datapoint.
        log: The log that was made for it; None as long as there is none.
        evaluation_results: What evaluators said of that log.
        extra: Further fields.
    """

    datapoint: Datapoint
    log: Log | None = None
    evaluation_results: tuple[EvaluationResult, ...] = ()
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Aggregate:
    """What one evaluator found about a config, as one number.

    Attributes:
        evaluator: The evaluator's name, where the answer tells it.
        value: The mean of numbers or the share of true; None for text and before any result.
        evaluator_id: The evaluator.
        evaluator_version_id: In which version.
        model_config_id: The config.
        extra: Further fields.
    """

    evaluator: str | None = None
    value: float | None = None
    evaluator_id: str
    evaluator_version_id: str
    model_config_id: str
    extra: Json = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class HumanloopDetails:
    """More about a run on Humanloop. What is not known is None.

    Attributes:
        project_id: The project; the API does not answer it, so it is known of runs only that were
            created or listed here.
        config_id: The config that is run.
        config: That config.
        dataset_id: The dataset that it is run over.
        dataset: That dataset, as it is now.
        dataset_version_id: The version of the dataset that it is run over.
        dataset_snapshot: The dataset as it was then.
        evaluators: Who judges.
        hl_generated: Whether the service makes the logs; the API does not answer it either.
        updated_at: When the run last changed.
        tally: What was counted for the run's progress; of no other use.
    """

    project_id: str | None = None
    config_id: str
    config: Config = field(repr=False)
    dataset_id: str
    dataset: Dataset = field(repr=False)
    dataset_version_id: str
    dataset_snapshot: Dataset | None = field(default=None, repr=False)
    evaluators: tuple[Evaluator, ...]
    hl_generated: bool | None = None
    updated_at: datetime | None = None
    tally: Tally = field(factory=Tally, repr=False, eq=False)
