"""Which parts of answers the local service never gives, and why: no fault can be in them.

A part that is always null, empty or absent can be dropped or made into something else, and that is
a fault; but nothing in it can be cut short, counted wrongly or swapped. What stands here is read in
the service; a run that meets a fault of which this says that nobody can, fails.
"""

from collections.abc import Iterator, Mapping, Sequence

_USERS = "the local service has keys, and no users, teams or folders: it answers none"
_ELSE = "only Humanloop's own service made such a config; here none can be made, so none is shown"
_TOOLS_SENT = "v4 takes no log with the results of tools or a choice of them, so none is shown"
_KEPT = "the service keeps a tool as it was sent, and nothing more about it"
_RESULT = "a result names its log, and the service shows the log beside it, not in it"
_NO_VERSIONS = "the service keeps no versions of results"
_OWN_NOTES = "only Humanloop's own service noted that of a log; nothing that is sent says it"
_OLD_TOOLS = "tools are shown as `tools`; the deprecated `tool_configs` is null always"
_REGISTERED = "only models are registered, and of these a project has its active config"
_MODEL = "an evaluator's config has neither a chat nor tools: none can be sent with one"
_WORDS = "the registry of models has no texts about them"
_ABSENT = "the service has no such part in its refusals; the specs leave it out"
_ECHO = "a model that echoes asks for no tool"
_TEXT = "a refusal with this status is one text; only 422 lists what is wrong, part by part"

NEVER: Mapping[tuple[str, str], str] = {
    ("ChatAnswer", "tool_calls"): _ECHO,
    ("ErrorDetails", "message"): _ABSENT,
    ("ErrorEnvelope", "oxen_version"): _ABSENT,
    ("ErrorEnvelope", "status_description"): _ABSENT,
    ("EvaluationModel", "description"): _WORDS,
    ("EvaluationResultResponse", "evaluator_log"): _RESULT,
    ("EvaluationResultResponse", "log"): _RESULT,
    ("EvaluationResultResponse", "version"): _NO_VERSIONS,
    ("EvaluationResultResponse", "version_id"): _NO_VERSIONS,
    ("EvaluatorResponse", "logging_project"): _USERS,
    ("LogResponse", "batch_ids"): _OWN_NOTES,
    ("LogResponse", "finish_reason"): _OWN_NOTES,
    ("LogResponse", "raw_output"): _OWN_NOTES,
    ("LogResponse", "tool_choice"): _TOOLS_SENT,
    ("LogResponse", "tools"): _TOOLS_SENT,
    ("LogResponse", "user"): _OWN_NOTES,
    ("Model", "description"): _WORDS,
    ("Model", "summary"): _WORDS,
    ("NestedModelConfigResponse", "tool_configs"): _OLD_TOOLS,
    ("NestedToolConfigResponse", "created_by"): _USERS,
    ("NestedToolConfigResponse", "is_preset"): _KEPT,
    ("NestedToolConfigResponse", "setup_schema"): _KEPT,
    ("NestedToolConfigResponse", "signature"): _KEPT,
    ("ProjectConfigResponse", "evaluation_aggregates"): "aggregates are an evaluation's only",
    ("ProjectResponse", "active_evaluators"): _USERS,
    ("ProjectResponse", "directory_id"): _USERS,
    ("ProjectResponse", "users"): _USERS,
    ("User", "image"): _USERS,
    ("User", "name"): _USERS,
}
"""Properties, by component, that are null, empty or absent always."""

NONE: Mapping[str, str] = {
    "AgentConfigResponse": _ELSE,
    "EvaluatorConfigResponse": _ELSE,
    "GenericConfigResponse": _ELSE,
}
"""Components of which there are none."""

ABSENT = {
    ("ErrorDetails", "message"),
    ("ErrorEnvelope", "oxen_version"),
    ("ErrorEnvelope", "status_description"),
}
"""Those of ``NEVER`` that are not even null."""

_OF_A_CHAT = ("chat_template", "tools")
_OF_THE_WHOLE = ("dropped", "of another type")


def why_never_there(status: str, within: Sequence[str], name: str, what: str) -> str:
    """Return why a change to a property makes no other answer; nothing if it does.

    Args:
        status: The answer's status.
        within: The components and properties on the way to it, each property after a dot.
        name: The property.
        what: The change.
    """
    for part in within:
        if part in NONE:
            return NONE[part]
    pairs = list(_pairs(within))
    for place, pair in enumerate(pairs):
        if pair in NEVER:
            return NEVER[pair]
        if ("EvaluatorResponse", "model_config") in pairs[:place] and pair[1] in _OF_A_CHAT:
            return _MODEL
        if pair == ("ErrorResponse", "detail") and status != "422":
            return _TEXT
    if ("ProjectConfigResponse", "config") in pairs and "NestedToolConfigResponse" in within:
        return _REGISTERED
    if ("EvaluatorResponse", "model_config") in pairs and name in _OF_A_CHAT:
        return "" if what in _OF_THE_WHOLE else _MODEL
    own = (_component(within), name)
    if own == ("ErrorResponse", "detail"):
        one_text = status != "422"
        if what in ("an item less", "an item twice") if one_text else what == "cut short":
            return _TEXT
    other = what.removeprefix("swapped with ")
    if other != what and (_component(within), other) in ABSENT:
        return NEVER[_component(within), other]
    if own in ABSENT or (own in NEVER and what not in _OF_THE_WHOLE and other == what):
        return NEVER[own]
    return ""


def _component(within: Sequence[str]) -> str:
    components = [part for part in within if not part.startswith(".")]
    return components[-1] if components else ""


def _pairs(within: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, part in enumerate(within):
        if part.startswith("."):
            yield _component(within[:place]), part[1:]
