"""Prompts of Humanloop configs: templates of both languages, and what a template may not do."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from humanloop_world import config
from oxloop.rules.errors import RuleError
from oxloop_server.prompts.humanloop import Prompts, as_text, endpoint_of
from oxloop_server.prompts.jinja import JinjaProcesses

T = TypeVar("T")
PATIENCE_SECONDS = 30


def run(test: Callable[[JinjaProcesses], Coroutine[Any, Any, T]], seconds: float = 5.0) -> T:
    async def main() -> T:
        processes = JinjaProcesses(seconds)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await test(processes)
        finally:
            await processes.stop()

    return asyncio.run(main())


def make(asked: Mapping[str, Any], inputs: Mapping[str, object], *messages: Any) -> Any:
    return run(lambda processes: Prompts(processes).make("t", asked, inputs, messages))


def jinja(*templates: str, seconds: float = 5.0, **values: Any) -> list[str]:
    return run(lambda processes: processes.render("t", templates, values), seconds)


def test_a_completion_is_the_filled_template() -> None:
    asked = config(prompt_template='{"a": {{ a }}} {{b.c}} {single} {{ 3 }}')
    assert make(asked, {"a": "{{b}}", "b": {"c": [1]}}) == '{"a": {{b}}} [1] {single} {{ 3 }}'


def test_a_chat_without_a_template_is_the_datapoints_messages() -> None:
    message = {"role": "user", "content": "{{a}}", "name": None, "tool_call_id": None}
    assert make(config(endpoint="chat"), {}, message) == [{"role": "user", "content": "{{a}}"}]


def test_a_chat_template_makes_a_chat_of_a_config_that_says_nothing_else() -> None:
    asked = config(chat_template=[{"role": "user", "content": "Hi {{a}}"}])
    assert endpoint_of(asked) == "chat"
    assert make(asked, {"a": "B"}) == [{"role": "user", "content": "Hi B"}]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (config(), "has no prompt_template"),
        (config(prompt_template="{{missing}}"), 'There is no "missing"; there are: "a".'),
        (config(prompt_template="{" * 200_001), "has 200,001 opening braces, and 200,000 may be"),
        (
            config(chat_template=[{"role": "user", "content": "{" * 100_001}] * 2),
            "has 200,002 opening braces",
        ),
        (config(endpoint="edit", prompt_template="x"), '"edit" is not served'),
        (config(endpoint="chat"), "Neither the config nor the datapoint has a message"),
        (
            config(prompt_template="{{missing}}", template_language="jinja"),
            "'missing' is undefined",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(asked: Mapping[str, Any], error: str) -> None:
    with pytest.raises(RuleError, match=re.escape(error)):
        make(asked, {"a": "A"})


@pytest.mark.parametrize(
    ("template", "value"),
    [("{{a}}" * 100_000, "x"), ("{{a}}", [1] * 500_000), ("{{a.b}}", {"b": [1] * 500_000})],
)
def test_others_go_on_while_a_large_prompt_is_filled(template: str, value: object) -> None:
    async def test(processes: JinjaProcesses) -> None:
        made = Prompts(processes).make("t", config(prompt_template=template), {"a": value})
        asked = asyncio.create_task(made)
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 10
        assert len(str(await asked)) >= 100_000

    run(test)


def test_messages_read_as_a_text() -> None:
    parts = [{"type": "text", "text": "b"}, {"type": "image_url", "image_url": {"url": "c"}}]
    chat: list[Any] = [{"role": "system", "content": "a"}, {"role": "user", "content": parts}]
    assert as_text(chat) == "system: a\nuser: b"
    assert as_text("plain") == "plain"


def test_jinja_fills_texts_and_chats() -> None:
    template = "{% for word in words.split() %}{{ loop.index }}.{{ word | upper }}\n{% endfor %}"
    asked = config(template_language="jinja", prompt_template=template)
    assert make(asked, {"words": "a é"}) == "1.A\n2.É\n"
    turns = [{"role": "system", "content": "{{ a }}"}, {"role": "user", "content": "{{ a * 2 }}"}]
    chat = make(config(template_language="jinja", endpoint="chat", chat_template=turns), {"a": "x"})
    assert [message["content"] for message in chat] == ["x", "xx"]


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ a", "no valid Jinja, in line 1"),
        ("ok\n{% for %}", "no valid Jinja, in line 2"),
        ("{{ a.b }}", "has no attribute 'b'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ a.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "unsafe"),
        ("{{ '{0.__class__}'.format(a) }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os.environ }}", "unsafe"),
        ("{{ values.append(1) }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{% import 'os' as os %}", "no loader"),
        ("{{ range(10 ** 9) | list }}", "Range too big"),
        ("{{ 'x' * 4_000_001 }}", "longer than 4,000,000 characters"),
    ],
)
def test_a_template_that_must_not_or_cannot_be_filled(template: str, error: str) -> None:
    with pytest.raises(RuleError, match=re.escape(error)):
        jinja(template, a="A", values=[0])


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 'x' * 10 ** 10 }}",
    ],
)
def test_a_template_that_takes_too_much_is_given_up_and_the_next_is_filled(bomb: str) -> None:
    async def test(processes: JinjaProcesses) -> None:
        with pytest.raises(RuleError, match=r"too much memory|MemoryError"):
            await processes.render("t", [bomb], {})
        assert await processes.render("t", ["{{ a }}"], {"a": 1}) == ["1"]

    run(test, seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment from /proc")
def test_no_key_of_the_service_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATORS_KEY", "sk-operator")

    async def test(processes: JinjaProcesses) -> None:
        await processes.render("t", ["x"], {})
        (child,) = processes._processes._children  # pyright: ignore[reportPrivateUsage]
        environment = Path(f"/proc/{child.pid}/environ")
        found = await asyncio.to_thread(environment.read_bytes)
        assert b"PATH=" in found
        assert b"sk-operator" not in found

    run(test)


def test_a_process_that_died_is_started_again() -> None:
    async def test(processes: JinjaProcesses) -> None:
        await processes.render("t", ["x"], {})
        (child,) = processes._processes._children  # pyright: ignore[reportPrivateUsage]
        os.kill(child.pid, signal.SIGKILL)
        while child.is_there:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert await processes.render("t", ["{{ a }}"], {"a": "again"}) == ["again"]

    run(test)


def test_without_jinja_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_there(_name: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", not_there)
    with pytest.raises(RuleError, match=r'pip install "oxloop\[server\]"'):
        jinja("x")
