"""Calls to model endpoints: requests, answers, retries, limits, and errors without secrets."""

import asyncio
import json
import random
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from oxloop_server.models import client as client_module
from oxloop_server.models.client import Answer, Embedding, ModelClient, ModelError
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Endpoint, Model
from oxloop_server.models.retrying import ATTEMPTS, BUDGET, RetryBudget, pause
from scripted_model import Reply, ScriptedModel

T = TypeVar("T")


def model_at(base_url: str, endpoint: Endpoint = "chat", **settings: Any) -> Model:
    return Model(name="m", base_url=base_url, model="real-name", endpoint=endpoint, **settings)


class Pauses:
    """Instead of sleeping: what would have been slept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


def with_client(
    work: Callable[[ModelClient], Coroutine[Any, Any, T]], pauses: Pauses | None = None
) -> T:
    async def main() -> T:
        client = ModelClient(LocalEngine(), sleep=(pauses or Pauses()).sleep)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(main())


def ask(model: Model, prompt: str = "a prompt", pauses: Pauses | None = None) -> Answer:
    return with_client(lambda client: client.complete(model, prompt), pauses)


def test_chat_sends_the_prompt_as_the_users_message() -> None:
    with ScriptedModel(lambda _: " kept as it is ") as scripted:
        model = model_at(scripted.base_url, params={"temperature": 0, "stop": ["\n"]})
        assert ask(model, "two words") == Answer(" kept as it is ", 2, 4, "stop")
    (call,) = scripted.calls
    assert call.path == "/v1/chat/completions"
    assert call.body == {
        "model": "real-name",
        "messages": [{"role": "user", "content": "two words"}],
        "temperature": 0,
        "stop": ["\n"],
    }
    assert "authorization" not in call.headers


def test_completions_sends_the_prompt_as_it_is_and_drops_the_blanks_round_the_answer() -> None:
    with ScriptedModel(lambda _: " negative\n") as scripted:
        assert ask(model_at(scripted.base_url + "/", "completions"), "Label:").text == "negative"
    (call,) = scripted.calls
    assert call.path == "/v1/completions"
    assert call.body == {"model": "real-name", "prompt": "Label:"}


def test_the_key_is_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedModel() as scripted:
        model = model_at(scripted.base_url, api_key_env="SOME_KEY")
        monkeypatch.delenv("SOME_KEY", raising=False)
        with pytest.raises(ModelError, match="environment variable SOME_KEY, which is not set"):
            ask(model)
        assert scripted.calls == []
        monkeypatch.setenv("SOME_KEY", "sk-1")
        ask(model)
        monkeypatch.setenv("SOME_KEY", "sk-2\n")
        ask(model)
    assert [call.headers["authorization"] for call in scripted.calls] == [
        "Bearer sk-1",
        "Bearer sk-2",
    ]


def test_no_error_holds_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-secret")
    with ScriptedModel() as scripted:
        scripted.script(Reply.status(401, "Incorrect API key provided: sk-secret."))
        with pytest.raises(ModelError) as caught:
            ask(model_at(scripted.base_url, api_key_env="SOME_KEY"))
    assert "answered 401: Incorrect API key provided: [key]." in str(caught.value)
    monkeypatch.setenv("SOME_KEY", "sk-secret\r\nX-Other: 1")
    with pytest.raises(ModelError, match="holds characters") as caught:
        ask(model_at("http://127.0.0.1:9/v1", api_key_env="SOME_KEY"))
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        Reply.status(429),
        Reply.status(500),
        Reply.status(503),
        Reply.status(529),
        Reply.drop(),
    ],
)
def test_what_may_pass_is_tried_again(fault: Reply) -> None:
    pauses = Pauses()
    with ScriptedModel() as scripted:
        scripted.script(fault, fault)
        assert ask(model_at(scripted.base_url), "hello", pauses).text == "hello"
    assert len(scripted.calls) == 3
    assert len(pauses.seconds) == 2


@pytest.mark.parametrize("code", [400, 401, 404, 422, 501])
def test_what_will_not_pass_is_not_tried_again(code: int) -> None:
    with ScriptedModel() as scripted:
        scripted.script(Reply.status(code, "no such thing"))
        with pytest.raises(ModelError, match=f"answered {code}: no such thing"):
            ask(model_at(scripted.base_url))
    assert len(scripted.calls) == 1


def test_the_endpoint_says_how_long_to_wait() -> None:
    pauses = Pauses()
    with ScriptedModel() as scripted:
        scripted.script(
            Reply.status(429, Retry_After="7"),
            Reply.status(429, Retry_After="0"),
            Reply.status(429, retry_after_ms="1500", Retry_After="2"),
        )
        ask(model_at(scripted.base_url), pauses=pauses)
    assert pauses.seconds == [7.0, 0.0, 1.5]


def test_a_wait_longer_than_a_call_deserves_ends_it() -> None:
    pauses = Pauses()
    with ScriptedModel() as scripted:
        scripted.script(Reply.status(429, "quota used up", Retry_After="86400"))
        with pytest.raises(ModelError, match="quota used up"):
            ask(model_at(scripted.base_url), pauses=pauses)
    assert pauses.seconds == []


def test_every_call_ends_at_last() -> None:
    sentence = f"down .tried {ATTEMPTS} times"
    with (
        ScriptedModel(lambda _: Reply.status(500, "down")) as scripted,
        pytest.raises(ModelError, match=sentence),
    ):
        ask(model_at(scripted.base_url))
    assert len(scripted.calls) == ATTEMPTS


def test_a_dead_endpoint_uses_its_budget_up_and_then_fails_at_once() -> None:
    async def work(client: ModelClient) -> None:
        model = model_at("http://127.0.0.1:9/v1")
        for _ in range(2 * BUDGET):
            with pytest.raises(ModelError, match="cannot be reached"):
                await client.complete(model, "x")

    pauses = Pauses()
    with_client(work, pauses)
    assert len(pauses.seconds) == BUDGET


def test_being_told_to_wait_uses_no_budget() -> None:
    async def work(client: ModelClient) -> None:
        for _ in range(2 * BUDGET):
            scripted.script(Reply.status(429), Reply.status(429))
            await client.complete(model_at(scripted.base_url), "x")

    with ScriptedModel() as scripted:
        with_client(work)


def test_no_answer_within_the_models_time_is_an_error() -> None:
    with (
        ScriptedModel() as scripted,
        scripted.held(),
        pytest.raises(ModelError, match=r"did not answer within 0\.05 s"),
    ):
        ask(model_at(scripted.base_url, timeout=0.05))
    assert len(scripted.calls) == ATTEMPTS


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "answered without a text"),
        (b'{"choices": []}', "answered without a text"),
        (b'{"choices": [{"message": {"content": null}}]}', "without a text"),
        (b'{"choices": [{"text": "completion"}]}', "registered as chat"),
        (b'{"error": {"message": "model is loading"}}', "model is loading"),
    ],
)
def test_an_answer_that_is_none_is_an_error(body: bytes, sentence: str) -> None:
    with ScriptedModel() as scripted:
        scripted.script(Reply.raw(body))
        with pytest.raises(ModelError, match=sentence):
            ask(model_at(scripted.base_url))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"choices": [{"message": {"content": ""}}]}', Answer("")),
        (
            b'{"choices": [{"message": {"content": [{"type": "text", "text": "a"}, {"text": "b"}'
            b"]}}]}",
            Answer("ab"),
        ),
        (b'{"choices": [{"message": {"content": "\\ud800!"}}]}', Answer("?!")),
        (
            b'{"choices": [{"message": {"content": "x"}}],'
            b' "usage": {"prompt_tokens": true, "completion_tokens": 1e3}}',
            Answer("x"),
        ),
    ],
)
def test_odd_answers_are_taken_as_far_as_they_go(body: bytes, answer: Answer) -> None:
    with ScriptedModel() as scripted:
        scripted.script(Reply.raw(body))
        assert ask(model_at(scripted.base_url)) == answer


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oxloop_server.models.client.ANSWER_BYTES", 1 << 20)
    with ScriptedModel() as scripted:
        scripted.script(Reply.raw(b"x" * (3 << 20)))
        with pytest.raises(ModelError, match="longer than 1 MB"):
            ask(model_at(scripted.base_url))


def test_an_answer_whose_chunks_break_is_asked_for_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would take the model's whole time to be seen, which is longer than a test may take."""
    content = json.dumps({"choices": [{"message": {"content": "an answer"}}]}).encode()
    whole = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
    bodies = [b"no length\r\n", whole]
    reading = asyncio.Event()
    read: Any = vars(client_module)["_read"]

    async def noting(stream: Any) -> Any:
        reading.set()  # from here on, what comes is another packet than the head
        return await read(stream)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reading.clear()
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await reading.wait()
        writer.write(bodies.pop(0))
        await reader.read()
        writer.close()

    async def work(client: ModelClient) -> Answer:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        model = model_at(f"http://{host}:{port}/v1", timeout=3600)
        try:
            return await client.complete(model, "a prompt")
        finally:
            server.close()

    monkeypatch.setattr(client_module, "_read", noting)
    assert with_client(work).text == "an answer"
    assert bodies == []


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-1")
    with ScriptedModel() as scripted, ScriptedModel() as elsewhere:
        scripted.script(Reply.status(307, Location=elsewhere.base_url + "/chat/completions"))
        with pytest.raises(ModelError, match="a redirect is not followed"):
            ask(model_at(scripted.base_url, api_key_env="SOME_KEY"))
    assert elsewhere.calls == []


