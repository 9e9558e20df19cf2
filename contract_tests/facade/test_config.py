"""Where the address and the key come from, and where a key may go."""

from pathlib import Path

import pytest
from oxloop import Oxen
from oxloop._config import OXEN_HUB, Timeout, origin, oxen_target, oxen_user
from oxloop.errors import ConfigurationError

AUTH = """\
default_host = "elsewhere.test"

[[host_configs]]
host = "hub.oxen.ai"
auth_token = "token-of-the-hub"

[[host_configs]]
host = "localhost:3000"
auth_token = "token-of-localhost"

[[host_configs]]
host = "empty.test"
auth_token = ""
"""


@pytest.fixture
def config(tmp_path: Path) -> dict[str, str]:
    """An environment that names Oxen's own config folder, and nothing else."""
    (tmp_path / "auth_config.toml").write_text(AUTH)
    return {"OXEN_CONFIG_DIR": str(tmp_path)}


def test_the_argument_comes_first(config: dict[str, str]) -> None:
    environ = config | {"OXEN_API_KEY": "env", "OXEN_BASE_URL": "http://env.test"}
    target = oxen_target("argument", "http://argument.test", environ)
    assert (target.base_url, target.key.reveal()) == ("http://argument.test", "argument")


def test_then_the_environment(config: dict[str, str]) -> None:
    environ = config | {"OXEN_API_KEY": "env", "OXEN_BASE_URL": "http://env.test"}
    target = oxen_target(None, None, environ)
    assert (target.base_url, target.key.reveal()) == ("http://env.test", "env")


def test_then_the_file_of_oxen_which_gives_a_key_but_never_the_address(
    config: dict[str, str],
) -> None:
    target = oxen_target(None, None, config)
    assert (target.base_url, target.key.reveal()) == (OXEN_HUB, "token-of-the-hub")


def test_empty_variables_count_as_not_set(config: dict[str, str]) -> None:
    target = oxen_target(None, None, config | {"OXEN_API_KEY": "", "OXEN_BASE_URL": ""})
    assert (target.base_url, target.key.reveal()) == (OXEN_HUB, "token-of-the-hub")


def test_the_file_is_looked_for_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".config" / "oxen"
    folder.mkdir(parents=True)
    (folder / "auth_config.toml").write_text(AUTH)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert oxen_target(None, None, {}).key.reveal() == "token-of-the-hub"


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("http://localhost:3000", "token-of-localhost"),
        ("http://LOCALHOST:3000/api", "token-of-localhost"),
        ("https://hub.oxen.ai:443", "token-of-the-hub"),
        ("http://hub.oxen.ai:80", "token-of-the-hub"),
        ("http://localhost:3001", None),
        ("http://localhost", None),
        ("https://hub.oxen.ai:8443", None),
        ("https://hub.oxen.ai.evil.test", None),
        ("https://dev.hub.oxen.ai", None),
        ("http://empty.test", None),
    ],
)
def test_a_key_of_the_file_goes_only_to_the_host_it_stands_under(
    config: dict[str, str], address: str, token: str | None
) -> None:
    if token is None:
        with pytest.raises(ConfigurationError, match="holds no token for"):
            oxen_target(None, address, config)
    else:
        assert oxen_target(None, address, config).key.reveal() == token


