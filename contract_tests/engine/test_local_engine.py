"""The real small model in its child process: it answers, crashes without harm, and ends in time."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxloop_server.models import local
from oxloop_server.models.client import ModelClient
from oxloop_server.models.local import LocalEngine, ModelUnavailable
from oxloop_server.models.model import Local, Model

linux = pytest.mark.skipif(sys.platform != "linux", reason="finds child processes through /proc")


def small(gguf: Path) -> Model:
    return Model(
        name="small",
        local=Local("llama", gguf),
        model="small",
        endpoint="completions",
        params={"temperature": 0, "max_tokens": 4},
        concurrency=4,
    )


def children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        found.update(int(pid) for pid in (task / "children").read_text().split())
    return found


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Who has ended and was not waited for yet is a zombie.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@linux
def test_a_real_model_answers_and_survives_a_crash(gguf: Path) -> None:
    async def main() -> None:
        before = children()
        client = ModelClient(LocalEngine())
        try:
            prompts = ["The capital of France is", "One, two, three,"] * 2
            answers = await asyncio.gather(
                *(client.complete(small(gguf), prompt) for prompt in prompts)
            )
            assert [answer.text for answer in answers[:2]] == [
                answer.text for answer in answers[2:]
            ]
            assert "Paris" in answers[0].text
            assert "four" in answers[1].text
            assert answers[0].prompt_tokens == 5
            assert 1 <= (answers[0].completion_tokens or 0) <= 4
            (pid,) = children() - before
            os.kill(pid, signal.SIGKILL)
            again = await client.complete(small(gguf), prompts[0])
            assert again.text == answers[0].text
            (successor,) = children() - before - {pid}
        finally:
            await client.close()
        assert not is_running(successor)

    asyncio.run(main())


_SERVICE = """
    import asyncio, sys
    from pathlib import Path
    from oxloop_server.models.local import LocalEngine
    from oxloop_server.models.model import Local

    async def main():
        engine = LocalEngine()
        await engine.address(Local("llama", Path(sys.argv[1])))
        (child,) = engine._children.values()
        print(child.process.pid, flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
"""


@pytest.fixture
def a_service(gguf: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_SERVICE), str(gguf)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@linux
def test_the_child_dies_with_its_parent_even_by_kill_9(
    a_service: "subprocess.Popen[str]",
) -> None:
    assert a_service.stdout is not None
    child = int(a_service.stdout.readline())
    assert is_running(child)
    watcher = os.pidfd_open(child)
    try:
        a_service.kill()
        # Readable once the process has ended.
        asyncio.run(_readable(watcher, 30))
    finally:
        os.close(watcher)
    assert not is_running(child)


async def _readable(descriptor: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        async with asyncio.timeout(seconds):
            await ready.wait()
    finally:
        loop.remove_reader(descriptor)


def address_of(path: Path) -> str:
    async def main() -> str:
        engine = LocalEngine()
        try:
            return await engine.address(Local("llama", path))
        finally:
            await engine.stop()

    return asyncio.run(main())


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="oxloop models add demo"):
        address_of(tmp_path / "none.gguf")


def test_a_missing_engine_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(local.PACKAGES, "llama", "no_such_engine")
    with pytest.raises(ModelUnavailable, match=r'pip install "oxloop\[local\]"'):
        address_of(tmp_path)


def test_a_file_that_is_no_model_is_an_error_and_no_hang(tmp_path: Path) -> None:
    path = tmp_path / "none.gguf"
    path.write_bytes(b"GGUF but not really")
    with pytest.raises(ModelUnavailable, match="its engine ended with status"):
        address_of(path)
