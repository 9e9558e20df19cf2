"""Writes ``docs/fidelity.md`` from ``openapi/fidelity.yaml``; ``make generate`` runs it.

The file lists what the contract and the local service do, and how anybody knows that upstream does
the same. It is checked against the specs: its pointers lead somewhere, and each note of a spec, and
each source other than `documented`, has an entry.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen
from spec_map import target
from spec_rules import SOURCES
from spec_source import Pointer, Source, SpecError, is_list, is_mapping, read, walk

SPECS = Path(__file__).resolve().parents[1]
TARGET = SPECS.parent / "docs" / "fidelity.md"
NAME = "openapi/fidelity.yaml"
SPECIFIED = ("oxen", "humanloop", "extensions")
APIS = (*SPECIFIED, "both")
_NEEDED = {"id", "api", "what", "evidence", "source"}
_ALLOWED = {*_NEEDED, "at", "note", "built", "recorded"}
_DATE = re.compile(r"20\d\d-[01]\d-[0-3]\d")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TITLES = {
    "oxen": "Oxen.ai",
    "humanloop": "Humanloop v4",
    "extensions": "Extensions",
    "both": "Both APIs",
}
_EVIDENCE = {"documented": "documented", "observed": "observed", "extension": "ours"}
_HEAD = """\
# What is known, and how

<!-- Written by `make generate` from openapi/fidelity.yaml. Changes here are lost. -->

What the contract and the local service do where it matters, and how anybody knows that the
providers' own services do the same.

