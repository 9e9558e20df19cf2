"""Starting, joining and refusing: who answers for a data folder."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oxloop.errors import ConfigurationError
from oxloop.local import Joined, join, program, stop
from oxloop.rules.folder import DataFolder, ServiceRecord
from oxloop.rules.locks import FileLock

from .conftest import Ground, until


def test_the_first_join_starts_the_service_and_the_second_joins_it(ground: Ground) -> None:
    with join(ground.path) as first, join(ground.path) as second:
        assert first.started
        assert not second.started
        assert first.base_url == second.base_url == f"http://127.0.0.1:{ground.record().port}"
        assert first.api_key == second.api_key == ground.folder.key_file.read_text()
        assert first.data_dir == ground.path
    assert len(ground.starts()) == 1


def test_no_key_is_sent_before_or_during_the_proof(ground: Ground) -> None:
    with join(ground.path) as first, join(ground.path):
        assert ground.received()
        assert all(request["path"] == "/x/v1/prove" for request in ground.received())
        assert first.api_key not in str(ground.received())
        nonces = [request["body"] for request in ground.received()]
        assert len(set(nonces)) == len(nonces) >= 2


def test_no_form_of_the_place_shows_the_key(ground: Ground) -> None:
    with join(ground.path) as joined:
        assert joined.api_key not in repr(joined) + str(joined)
        assert joined.base_url in repr(joined)


def test_threads_that_join_at_once_start_one_service(ground: Ground) -> None:
    barrier = threading.Barrier(6)

    def arrive(_: int) -> Joined:
        barrier.wait()
        return join(ground.path)

    with ThreadPoolExecutor(6) as pool:
        places = list(pool.map(arrive, range(6)))
    assert len(ground.starts()) == 1
    assert sum(place.started for place in places) == 1
    assert len({place.base_url for place in places}) == 1
    for place in places:
        place.leave()


def test_processes_that_join_at_once_start_one_service(ground: Ground) -> None:
    with ThreadPoolExecutor(3) as pool:
        others = list(pool.map(ground.join_elsewhere, ["lasting"] * 3))
    assert len(ground.starts()) == 1
    assert sum(other.started for other in others) == 1
    assert len({other.address for other in others}) == 1


def test_the_environment_holds_no_key_of_another_service(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OXEN_API_KEY", "OXEN_BASE_URL", "HUMANLOOP_API_KEY", "OXLOOP_API_KEY"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("SOME_MODEL_KEY", "kept")
    with join(ground.path):
        environment = ground.starts()[0]["environment"]
    assert not {
        name for name in environment if name.startswith(("OXEN_", "HUMANLOOP_", "OXLOOP_API_KEY"))
    }
    assert environment["SOME_MODEL_KEY"] == "kept"


def test_the_service_does_not_stand_in_the_working_folder(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "stand_in_service.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.setenv("PYTHONPATH", os.environ["PYTHONPATH"])
    monkeypatch.setattr(sys, "path", [str(Path(entry).absolute()) for entry in sys.path])
    absolute = [str(Path(entry).absolute()) for entry in os.environ["PYTHONPATH"].split(":")]
    monkeypatch.chdir(elsewhere)
    relative = [os.path.relpath(entry) for entry in absolute]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(relative))
    with join(ground.path):
        assert ground.starts()[0]["cwd"] == str(ground.path)


def test_the_service_is_in_a_session_of_its_own(ground: Ground) -> None:
    with join(ground.path):
        assert os.getsid(ground.record().pid) != os.getsid(0)


def test_a_new_folder_and_its_log_are_private(ground: Ground) -> None:
    with join(ground.path / "deep" / "er"):
        pass
    folder = DataFolder(ground.path / "deep" / "er")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.log_file.stat().st_mode) == 0o600
    assert stop(folder.path)


def test_the_record_of_a_dead_service_is_no_service(ground: Ground) -> None:
    old = ground.run_service()
    old.kill()
    old.wait()
    stale = ground.record()
    with join(ground.path) as joined:
        assert joined.started
        assert ground.record().instance != stale.instance


@pytest.mark.parametrize("text", ["", "{", "null", '{"pid": 1}'])
def test_a_broken_record_of_a_dead_service_is_no_service(ground: Ground, text: str) -> None:
    ground.path.mkdir()
    ground.folder.service_file.write_text(text)
    with join(ground.path) as joined:
        assert joined.started


def test_a_stranger_at_the_port_of_a_dead_service_is_not_even_asked(ground: Ground) -> None:
    ground.path.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        record = ServiceRecord(
            pid=os.getpid(),
            port=stranger.getsockname()[1],
            host="127.0.0.1",
            instance="old",
            version="0",
        )
        ground.folder.service_file.write_text(record.to_json())
        ground.folder.key_file.write_text("the-key")
        with join(ground.path) as joined:
            assert joined.started
        stranger.setblocking(False)
        with pytest.raises(BlockingIOError):
            stranger.accept()


@pytest.mark.parametrize(
    "manner",
    [
        {"key": "another key"},
        {"answer": {"instance": "another"}},
        {"answer": {"port": 1}},
        {"answer": {"proof": None}},
        {"answer": {"proof": "\ud800"}},
        {"status": 404},
    ],
    ids=str,
)
def test_a_live_owner_without_the_proof_is_refused(
    ground: Ground, manner: dict[str, object]
) -> None:
    ground.behave(**manner)
    ground.folder.key_file.write_text("the-folder-key")
    owner = ground.run_service()
    with pytest.raises(ConfigurationError, match="no key was sent") as refusal:
        join(ground.path)
    assert str(owner.pid) in str(refusal.value)
    assert "the-folder-key" not in str(ground.received()) + str(refusal.value)
    assert len(ground.starts()) == 1
    assert ground.holders() == 0
    with pytest.raises(ConfigurationError, match="no key was sent"):
        stop(ground.path)
    assert ground.is_running()


def test_a_live_owner_that_never_answers_is_refused(ground: Ground) -> None:
    ground.path.mkdir()
    with (
        FileLock(ground.folder.service_lock),
        pytest.raises(ConfigurationError, match="does not answer as the local service"),
    ):
        join(ground.path, timeout=0.2)
    assert ground.starts() == []


def test_an_owner_that_dribbles_is_given_up(ground: Ground) -> None:
    ground.path.mkdir()
    ground.folder.key_file.write_text("the-key")
    enough = threading.Event()

    def dribble(server: socket.socket) -> None:
        while not enough.is_set():
            client, _ = server.accept()
            with client:
                while not enough.wait(0.02):
                    try:
                        client.sendall(b"H")
                    except OSError:
                        break

    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        FileLock(ground.folder.service_lock),
    ):
        port = int(server.getsockname()[1])
        record = ServiceRecord(os.getpid(), port, "127.0.0.1", "i", "0")
        ground.folder.service_file.write_text(record.to_json())
        thread = threading.Thread(target=dribble, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(ConfigurationError, match="does not answer as the local service"):
            join(ground.path, timeout=0.3)
        enough.set()
        with socket.create_connection(("127.0.0.1", port)):
            thread.join(10)
    assert not thread.is_alive()


def test_an_owner_that_is_still_starting_is_waited_for(ground: Ground) -> None:
    ground.path.mkdir()
    starting = FileLock(ground.folder.service_lock)
    starting.acquire()
    with ThreadPoolExecutor(1) as pool:
        place = pool.submit(join, ground.path)
        until(ground.folder.start_lock.exists)
        starting.release()
        with place.result(30) as joined:
            assert joined.started


def test_a_service_that_dies_at_its_start_says_why(ground: Ground) -> None:
    ground.behave(die="Traceback (most recent call last):\n  File x\nOSError: The disk is full.\n")
    with pytest.raises(ConfigurationError, match=r"OSError: The disk is full\.") as refusal:
        join(ground.path)
    assert str(ground.folder.log_file) in str(refusal.value)
    assert "Traceback" not in str(refusal.value)
    ground.behave(die=" ")
    with pytest.raises(ConfigurationError, match="it gave no reason"):
        join(ground.path)
    assert ground.holders() == 0


def test_a_service_that_does_not_answer_in_time_is_ended(ground: Ground) -> None:
    ground.behave(status=503, says="converting the database: 7 of 9 commits are done")
    with pytest.raises(ConfigurationError, match="did not answer in time") as refusal:
        join(ground.path, timeout=2)
    assert "'oxloop serve' gives it all the time" in str(refusal.value)
    assert "7 of 9 commits are done" in str(refusal.value)
    assert len(ground.starts()) == 1
    assert not ground.is_running()
    ground.behave()
    with join(ground.path) as joined:
        assert joined.started


def test_a_taken_port_is_left_to_its_owner(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        taken = owner.getsockname()[1]
        monkeypatch.setattr(program, "DEFAULT_PORT", taken)
        with join(ground.path):
            assert ground.record().port != taken


def test_the_default_port_is_used_when_it_is_free(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    monkeypatch.setattr(program, "DEFAULT_PORT", free)
    with join(ground.path):
        assert ground.record().port == free


def test_a_port_that_is_taken_at_the_last_moment_is_left_to_its_owner(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        taken = owner.getsockname()[1]
        monkeypatch.setattr(program, "preferred_port", lambda: taken)
        with join(ground.path):
            assert ground.record().port != taken
    assert len(ground.starts()) == 2


def test_a_missing_extra_is_named_with_the_line_that_installs_it(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_MODULES", ("json", "no_such_module"))
    with pytest.raises(ConfigurationError, match=r'pip install "oxloop\[server\]"') as refusal:
        join(ground.path)
    assert "no_such_module" in str(refusal.value)
    assert ground.starts() == []


def test_a_running_service_can_be_joined_without_the_extra(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.run_service()
    monkeypatch.setattr(program, "_MODULES", ("no_such_module",))
    with join(ground.path) as joined:
        assert not joined.started


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be used"):
        join(tmp_path / "file")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        join(tmp_path / "file" / "below")


def test_the_platform_folder_is_the_default(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oxloop.local.joining.default_data_dir", lambda: ground.path)
    with join() as joined:
        assert joined.data_dir == ground.path
    assert stop()


def test_a_start_that_is_interrupted_leaves_no_service(ground: Ground) -> None:
    ground.behave(status=503)
    code = "import sys, pathlib; from oxloop.local import join; join(pathlib.Path(sys.argv[1]))"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ground.path)], stderr=subprocess.DEVNULL
    ) as child:
        until(lambda: len(ground.received()) > 0)
        child.send_signal(signal.SIGINT)
        child.wait(30)
    assert not ground.is_running()
