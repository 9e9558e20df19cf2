"""Faults that no schema can express: what a server forgets, mixes up or gives away."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from attrs import evolve

from faults.fault import Api, Fault, Forward, Reply, Sent, Tamper, items
from faults.keys import any_tenant, anybody, credentials

Memory = dict[str, Any]
Work = Callable[[Sent, Forward, Memory], Reply]


def by_hand() -> list[Fault]:
    """Return every fault that was written by hand."""
    return [*_oxen(), *_humanloop()]


def _fault(api: Api, kind: str, name: str, operations: Sequence[str], work: Work) -> Fault:
    def make() -> Tamper:
        memory: Memory = {}

        def tamper(sent: Sent, forward: Forward) -> Reply:
            mine = sent.api == api and sent.operation in operations
            return work(sent, forward, memory) if mine else forward(sent)

        return tamper

    return Fault(f"{name} ({', '.join(operations)})", kind, api, operations, make, by_hand=True)


def _keys(
    api: Api, kind: str, name: str, operation: str, make: Callable[[Callable[[Sent], bool]], Tamper]
) -> Fault:
    def at(sent: Sent) -> bool:
        return sent.api == api and sent.operation == operation

    return Fault(f"{name} ({operation})", kind, api, [operation], lambda: make(at), by_hand=True)


# --- kinds of work ------------------------------------------------------------------------------


def _edit(change: Callable[[Any, Sent], None]) -> Work:
    """Change the JSON of a good answer in place."""

    def work(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
        reply = forward(sent)
        body = reply.json
        if not reply.good or body is None:
            return reply
        change(body, sent)
        return reply if body == reply.json else reply.with_json(body)

    return work


def _rewrite(change: Callable[[Sent], Sent]) -> Work:
    """Change a request before the service sees it."""

    def work(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
        return forward(change(sent))

    return work


def _without_query(*names: str) -> Work:
    def change(sent: Sent) -> Sent:
        path, _, query = sent.target.partition("?")
        kept = [(name, value) for name, value in parse_qsl(query) if name not in names]
        return evolve(sent, target=f"{path}?{urlencode(kept)}" if kept else path)

    return _rewrite(change)


def _query_plus_one(name: str) -> Work:
    def change(sent: Sent) -> Sent:
        path, _, query = sent.target.partition("?")
        pairs = [
            (key, str(int(value) + 1) if key == name and value.isdigit() else value)
            for key, value in parse_qsl(query)
        ]
        return evolve(sent, target=f"{path}?{urlencode(pairs)}" if pairs else path)

    return _rewrite(change)


def _first_answer(key: Callable[[Sent], str]) -> Work:
    """Answer what was answered first, whatever happened since."""

    def work(sent: Sent, forward: Forward, memory: Memory) -> Reply:
        reply = forward(sent)
        first: Reply = memory.setdefault(key(sent), reply) if reply.good else reply
        return first

    return work


def _answer_before(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    """Answer what the same address had before the latest change."""
    reply = forward(sent)
    if not reply.good:
        return reply
    before: Reply
    latest: Reply
    before, latest = memory.get(sent.target, (reply, reply))
    if latest.content != reply.content:
        before, latest = latest, reply
    memory[sent.target] = before, latest
    return before


def _of_another(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    """Answer with another object of the kind."""
    reply = forward(sent)
    if not reply.good:
        return reply
    target: str
    first: Reply
    target, first = memory.setdefault("first", (sent.target, reply))
    return first if target != sent.target else reply


def _not_done(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    """From the second request on, answer well without doing anything."""
    if memory.get("reply") is not None and memory["count"] % 2:
        memory["count"] += 1
        reply: Reply = memory["reply"]
        return reply
    reply = forward(sent)
    if reply.good:
        memory["reply"], memory["count"] = reply, memory.get("count", 0) + 1
    return reply


def _twice(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    reply = forward(sent)
    return forward(sent) if reply.good else reply


def _crash_if(condition: Callable[[Any], bool]) -> Work:
    def work(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
        reply = forward(sent)
        if reply.good and sent.json is not None and condition(sent.json):
            return Reply(500, {"content-type": "application/json"}, b'{"detail": "oops"}')
        return reply

    return work


def _error_as_200(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    reply = forward(sent)
    return evolve(reply, status=200) if reply.status in (400, 404, 409, 422) else reply


def _set(*path: str, to: Callable[[Any], Any]) -> Work:
    """Change one value of a good answer; a star is every item of a list."""

    def walk(body: Any, steps: Sequence[str]) -> None:
        step, rest = steps[0], steps[1:]
        if step == "*":
            for item in items(body):
                walk(item, rest)
        elif isinstance(body, dict) and step in body:
            if rest:
                walk(body[step], rest)
            elif body[step] is not None:
                body[step] = to(body[step])

    return _edit(lambda body, _sent: walk(body, path))


def _list(*path: str, to: Callable[[list[Any]], list[Any]]) -> Work:
    return _set(*path, to=lambda found: to(found))


def _ascii(text: Any) -> Any:
    return text.encode("ascii", "replace").decode() if isinstance(text, str) else text


def _strip(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


# --- Oxen ---------------------------------------------------------------------------------------


def _oxen() -> list[Fault]:
    def fault(kind: str, name: str, operations: str | Sequence[str], work: Work) -> Fault:
        names = [operations] if isinstance(operations, str) else operations
        return _fault("oxen", kind, name, names, work)

    evaluation = ("create_evaluation", "get_evaluation")
    reads = ("get_repository", "list_branches", "get_branch", "download_file", "get_data_frame")
    rows = ("data_frame", "view", "data")
    return [
        fault("echo", "name trimmed", evaluation, _set("evaluation", "name", to=_strip)),
        fault("echo", "name in ASCII", evaluation, _set("evaluation", "name", to=_ascii)),
        fault("echo", "name cut", evaluation, _set("evaluation", "name", to=lambda v: v[:64])),
        fault(
            "echo",
            "prompt re-encoded",
            evaluation,
            _set("evaluation", "prompt", to=lambda v: v.replace("{{", "{").replace("}}", "}")),
        ),
        fault(
            "echo", "flag ignored", evaluation, _set("evaluation", "is_sample", to=lambda v: False)
        ),
        fault(
            "echo", "default shown", evaluation, _set("evaluation", "sample_count", to=lambda v: 10)
        ),
        fault(
            "echo",
            "target column in small letters",
            evaluation,
            _set("evaluation", "target_column", to=str.lower),
        ),
        fault("echo", "author trimmed", "upload_file", _set("commit", "author", to=_strip)),
        fault("echo", "message in ASCII", "upload_file", _set("commit", "message", to=_ascii)),
        fault("state", "upload forgotten", "upload_file", _not_done),
        fault("state", "upload done twice", "upload_file", _twice_form),
        fault("state", "evaluation run twice", "create_evaluation", _twice),
        fault("state", "branch not made", "create_branch", _not_done),
        fault("state", "first answer kept", "get_branch", _first_answer(lambda s: s.target)),
        fault("state", "answer before the latest", "get_branch", _answer_before),
        fault("state", "answer before the latest", "list_branches", _answer_before),
        fault("state", "old bytes", "download_file", _answer_before),
        fault("state", "another's object", "get_repository", _of_another),
        fault("state", "another's object", "get_evaluation", _of_another),
        fault("state", "another's object", "get_branch", _of_another),
        fault("state", "id used again", "create_evaluation", _first_id),
        fault("status", "never changes", "get_evaluation", _first_answer(lambda s: s.target)),
        fault("status", "changes back", "get_evaluation", _changes_back),
        fault(
            "status",
            "completed at once",
            evaluation,
            _set("evaluation", "status", to=lambda v: "completed"),
        ),
        fault("status", "errored", "get_evaluation", _set("evaluation", "status", to=_errored)),
        fault(
            "aggregate",
            "progress doubled",
            "get_evaluation",
            _set("evaluation", "progress", "processed", to=lambda v: v * 2),
        ),
        fault(
            "aggregate",
            "tokens without the answer's",
            "get_evaluation",
            _edit(
                lambda b, _s: b["evaluation"].update(
                    tokens_used=b["evaluation"]["prompt_tokens_used"]
                )
            ),
        ),
        fault(
            "list", "first branch missing", "list_branches", _list("branches", to=lambda v: v[1:])
        ),
        fault(
            "list",
            "last branch twice",
            "list_branches",
            _list("branches", to=lambda v: [*v, v[-1]]),
        ),
        fault("list", "search ignored", "search_models", _search_all),
        fault("list", "always empty", "search_models", _list("data", to=lambda v: [])),
        fault("pages", "size ignored", "get_data_frame", _without_query("page_size")),
        fault("pages", "page ignored", "get_data_frame", _without_query("page")),
        fault("pages", "off by one", "get_data_frame", _query_plus_one("page")),
        fault("pages", "first row lost", "get_data_frame", _list(*rows, to=lambda v: v[1:])),
        fault(
            "pages", "last row twice", "get_data_frame", _list(*rows, to=lambda v: [*v, *v[-1:]])
        ),
        fault("pages", "rows upside down", "get_data_frame", _list(*rows, to=lambda v: v[::-1])),
        fault("rows", "text trimmed", "get_data_frame", _set(*rows, "*", "query", to=_strip)),
        fault("rows", "text in ASCII", "get_data_frame", _set(*rows, "*", "answer", to=_ascii)),
        fault(
            "rows",
            "answers shifted",
            "get_data_frame",
            _set(*rows, "*", "answer", to=lambda v: v[1:]),
        ),
        fault(
            "bytes",
            "line ends changed",
            "download_file",
            _bytes(lambda c: c.replace(b"\n", b"\r\n")),
        ),
        fault("bytes", "last byte lost", "download_file", _bytes(lambda c: c[:-1])),
        fault("bytes", "zero byte cut", "download_file", _bytes(lambda c: c.split(b"\0")[0])),
        fault("slashes", "%2F not taken", [*reads, "upload_file"], _no_encoded_slash),
        fault("slashes", "decoded twice", [*reads, "create_evaluation"], _decoded_twice),
        *(
            _keys("oxen", "auth", "any key accepted", name, anybody)
            for name in ("list_models", "download_file", "create_branch", "get_evaluation")
        ),
        *(
            _keys("oxen", "tenancy", "another tenant's", name, any_tenant)
            for name in (*reads, "get_evaluation", "create_branch")
        ),
        fault("refusal", "an error under 200", "get_branch", _error_as_200),
        fault("refusal", "an error under 200", "create_evaluation", _error_as_200),
        fault("refusal", "an error under 200", "create_repository", _error_as_200),
        fault(
            "crash",
            "500 on three fields at once",
            "create_evaluation",
            _crash_if(lambda b: {"name", "is_sample", "commit_message"} <= set(b)),
        ),
        fault(
            "crash",
            "500 on a long name",
            "create_evaluation",
            _crash_if(lambda b: len(b.get("name") or "") > 200),
        ),
        fault(
            "crash",
            "500 on a sign beyond 16 bits",
            "create_evaluation",
            _crash_if(lambda b: any(ord(sign) > 0xFFFF for sign in b.get("name") or "")),
        ),
    ]


def _twice_form(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    # Other bytes in between, or the second upload would be no change.
    reply = forward(sent)
    if not reply.good:
        return reply
    part = re.search(rb'name="file".*?\r\n\r\n', sent.content, re.DOTALL)
    if part is None:
        return reply
    cut = part.end()
    forward(evolve(sent, content=sent.content[:cut] + b"#" + sent.content[cut:]))
    return forward(sent)


def _first_id(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    reply = forward(sent)
    if not reply.good:
        return reply
    body = reply.json
    body["evaluation"]["id"] = memory.setdefault("id", body["evaluation"]["id"])
    return reply.with_json(body)


def _changes_back(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    reply = forward(sent)
    body = reply.json
    if reply.good and body["evaluation"]["status"] == "completed":
        memory[sent.target] = memory.get(sent.target, 0) + 1
        if memory[sent.target] > 1:
            body["evaluation"]["status"] = "running"
            return reply.with_json(body)
    return reply


def _errored(status: str) -> str:
    return "errored" if status == "completed" else status


def _search_all(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    reply = forward(sent)
    if not reply.good:
        return reply
    return forward(evolve(sent, target="/api/ai/models"))


def _bytes(change: Callable[[bytes], bytes]) -> Work:
    def work(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
        reply = forward(sent)
        changed = change(reply.content)
        if not reply.good or changed == reply.content:
            return reply
        return evolve(reply, content=changed)

    return work


def _no_encoded_slash(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    if "%2f" not in sent.target.lower().replace("%252f", ""):
        return forward(sent)
    return forward(evolve(sent, target=sent.target.replace("%2F", "%252F")))


def _decoded_twice(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    path, mark, query = sent.target.partition("?")
    if "%25" not in path:
        return forward(sent)
    return forward(evolve(sent, target=path.replace("%25", "%") + mark + query))


# --- Humanloop ----------------------------------------------------------------------------------


def _humanloop() -> list[Fault]:
    def fault(kind: str, name: str, operations: str | Sequence[str], work: Work) -> Fault:
        names = [operations] if isinstance(operations, str) else operations
        return _fault("humanloop", kind, name, names, work)

    cases = "list_evaluation_datapoints"
    log = ("records", "*", "log")
    means = ("evaluator_aggregates", "*", "aggregate_value")
    return [
        fault("echo", "output trimmed", "get_log", _set("output", to=_strip)),
        fault("echo", "output in ASCII", "get_log", _set("output", to=_ascii)),
        fault("echo", "metadata forgotten", "get_log", _set("metadata", to=lambda v: {})),
        fault("echo", "template trimmed", "get_model_config", _set("prompt_template", to=_strip)),
        fault(
            "echo",
            "default shown",
            "register_model_config",
            _set("config", "temperature", to=lambda v: 1),
        ),
        fault("echo", "target forgotten", "get_datapoint", _set("target", to=lambda v: {})),
        fault("state", "config anew each time", "register_model_config", _new_config_id),
        fault("state", "log forgotten", cases, _set(*log, to=lambda v: None)),
        fault("state", "log of another", "get_log", _of_another),
        fault("state", "another's object", "get_evaluation", _of_another),
        fault("state", "another's object", "get_datapoint", _of_another),
        fault("state", "result not kept", "add_evaluation_result", _not_done),
        fault("state", "evaluator not added", "add_evaluators", _read_only),
        fault("state", "datapoints added twice", "create_datapoints", _twice),
        fault("state", "log kept twice", "log_to_evaluation", _log_again),
        fault("status", "never changes", "update_evaluation_status", _read_only),
        fault(
            "status",
            "completed is pending",
            "get_evaluation",
            _set("status", to=_completed_as_pending),
        ),
        fault("status", "illegal change accepted", "update_evaluation_status", _pretend),
        fault(
            "status",
            "cancelled goes on",
            "get_evaluation",
            _set("status", to=_cancelled_as_running),
        ),
        fault(
            "status", "starts running", "create_evaluation", _set("status", to=lambda v: "running")
        ),
        fault(
            "aggregate",
            "mean plus a little",
            "get_evaluation",
            _set(*means, to=lambda v: v + 0.001),
        ),
        fault(
            "aggregate",
            "mean rounded",
            "get_evaluation",
            _set(*means, to=lambda v: float(round(v))),
        ),
        fault(
            "aggregate", "errors count as zero", "get_evaluation", _set(*means, to=lambda v: v / 2)
        ),
        fault("aggregate", "stale", "get_evaluation", _first_answer(lambda s: s.target)),
        fault(
            "aggregate",
            "count of datapoints",
            "get_dataset",
            _set("datapoint_count", to=lambda v: v + 1),
        ),
        fault(
            "list", "first missing", "list_project_evaluations", _edit(lambda b, _s: _pop_first(b))
        ),
        fault("list", "first missing", "list_evaluators", _edit(lambda b, _s: b.clear())),
        fault("list", "status filter ignored", "list_evaluations", _without_query("status_filter")),
        fault("pages", "size ignored", "list_evaluations", _without_query("size")),
        fault("pages", "page ignored", "list_evaluations", _without_query("page")),
        fault("pages", "counted from 1", "list_datapoints", _query_plus_one("page")),
        fault("pages", "page ignored", cases, _without_query("page")),
        fault("pages", "size ignored", "list_datapoints", _without_query("size")),
        fault("pages", "last twice", cases, _list("records", to=lambda v: [*v, *v[-1:]])),
        fault("pages", "total of the page", "list_datapoints", _edit(_total_of_page)),
        fault(
            "belonging",
            "results of another",
            cases,
            _set(*log[:2], "evaluation_results", to=lambda v: []),
        ),
        *(
            _keys("humanloop", "tenancy", "another tenant's", name, any_tenant)
            for name in (
                "get_project",
                "get_dataset",
                "get_datapoint",
                "get_model_config",
                "get_evaluation",
                cases,
                "update_evaluation_status",
                "list_evaluations",
            )
        ),
        *(
            _keys("humanloop", "auth", "any key accepted", name, anybody)
            for name in (
                "get_project",
                "get_evaluation",
                "update_evaluation_status",
                "log_to_evaluation",
            )
        ),
        fault("refusal", "an error under 200", "update_evaluation_status", _error_as_200),
        fault("refusal", "an error under 200", "get_evaluation", _error_as_200),
        fault(
            "crash",
            "500 on three fields at once",
            "log_to_evaluation",
            _crash_if(lambda b: {"stdout", "metadata", "duration"} <= set(b["log"])),
        ),
    ]


def _new_config_id(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    reply = forward(sent)
    if not reply.good:
        return reply
    body = reply.json
    memory["n"] = memory.get("n", 0) + 1
    body["config"]["id"] += str(memory["n"])
    return reply.with_json(body)


def _read_only(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    # What it was asked for is what it answers, as if it had been done.
    if sent.json is None or not credentials(sent):
        return forward(sent)
    path = re.sub(r"/(status|evaluators)$", "", sent.target)
    found = forward(evolve(sent, operation="", method="GET", target=path, content=b""))
    body = found.json
    if found.good and "status" in sent.json:
        body["status"] = sent.json["status"]
    return found.with_json(body)


def _pretend(sent: Sent, forward: Forward, _memory: Memory) -> Reply:
    reply = forward(sent)
    if reply.status != 400 or sent.json is None:
        return reply
    return _read_only(sent, forward, _memory)


def _log_again(sent: Sent, forward: Forward, memory: Memory) -> Reply:
    reply = forward(sent)
    key = unquote(sent.target) + str(sent.content)
    if reply.good:
        memory[key] = reply
    earlier: Reply = memory.get(key, reply) if reply.status == 422 else reply
    return earlier


def _completed_as_pending(status: str) -> str:
    return "pending" if status == "completed" else status


def _cancelled_as_running(status: str) -> str:
    return "running" if status == "cancelled" else status


def _pop_first(body: list[Any]) -> None:
    if body:
        body.pop(0)


def _total_of_page(body: Any, _sent: Sent) -> None:
    body["total"] = len(body["records"])