def test_a_forgotten_v1_is_hinted_at() -> None:
    with (
        ScriptedModel(lambda _: Reply.status(404, "what?")) as scripted,
        pytest.raises(ModelError, match="most addresses end with /v1"),
    ):
        ask(model_at(scripted.base_url.removesuffix("/v1")))


def test_a_model_without_completions_is_hinted_at() -> None:
    with (
        ScriptedModel(lambda _: Reply.status(404, "This is a chat model")) as scripted,
        pytest.raises(ModelError, match="set only_chat = true for it"),
    ):
        ask(model_at(scripted.base_url, endpoint="completions"))


def test_proxies_of_the_environment_are_not_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ScriptedModel() as scripted:
        assert ask(model_at(scripted.base_url), "hello").text == "hello"
        # What is elsewhere goes through the proxy, where nobody listens here.
        with pytest.raises(ModelError, match="cannot be reached"):
            ask(model_at("http://model.invalid/v1"))


def test_a_model_never_has_more_calls_at_once_than_it_allows() -> None:
    async def work(client: ModelClient) -> None:
        model = model_at(scripted.base_url, concurrency=3)
        asked = [asyncio.create_task(client.complete(model, str(n))) for n in range(20)]
        await asyncio.to_thread(scripted.wait_for, 3)
        opened.set()
        await asyncio.gather(*asked)

    opened = threading.Event()

    def answer(prompt: str) -> str:
        assert opened.wait(30)
        return prompt

    with ScriptedModel(answer) as scripted:
        with_client(work)
    assert scripted.most_at_once == 3
    assert sorted(scripted.prompts, key=int) == [str(n) for n in range(20)]


