"""models.toml: what an entry may hold, and how the file is read, extended and cut."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder
from oxloop.rules.models import model_id
from oxloop_server.models.model import Local, Match, Price
from oxloop_server.models.registry import BrokenModelsFile, Registry
from oxloop_server.problems import StartError


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(DataFolder(tmp_path))


def write(registry: Registry, text: str) -> None:
    registry.path.write_text(text, encoding="utf-8")


def test_without_a_file_there_is_no_model(registry: Registry) -> None:
    assert registry.all() == ()
    assert registry.get("demo") is None


def test_every_setting_is_read(registry: Registry, tmp_path: Path) -> None:
    write(
        registry,
        """
        [[models]]
        name = "gpt"
        base_url = "https://example.org/v1"
        model = "gpt-4o-mini"
        endpoint = "chat"
        input = ["text"]
        output = "text"
        params = { temperature = 0.5, stop = ["x"] }
        api_key_env = "SOME_KEY"
        concurrency = 16
        timeout = 30
        price = { prompt = 1e-6, completion = 2e-6 }
        matches = [{ provider = "openai", model = "gpt-4*" }]
        added = 2026-01-02T03:04:05Z

        [[models]]
        name = "small"
        engine = "llama"
        path = "models/small.gguf"
        endpoint = "completions"
        """,
    )
    gpt, small = registry.all()
    assert gpt.base_url == "https://example.org/v1"
    assert (gpt.model, gpt.endpoint, gpt.api_key_env) == ("gpt-4o-mini", "chat", "SOME_KEY")
    assert gpt.params == {"temperature": 0.5, "stop": ["x"]}
    assert (gpt.concurrency, gpt.timeout) == (16, 30)
    assert gpt.price == Price(1e-6, 2e-6)
    assert gpt.matches == (Match("openai", "gpt-4*"),)
    assert gpt.created == 1767323045
    assert small.local == Local("llama", tmp_path / "models/small.gguf")
    assert (small.model, small.concurrency) == ("small", 4)
    assert registry.get("small") is small
    assert registry.by_id(model_id("gpt")) is gpt
    assert registry.by_id(model_id("none")) is None


def test_a_humanloop_config_means_what_matches_and_else_what_is_named_so(
    registry: Registry,
) -> None:
    write(
        registry,
        """
        [[models]]
        name = "small"
        base_url = "http://127.0.0.1:1/v1"
        [[models]]
        name = "any-gpt"
        base_url = "http://127.0.0.1:1/v1"
        matches = [{ provider = "openai", model = "gpt-*" }]
        """,
    )

    def found(provider: str, model: str) -> str | None:
        meant = registry.for_config(provider, model)
        return None if meant is None else meant.name

    assert found("openai", "gpt-4o") == "any-gpt"
    assert found("openai", "small") == "small"
    assert found("anthropic", "gpt-4o") is None


def test_an_edited_file_is_read_again(registry: Registry) -> None:
    registry.add({"name": "one", "base_url": "http://127.0.0.1:1/v1"})
    assert [model.name for model in registry.all()] == ["one"]
    write(registry, '[[models]]\nname = "two"\nbase_url = "http://127.0.0.1:1/v1"\n')
    assert [model.name for model in registry.all()] == ["two"]
    registry.path.unlink()
    assert registry.all() == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[models]\n", "line 1"),
        ('[model]\nname = "x"', r"nothing but \[\[models\]\]"),
        ("[[models]]\nconcurrency = 1", 'in model 1, "name" must be text'),
        ('[[models]]\nname = "x"', r'in model 1 \("x"\), it needs either a "base_url" or engine'),
        (
            '[[models]]\nname = "x"\nengine = "vllm"\npath = "p"',
            '"engine" can only be llama or wordllama',
        ),
        ('[[models]]\nname = "x"\npath = "p"\nbase_url = "http://h/v1"', "belong together"),
        ('[[models]]\nname = "x"\nbase_url = "ftp://h/v1"', "must begin with http"),
        ('[[models]]\nname = "x"\nbase_url = "http://h:99999/"', "is no address"),
        ('[[models]]\nname = "x"\nbase_url = "http://a..b/v1"', "is no address"),
        ('[[models]]\nname = "x"\nbase_url = "http://xn--/v1"', "is no address"),
        ('[[models]]\nname = "x"\nbase_url = "http://a b/v1"', "name a host"),
        ('[[models]]\nname = "x"\nbase_url = "http:///v1"', "name a host"),
        ('[[models]]\nname = "x"\nbase_url = "http://u:secret@h/v1"', "environment variable"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nkey = "sk"', 'no setting "key"; there'),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nconcurrency = 0', "of at least 1"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nconcurrency = 1.5', "a whole number"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\ntimeout = nan', '"timeout" must be'),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nendpoint = "talk"', "must be one of"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nparams = {stream = true}', '"stream"'),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nparams = {a = 2026-01-02}', "a date"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nparams = {a = [nan]}', "nan"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nprice = {out = 1}', '"price.out"'),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\nmatches = [1]', "a list of tables"),
        ('[[models]]\nname = "x"\nbase_url = "http://h"\n' * 2, 'two models are named "x"'),
    ],
)
def test_a_broken_file_says_what_is_wrong_and_where(
    registry: Registry, text: str, sentence: str
) -> None:
    write(registry, text)
    with pytest.raises(BrokenModelsFile, match=sentence) as caught:
        registry.all()
    assert str(registry.path) in caught.value.message
    assert "secret" not in caught.value.message


def test_what_is_added_reads_back_whatever_characters_it_has(registry: Registry) -> None:
    params = {"stop": ['"\n\\', "\x7f"], "deep": {"a key": True, "n": 0.5}}
    added = registry.add({"name": "añ🐂", "base_url": "http://h/v1", "params": params})
    (found,) = Registry(DataFolder(registry.path.parent)).all()
    assert found.params == added.params == params
    assert found.name == "añ🐂"
    assert found.created > 1_700_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_the_file_is_its_owners_only(registry: Registry) -> None:
    registry.add({"name": "one", "base_url": "http://h/v1"})
    files = sorted(registry.path.parent.iterdir())
    assert [path.name for path in files] == ["models.lock", "models.toml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_adding_and_removing_leave_the_operators_text_alone(registry: Registry) -> None:
    mine = '# ours\n[[models]]\nname = "mine" # dear\nbase_url = "http://h/v1"\n'
    write(registry, mine)
    registry.add({"name": "one", "base_url": "http://h/v1"})
    registry.add({"name": "two", "base_url": "http://h/v1"})
    registry.remove("one")
    assert [model.name for model in registry.all()] == ["mine", "two"]
    registry.remove("two")
    assert registry.path.read_text().strip() == mine.strip()


def test_a_name_is_taken_once(registry: Registry) -> None:
    registry.add({"name": "one", "base_url": "http://h/v1"})
    before = registry.path.read_bytes()
    with pytest.raises(RuleError, match="oxloop models remove one"):
        registry.add({"name": "one", "base_url": "http://h/v1"})
    with pytest.raises(RuleError, match=r"cannot be added: .* must begin with http"):
        registry.add({"name": "two", "base_url": "h/v1"})
    assert registry.path.read_bytes() == before


def test_what_several_add_and_remove_at_once_is_all_done(registry: Registry) -> None:
    def change(name: str) -> None:
        mine = Registry(DataFolder(registry.path.parent))
        for number in range(3):
            mine.add({"name": f"{name}{number}", "base_url": "http://127.0.0.1:1/v1"})
        mine.remove(f"{name}1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, "abcdefgh"))
    left = [model.name for model in registry.all()]
    assert sorted(left) == [f"{name}{number}" for name in "abcdefgh" for number in (0, 2)]


def test_a_folder_that_cannot_be_written_is_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "models.lock").mkdir()
    sentence = r"The models of .* cannot be changed \(Is a directory: .*models\.lock\)\."
    with pytest.raises(StartError, match=sentence):
        registry.add({"name": "one", "base_url": "http://h/v1"})
    with pytest.raises(StartError, match=sentence):
        registry.remove("one")


def test_only_what_is_there_can_be_removed(registry: Registry) -> None:
    with pytest.raises(RuleError, match="oxloop models add demo"):
        registry.remove("one")
    registry.add({"name": "one", "base_url": "http://h/v1"})
    with pytest.raises(RuleError, match='no model "two" here; there are: "one"'):
        registry.remove("two")


def test_a_file_in_another_style_is_left_to_its_author(registry: Registry) -> None:
    write(registry, 'models = [{ name = "one", base_url = "http://h/v1" }]')
    assert registry.get("one")
    with pytest.raises(RuleError, match="by hand"):
        registry.remove("one")


def test_a_file_that_cannot_be_opened_says_so(registry: Registry) -> None:
    registry.path.mkdir()
    with pytest.raises(BrokenModelsFile, match="Is a directory"):
        registry.all()


def test_a_file_that_is_no_text_says_so(registry: Registry) -> None:
    registry.path.write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenModelsFile, match="utf-8"):
        registry.all()
