"""Which parts of answers the local service never gives, and why: no fault can be in them.

A part that is always null, empty or absent can be dropped or made into something else, and that is
a fault; but nothing in it can be cut short, counted wrongly or swapped.
"""

from collections.abc import Mapping, Sequence

_USERS = "the local service has keys, and no users, teams or folders: it answers none"
_OLD = "nothing but the service of Humanloop itself ever made such a config; here none can be made"
_WORDING = "a text for people, whose words no source promises: another wording is no fault"
_OPAQUE = "an opaque word of the server's choice: any other that is as unique would do as well"

NOTHING_IN: Mapping[str, str] = {
    "AgentConfigResponse": _OLD,
    "EvaluatorConfigResponse": _OLD,
    "GenericConfigResponse": _OLD,
    "NestedToolConfigResponse": "tools are answered as `tools`, and `tool_configs` is null always",
    "ToolResultResponse": "a log of v4 cannot be sent with results of tools, so it has none",
    "ToolChoice": "a log of v4 cannot be sent with a choice of tools, so it has none",
    "ProjectUserResponse": _USERS,
    "UserResponse": _USERS,
}
"""Components of which the local service answers none."""


def why_never_there(path: Sequence[str], within: Sequence[str], what: str) -> str:
    """Return why a change to a property makes no other answer; nothing if it does.

    Args:
        path: The way to the property.
        within: The components on that way.
        what: The change.
    """
    for component in within:
        if component in NOTHING_IN:
            return NOTHING_IN[component]
    return ""
