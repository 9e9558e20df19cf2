"""What is known of each behaviour, and how: the list is sound, and the specs' notes are in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fidelity
import pytest
import yaml
from attrs import asdict
from oxloop_api import specs
from spec_source import Source, SpecError, read

SPEC = """\
openapi: 3.1.0
paths:
  /a:
    get: {x-source: observed, responses: {}}
    put: {x-source: documented, x-note: Read as a put., responses: {}}
"""
OTHER = "openapi: 3.1.0\n"


def _entry(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": "get-a",
        "api": "oxen",
        "what": "An a is answered.",
        "evidence": "observed",
        "source": ["seen"],
        "at": ["/paths/~1a/get"],
    }
    return {key: value for key, value in {**entry, **changes}.items() if value is not None}


def _put(**changes: Any) -> dict[str, Any]:
    put: dict[str, Any] = {"id": "put-a", "evidence": "documented", "at": ["/paths/~1a/put"]}
    return _entry(**{**put, **changes})


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., list[fidelity.Behaviour]]:
    def run(*entries: dict[str, Any]) -> list[fidelity.Behaviour]:
        titles = {"seen": "Seen, 1.0", "ours": "oxloop"}
        document = {"sources": titles, "behaviours": [*entries, _ours()]}
        texts = {"fidelity": yaml.safe_dump(document), "oxen": SPEC, "other": OTHER}
        sources: dict[str, Source] = {}
        for name, text in texts.items():
            path = tmp_path / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
            sources[name] = read(path, f"openapi/{name}.yaml")
        specs = {name: sources.get(name, sources["other"]) for name in fidelity.SPECIFIED}
        return fidelity.load(sources["fidelity"], specs)

    return run


def _ours() -> dict[str, Any]:
    return _entry(id="ours", api="both", evidence="extension", source=["ours"], at=None)


def test_the_list_is_sound_and_holds_every_note_of_the_specs() -> None:
    behaviours = fidelity.load(
        read(fidelity.SPECS / "fidelity.yaml", fidelity.NAME), fidelity.specs()
    )
    assert {one.api for one in behaviours} == {*fidelity.APIS}
    assert fidelity.TARGET.read_text(encoding="utf-8") == fidelity.render(behaviours)


def test_the_package_carries_the_list() -> None:
    listed = fidelity.load(read(fidelity.SPECS / "fidelity.yaml", fidelity.NAME), fidelity.specs())
    carried = specs.load_fidelity()
    assert [asdict(one) for one in carried] == [asdict(one) for one in listed]
    assert {type(one.sources) for one in carried} == {type(one.at) for one in carried} == {tuple}


def test_behaviours_are_read(load: Callable[..., list[fidelity.Behaviour]]) -> None:
    first, second, _ = load(_entry(note="Only here.", built=False), _put(recorded="2026-01-31"))
    assert first.sources == ("Seen, 1.0",)
    assert (first.note, first.built, first.recorded) == ("Only here.", False, None)
    assert (second.note, second.built, second.recorded) == ("", True, "2026-01-31")


def test_the_document_says_that_nothing_was_recorded_until_something_was(
    load: Callable[..., list[fidelity.Behaviour]],
) -> None:
    nothing = fidelity.render(load(_entry(), _put(built=False)))
    assert "**Nothing has been recorded live yet:**" in nothing
    assert "3 behaviours: 1 documented, 1 observed, 1 ours." in nothing
    assert nothing.count("*Not built yet.*") == 1
    one = fidelity.render(load(_entry(), _put(recorded="2026-01-31")))
    assert "Nothing has been recorded" not in one
    assert "1 were recorded live" in one
    assert "| recorded 2026-01-31 | Seen, 1.0 |" in one


FAULTS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "a key missing": ([_entry(what=None), _put()], "a behaviour has api, evidence, id"),
    "a key too many": ([_entry(who="me"), _put()], "a behaviour has api, evidence, id"),
    "no id": ([_entry(id="Get a"), _put()], "an id is words in small letters"),
    "an id twice": ([_entry(), _put(), _put()], "put-a stands here twice"),
    "no api": ([_entry(api="hub"), _put()], "an api is one of oxen, humanloop"),
    "no evidence": ([_entry(evidence="rumour"), _put()], "evidence is one of documented"),
    "nothing said": ([_entry(what=" "), _put()], "say what is done"),
    "no source": ([_entry(source=[]), _put()], "a source is a key of `sources`"),
    "an unknown source": ([_entry(source=["heard"]), _put()], "a source is a key of `sources`"),
    "an unused source": (
        [_entry(at=None, evidence="extension", source=["ours"])],
        "nothing is known from seen",
    ),
    "ours by others": ([_entry(evidence="extension"), _put()], "an extension is ours"),
    "no day": ([_entry(recorded="yesterday"), _put()], "recorded is a day"),
    "a pointer into both": ([_entry(api="both"), _put()], "pointers need the api"),
    "a pointer to nothing": ([_entry(at=["/paths/~1b"]), _put()], "/paths/~1b leads nowhere"),
    "another evidence": ([_entry(evidence="documented"), _put()], "the spec says observed, not"),
    "a source left out": ([_entry(at=None), _put()], "has no behaviour at '/paths/~1a/get'"),
    "a note left out": ([_entry()], "has no behaviour at '/paths/~1a/put'"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_the_list_is_named(
    load: Callable[..., list[fidelity.Behaviour]], case: str
) -> None:
    entries, message = FAULTS[case]
    with pytest.raises(SpecError) as raised:
        load(*entries)
    assert any(
        message in line and line.startswith("openapi/") for line in str(raised.value).splitlines()
    )
