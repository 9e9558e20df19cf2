"""What the documents show is run: a reader who copies it gets what they say."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from .conftest import Demo

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


def blocks(language: str) -> list[tuple[str, str]]:
    """Every block of code in one language, with the name of its document."""
    found = [
        (document.relative_to(ROOT).as_posix(), text)
        for document in DOCUMENTS
        for text in re.findall(
            rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.M | re.S
        )
    ]
    assert found, f"no block of {language} in any document"
    return found


def commands(program: str) -> list[str]:
    """Every line of a shell block that starts a program, without its comment."""
    lines = [line for _, text in blocks("bash") for line in text.replace("\\\n", " ").splitlines()]
    return sorted(
        {line.split("  #")[0].strip() for line in lines if line.startswith(program + " ")}
    )


@pytest.mark.parametrize(("document", "code"), blocks("python"))
def test_the_python_runs_after_the_demo(demo: Demo, document: str, code: str) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=demo.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        subprocess.run(
            [sys.executable, "-m", "oxloop.cli", "stop"], env=demo.environment, check=True
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("line", commands("oxloop"))
def test_the_command_and_its_options_are_there(line: str) -> None:
    words = line.split()[1:]
    options = [word for word in words if word.startswith("--")]
    names = words[: words.index(options[0])] if options else words
    # Behind the commands stand arguments: "models add mine" has the help of "models add".
    tried = [helped(names[:count]) for count in range(len(names), 0, -1)]
    shown = next((done.stdout for done in tried if done.returncode == 0), None)
    assert shown is not None, tried[0].stderr
    assert [option for option in options if option not in shown] == []


def helped(names: list[str]) -> subprocess.CompletedProcess[str]:
    """Ask a command for its help."""
    return subprocess.run(
        [sys.executable, "-m", "oxloop.cli", *names, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_workflow_can_be_copied() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "contract-workflow.yml").read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    # Only these words may stand in a step: a misspelt one would be passed over in silence.
    assert not {key for step in steps for key in step} - {
        "env",
        "if",
        "name",
        "run",
        "uses",
        "with",
    }
    lines = [step["run"].replace("\\\n", " ").strip() for step in steps if "run" in step]
    install, run = lines
    wanted = re.fullmatch(r'pip install "oxloop\[(\w+)\]"', install)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert wanted is not None
    assert wanted[1] in project["optional-dependencies"]
    test_the_command_and_its_options_are_there(run)
    assert "--api-key" not in run, "a key on a command line is seen by others"


@pytest.mark.parametrize("line", commands("make"))
def test_the_target_is_there(line: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert line.split()[1] in targets


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"
