"""The built wheel, in an environment that has only the base dependencies."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(folder),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and what it depends on without an extra, and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for name in closure("oxloop"):
        found = distribution(name)
        for file in found.files or ():
            source = Path(str(found.locate_file(file)))
            if ".." not in file.parts and source.suffix != ".pyc":
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
    return folder


def closure(name: str) -> set[str]:
    """Return all that a distribution needs without an extra, by name."""

    def needs(of: str) -> Iterator[str]:
        for text in distribution(of).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield requirement.name

    found: set[str] = set()
    waiting = list(needs(name))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(needs(one))
    return found


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -S keeps this environment's packages out; the folder is all that there is.
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        env={"PYTHONPATH": str(installed), "PATH": os.environ["PATH"]},
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_base_dependencies_are_httpx_and_attrs_with_what_those_need(installed: Path) -> None:
    assert {"httpx", "attrs"} < closure("oxloop")
    assert not closure("oxloop") & {"pyarrow", "starlette", "aiohttp", "schemathesis"}


@pytest.mark.parametrize("modules", ["oxloop, oxloop_api.oxen", "oxloop_api.humanloop"])
def test_the_packages_import(installed: Path, modules: str) -> None:
    done = run(installed, "-c", f"import {modules}; from oxloop import Oxen; print(Oxen.__name__)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Oxen\n", "")


def test_importing_the_package_loads_neither_httpx_nor_attrs(installed: Path) -> None:
    code = "import sys, oxloop; print(sorted({'httpx', 'attr', 'attrs'} & set(sys.modules)))"
    assert run(installed, "-c", code).stdout == "[]\n"


def test_the_types_and_the_demos_data_are_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("oxloop", "oxloop_api", "oxloop_server", "oxloop_contract"):
        assert f"{package}/py.typed" in names
    assert "oxloop/demo/reviews.csv" in names
    assert "oxloop_api/specs/oxen.local.json" in names


def test_a_command_that_needs_an_extra_says_how_to_install_it(installed: Path) -> None:
    done = run(installed, "-m", "oxloop.cli", "serve")
    assert done.returncode == 2
    assert 'pip install "oxloop[server]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_client_without_a_key_says_where_it_looked(installed: Path) -> None:
    done = run(
        installed,
        "-c",
        "from oxloop import Oxen, ConfigurationError\n"
        "try: Oxen()\nexcept ConfigurationError as e: print(e)",
    )
    assert "OXEN_API_KEY" in done.stdout
    assert "auth_config.toml" in done.stdout