| evidence | means |
|---|---|
| documented | a provider's own page, guide or published OpenAPI description says so |
| observed | seen in a provider's SDK, tools, server or example responses |
| ours | no source says it; it was decided here |
"""


@frozen
class Behaviour:
    """One thing that the contract or the local service does.

    Args:
        id: Its name.
        api: The API, or ``both``.
        what: What is done, in a sentence or two.
        evidence: How it is known, one of ``spec_rules.SOURCES``.
        sources: Titles of what says it.
        at: Where the spec of the API says it or notes a choice.
        note: What else there is to know.
        built: Whether the local service and the client do it already.
        recorded: The day on which an exchange with the live service showed it.
    """

    id: str
    api: str
    what: str
    evidence: str
    sources: tuple[str, ...]
    at: tuple[str, ...]
    note: str
    built: bool
    recorded: str | None = field(default=None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document, or compare; the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/fidelity.md from openapi/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if it differs")
    options = parser.parse_args(arguments)
    try:
        behaviours = load(read(SPECS / "fidelity.yaml", NAME), specs())
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    text = render(behaviours)
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        print("docs/fidelity.md is not what `make generate` writes", file=sys.stderr)
        return 1
    return 0


def specs() -> dict[str, Source]:
    """The specs that the file points into."""
    return {api: read(SPECS / f"{api}.yaml", f"openapi/{api}.yaml") for api in SPECIFIED}


def load(source: Source, documents: Mapping[str, Source]) -> list[Behaviour]:
    """Read the behaviours, and check them against the specs.

    Args:
        source: The file.
        documents: The specs, by API.

    Raises:
        SpecError: What is wrong, each fault by file and line.
    """
    entries = source.root.get("behaviours")
    entries = entries if is_list(entries) else []
    faults = [fault for i, entry in enumerate(entries) for fault in _faults(source, i, entry)]
    if not faults:
        faults = [*_key_faults(source), *_pointer_faults(source, documents)]
    if faults:
        raise SpecError("\n".join(faults))
    return [_behaviour(source.root["sources"], entry) for entry in entries]


def render(behaviours: Sequence[Behaviour]) -> str:
    """The document."""
    counts = Counter(one.evidence for one in behaviours)
    summary = ", ".join(f"{counts[key]} {word}" for key, word in _EVIDENCE.items())
    sections = "".join(
        _section(_TITLES[api], [one for one in behaviours if one.api == api]) for api in APIS
    )
    return f"{_HEAD}\n{_live(behaviours)} {len(behaviours)} behaviours: {summary}.\n{sections}"


def noted(document: Source) -> Iterator[Pointer]:
    """Where a spec notes a choice, or a source other than `documented`."""
    for pointer, value in walk(document.root):
        shown = {*pointer} & {"example", "examples"} or pointer[-1:] == ("properties",)
        if not is_mapping(value) or shown:
            continue
        if "x-note" in value or value.get("x-source", "documented") != "documented":
            yield pointer


def _live(behaviours: Sequence[Behaviour]) -> str:
    recorded = [one for one in behaviours if one.recorded]
    if not recorded:
        return (
            "**Nothing has been recorded live yet:** no behaviour here was checked against a "
            "provider's running service."
        )
    return f"{len(recorded)} were recorded live, on the day given; the others were not."


def _section(title: str, behaviours: Sequence[Behaviour]) -> str:
    rows = "".join(f"| {_cell(one)} | {_known(one)} | {_said(one)} |\n" for one in behaviours)
    return f"\n## {title}\n\n| behaviour | evidence | source |\n|---|---|---|\n{rows}"


def _cell(one: Behaviour) -> str:
    unbuilt = "" if one.built else "*Not built yet.*"
    words = " ".join(part for part in (one.what, one.note, unbuilt) if part)
    return f'<a id="{one.id}"></a>{_escaped(words)}'


def _known(one: Behaviour) -> str:
    return f"recorded {one.recorded}" if one.recorded else _EVIDENCE[one.evidence]


def _said(one: Behaviour) -> str:
    return _escaped("; ".join(one.sources)) if one.evidence != "extension" else "–"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _behaviour(titles: dict[str, str], entry: dict[str, Any]) -> Behaviour:
    return Behaviour(
        id=entry["id"],
        api=entry["api"],
        what=entry["what"],
        evidence=entry["evidence"],
        sources=tuple(titles[key] for key in entry["source"]),
        at=tuple(entry.get("at", ())),
        note=entry.get("note", ""),
        built=entry.get("built", True),
        recorded=entry.get("recorded"),
    )


def _faults(source: Source, position: int, entry: Any) -> Iterator[str]:
    """What is wrong with one entry by itself."""
    where = ("behaviours", str(position))
    if not is_mapping(entry) or not _NEEDED <= entry.keys() <= _ALLOWED:
        keys = f"{', '.join(sorted(_NEEDED))}; it may have {', '.join(sorted(_ALLOWED - _NEEDED))}"
        yield source.fault(where, f"a behaviour has {keys}")
        return
    if not _ID.fullmatch(entry["id"]):
        yield source.fault((*where, "id"), "an id is words in small letters, joined by hyphens")
    if entry["api"] not in APIS:
        yield source.fault((*where, "api"), f"an api is one of {', '.join(APIS)}")
    if entry["evidence"] not in SOURCES:
        yield source.fault((*where, "evidence"), f"evidence is one of {', '.join(SOURCES)}")
    if not entry["what"].strip():
        yield source.fault((*where, "what"), "say what is done")
    sources = source.root.get("sources", {})
    if not entry["source"] or any(key not in sources for key in entry["source"]):
        yield source.fault((*where, "source"), "a source is a key of `sources`, and there is one")
    elif (entry["evidence"] == "extension") != (entry["source"] == ["ours"]):
        yield source.fault((*where, "source"), "an extension is ours, and nothing else is")
    if "recorded" in entry and not _DATE.fullmatch(entry["recorded"]):
        yield source.fault((*where, "recorded"), "recorded is a day, 2026-01-31")
    if entry.get("at") and entry["api"] not in SPECIFIED:
        yield source.fault((*where, "at"), "pointers need the api whose spec they point into")


def _key_faults(source: Source) -> Iterator[str]:
    """Ids that stand twice, and sources that nothing is known from."""
    seen: set[str] = set()
    for position, entry in enumerate(source.root["behaviours"]):
        if entry["id"] in seen:
            yield source.fault(("behaviours", str(position)), f"{entry['id']} stands here twice")
        seen.add(entry["id"])
    used = {key for entry in source.root["behaviours"] for key in entry["source"]}
    for key in source.root["sources"]:
        if key not in used:
            yield source.fault(("sources", key), f"nothing is known from {key}")


def _pointer_faults(source: Source, documents: Mapping[str, Source]) -> Iterator[str]:
    """Pointers to nothing or to another evidence, and notes of the specs without an entry."""
    pointed: set[tuple[str, Pointer]] = set()
    for position, entry in enumerate(source.root["behaviours"]):
        for index, text in enumerate(entry.get("at", [])):
            where = ("behaviours", str(position), "at", str(index))
            pointer = target(text.removeprefix("/")) if text else ()
            pointed.add((entry["api"], pointer))
            fault = _pointer_fault(documents[entry["api"]], pointer, entry["evidence"])
            if fault:
                yield source.fault(where, fault)
    for api, document in documents.items():
        for pointer in noted(document):
            if (api, pointer) not in pointed:
                yield document.fault(pointer, f"{NAME} has no behaviour at '{_written(pointer)}'")


def _pointer_fault(document: Source, pointer: Pointer, evidence: str) -> str | None:
    try:
        value = document.at(pointer)
    except KeyError:
        return f"{_written(pointer)} leads nowhere in {document.name}"
    known = value.get("x-source") if is_mapping(value) else None
    return f"the spec says {known}, not {evidence}" if known and known != evidence else None


def _written(pointer: Pointer) -> str:
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in pointer)


if __name__ == "__main__":
    sys.exit(main())
