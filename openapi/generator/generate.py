"""Writes ``generated/oxloop_api`` from the specs in ``openapi/``; ``make generate`` runs it.

The package is built aside and put in place in the end: a run that fails leaves what was there.
"""

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fidelity
import profiles
from attrs import asdict
from spec_source import SpecError, read

GENERATOR = Path(__file__).resolve().parent
SPECS = GENERATOR.parent
TARGET = SPECS.parent / "generated" / "oxloop_api"
OWN = ("__init__.py", "specs/__init__.py", "specs/paths.py")
"""What of the package is written by hand, in ``package/``."""
APIS = ("oxen", "humanloop", "extensions")
PINNED = "0.29.1"
"""The one version of openapi-python-client that the templates were written for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate, or compare; the exit status."""
    options = _options(arguments)
    try:
        _check_generator()
        TARGET.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=TARGET.parent, prefix=".generate-") as folder:
            built = Path(folder) / TARGET.name
            build(built, options.api or _present())
            if options.check:
                return _compare(built)
            _put_in_place(built, Path(folder) / "before")
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build(package: Path, apis: Sequence[str]) -> None:
    """Write the whole package into a new folder.

    Args:
        package: The folder to make.
        apis: The APIs to generate. Any other API that was generated before is taken over as it is.

    Raises:
        SpecError: A spec is at fault, or the generator warns or fails.
    """
    derived = {api: _derive(api) for api in apis}
    (package / "specs").mkdir(parents=True)
    (package / "py.typed").touch()
    for own in OWN:
        shutil.copyfile(GENERATOR / "package" / own, package / own)
        _mark(package / own, f"openapi/generator/package/{own}")
    for api in APIS:
        if api in derived:
            _generate_client(derived[api].published, package / api, f"openapi/{api}.yaml")
            _write_specs(derived[api], package / "specs", api)
        else:
            _take_over(api, package)
    _write_fidelity(package / "specs")


def generate_client(
    document: dict[str, Any], package: Path, *, templates: Path | None = GENERATOR / "templates"
) -> None:
    """Run openapi-python-client over one document.

    Args:
        document: The OpenAPI document.
        package: The folder to make.
        templates: Our templates; None for the generator's own.

    Raises:
        SpecError: The generator warns or fails.
    """
    own = () if templates is None else ("--custom-template-path", str(templates))
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.json"
        spec.write_text(profiles.to_json(document, sort_keys=False), encoding="utf-8")
        run = subprocess.run(
            [
                *(sys.executable, "-m", "openapi_python_client", "generate"),
                *("--path", str(spec), "--output-path", str(package), "--meta", "none"),
                *("--config", str(GENERATOR / "client.yaml"), "--fail-on-warning", *own),
            ],
            env={**os.environ, "PATH": os.pathsep.join((_scripts(), os.environ.get("PATH", "")))},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        raise SpecError(f"openapi-python-client failed:\n{run.stdout}{run.stderr}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Generate generated/oxloop_api from openapi/.")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name the files that differ from what would be written, exit 1 if any",
    )
    parser.add_argument(
        "--api",
        action="append",
        choices=APIS,
        help="only this API, and others stay as they are; may stand more than once",
    )
    return parser.parse_args(arguments)


def _present() -> list[str]:
    return [api for api in APIS if (SPECS / f"{api}.yaml").exists()]


def _check_generator() -> None:
    installed = version("openapi-python-client")
    if installed != PINNED:
        raise SpecError(
            f"openapi-python-client {installed} is installed, but the templates in "
            f"openapi/generator were written for {PINNED}; install that, or bring them up to date"
        )


def _derive(api: str) -> profiles.Profiles:
    return profiles.derive(SPECS / f"{api}.yaml", f"openapi/{api}.yaml")


def _scripts() -> str:
    """The folder of ruff, which the generator's hooks call by its name."""
    return str(Path(sys.executable).parent)


def _generate_client(document: dict[str, Any], package: Path, spec: str) -> None:
    generate_client(document, package)
    for module in sorted(package.rglob("*.py")):
        _mark(module, spec)


def _mark(module: Path, spec: str) -> None:
    text = module.read_text(encoding="utf-8")
    banner = f"# Generated from {spec} by `make generate`. Changes here are lost.\n"
    module.write_text(banner + text, encoding="utf-8")


def _write_specs(derived: profiles.Profiles, folder: Path, api: str) -> None:
    for profile, document in (("published", derived.published), ("local", derived.local)):
        text = profiles.to_json(document, sort_keys=True)
        (folder / f"{api}.{profile}.json").write_text(text, encoding="utf-8")


def _write_fidelity(folder: Path) -> None:
    """The list of behaviours beside the specs, which its pointers lead into."""
    listed = SPECS / "fidelity.yaml"
    if listed.exists():
        behaviours = fidelity.load(read(listed, fidelity.NAME), fidelity.specs())
        entries = [asdict(one) for one in behaviours]
        text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
        (folder / "fidelity.json").write_text(text, encoding="utf-8")


def _take_over(api: str, package: Path) -> None:
    if (TARGET / api).exists() and (SPECS / f"{api}.yaml").exists():
        shutil.copytree(TARGET / api, package / api, ignore=shutil.ignore_patterns("__pycache__"))
        for spec in (TARGET / "specs").glob(f"{api}.*.json"):
            shutil.copyfile(spec, package / "specs" / spec.name)


def _put_in_place(built: Path, before: Path) -> None:
    if TARGET.exists():
        TARGET.rename(before)
    try:
        built.rename(TARGET)
    except OSError:
        if before.exists():
            before.rename(TARGET)
        raise


def _compare(built: Path) -> int:
    names = sorted({*_files(built), *_files(TARGET)})
    differing = [
        name
        for name in names
        if not ((built / name).exists() and (TARGET / name).exists())
        or not filecmp.cmp(built / name, TARGET / name, shallow=False)
    ]
    for name in differing:
        print(f"generated/{TARGET.name}/{name} is not what `make generate` writes", file=sys.stderr)
    return 1 if differing else 0


def _files(package: Path) -> Iterator[str]:
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(package).as_posix()


if __name__ == "__main__":
    sys.exit(main())