def test_a_missing_key_names_every_place_looked_at(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        oxen_target(None, "http://here.test", {"OXEN_CONFIG_DIR": str(tmp_path)})
    file = tmp_path / "auth_config.toml"
    assert str(caught.value) == (
        "No API key for http://here.test. Looked at: the argument api_key= (not given); the "
        f"environment variable OXEN_API_KEY (not set); {file} (there is no such file). Give one "
        "of them, or use Oxen.local(), which needs no account."
    )


@pytest.mark.parametrize("content", [b"auth_token = 'sk-1", b"\xff\xfe", b"host_configs = 1\n[["])
def test_a_broken_file_is_named_without_showing_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "auth_config.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match="is not valid TOML") as caught:
        oxen_target(None, None, {"OXEN_CONFIG_DIR": str(tmp_path)})
    assert caught.value.__cause__ is None
    assert "sk-1" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["host_configs = 1", "host_configs = [1]", "[[host_configs]]\nhost = 3", ""]
)
def test_a_file_without_tokens_is_no_crash(tmp_path: Path, content: str) -> None:
    (tmp_path / "auth_config.toml").write_text(content)
    with pytest.raises(ConfigurationError, match="holds no token"):
        oxen_target(None, None, {"OXEN_CONFIG_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://hub.oxen.ai/api", "https://hub.oxen.ai"),
        ("https://hub.oxen.ai/api/", "https://hub.oxen.ai"),
        ("http://127.0.0.1:8600/", "http://127.0.0.1:8600"),
        ("http://proxy.test/oxen/api", "http://proxy.test/oxen"),
        ("http://proxy.test/myapi", "http://proxy.test/myapi"),
        (" http://[::1]:8600 ", "http://[::1]:8600"),
    ],
)
def test_an_address_is_used_without_what_the_paths_begin_with(given: str, used: str) -> None:
    assert oxen_target("k", given, {}).base_url == used


@pytest.mark.parametrize(
    "address",
    ["", "hub.oxen.ai", "ftp://hub.oxen.ai", "http://", "http://a.test:99999", "http://[::1",
     "http://a.test/?q=1", "http://a.test/#x", "http://me:pass-word@a.test"],
)  # fmt: skip
def test_an_unusable_address_is_refused_without_showing_a_password(address: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url=") as caught:
        oxen_target("k", address, {})
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "  ", "a b", "a\nb", "schlüssel", "a\x00b"])
def test_an_unusable_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        oxen_target(key, None, {})
    assert "api_key=" in str(caught.value)
    assert not key.strip() or key not in str(caught.value)


def test_blanks_round_a_key_are_a_slip_of_copying() -> None:
    assert oxen_target(" k\n", None, {}).key.reveal() == "k"


def test_a_client_reads_the_environment_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OXEN_API_KEY", "one")
    monkeypatch.setenv("OXEN_BASE_URL", "http://one.test")
    with Oxen() as oxen:
        monkeypatch.setenv("OXEN_BASE_URL", "http://two.test")
        assert repr(oxen) == "Oxen(base_url='http://one.test')"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.test/x", "https://a.test:443/y", True),
        ("http://a.test", "http://A.test:80", True),
        ("http://a.test", "https://a.test", False),
        ("http://a.test", "http://a.test:8080", False),
        ("http://a.test", "http://b.test", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same


def test_a_plain_number_limits_each_step() -> None:
    assert Timeout.of(60.0) == Timeout(connect=5.0, read=60.0, write=60.0)
    assert Timeout.of(2.0) == Timeout(connect=2.0, read=2.0, write=2.0)
    assert Timeout.of(Timeout(read=9.0)) == Timeout(connect=5.0, read=9.0, write=30.0)


@pytest.mark.parametrize("options", [
    {"timeout": 0}, {"timeout": -1.0}, {"timeout": float("nan")}, {"max_retries": -1},
    {"total_timeout": 0}, {"total_timeout": float("nan")},
])  # fmt: skip
def test_senseless_limits_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        Oxen("k", "http://a.test", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "user"),
    [
        ('name = "Ann"\nemail = "ann@example.com"\n', {"name": "Ann", "email": "ann@example.com"}),
        ('name = "Ann"\nemail = 3\n', {"name": "Ann"}),
        ("no toml", {}),
        (None, {}),
    ],
)
def test_the_author_of_commits_is_whom_oxens_own_tools_name(
    tmp_path: Path, content: str | None, user: dict[str, str]
) -> None:
    if content is not None:
        (tmp_path / "user_config.toml").write_text(content)
    assert oxen_user({"OXEN_CONFIG_DIR": str(tmp_path)}) == user