def test_models_that_give_no_text_are_not_asked_for_one() -> None:
    with pytest.raises(ModelError, match="gives embeddings and no text"):
        ask(model_at("http://127.0.0.1:9/v1", "embeddings"))
    with pytest.raises(ModelError, match="gives text and no embeddings"):
        embed(model_at("http://127.0.0.1:9/v1"), "x")


def embed(model: Model, text: str) -> Embedding:
    return with_client(lambda client: client.embed(model, text))


def test_a_text_becomes_a_vector() -> None:
    with ScriptedModel() as scripted:
        model = model_at(scripted.base_url, "embeddings", params={"dimensions": 3})
        assert embed(model, "ab a") == Embedding((2.0, 1.0, 0.0), 2)
    (call,) = scripted.calls
    assert call.path == "/v1/embeddings"
    assert call.body == {"model": "real-name", "input": "ab a", "dimensions": 3}


@pytest.mark.parametrize(
    "vector", [[], None, "abc", [True], [None], ["1"], [1e39], [float("nan")], [[1.0]]]
)
def test_a_vector_that_is_none_is_an_error(vector: object) -> None:
    with ScriptedModel() as scripted:
        scripted.script(Reply.raw(json.dumps({"data": [{"embedding": vector}]}).encode()))
        with pytest.raises(ModelError, match="without a list of numbers"):
            embed(model_at(scripted.base_url, "embeddings"), "x")


def test_pauses_grow_and_spread() -> None:
    longest = [pause(attempt, None, 0.0, lambda: 1.0) for attempt in range(1, ATTEMPTS)]
    assert longest == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert pause(ATTEMPTS, None, 0.0, lambda: 0.0) is None
    assert pause(3, None, 0.0, lambda: 0.25) == 1.0
    assert pause(1, 60.0, 59.0, random.random) == 60.0
    assert pause(1, 60.0, 61.0, random.random) is None


def test_a_moment_that_no_clock_shows_is_no_wait_and_no_end_of_the_run() -> None:
    pauses = Pauses()
    with ScriptedModel() as scripted:
        nonsense = "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"
        scripted.script(Reply.status(429, Retry_After=nonsense))
        ask(model_at(scripted.base_url), pauses=pauses)
    assert len(pauses.seconds) == 1


def test_a_success_gives_a_retry_back() -> None:
    budget = RetryBudget()
    assert all(budget.take() for _ in range(BUDGET))
    assert not budget.take()
    budget.give_back()
    assert budget.take()
    assert not budget.take()
