"""What the linters find in the specs is a fault unless it is explained."""

import json
from pathlib import Path

import pytest
import spec_lint
from spec_lint import Finding, Place
from spec_source import SpecError

REDOCLY = json.dumps(
    {
        "totals": {"errors": 1},
        "problems": [
            {
                "ruleId": "operation-summary",
                "message": "Say it.",
                "location": [
                    {
                        "source": {"ref": "openapi/oxen.yaml"},
                        "pointer": "#/paths/~1a/get",
                        "start": {"line": 7, "col": 1},
                    }
                ],
            }
        ],
    },
    indent=1,
)
NOTHING = '{"totals": {}, "problems": []}'
FOUND = Finding(
    Place("redocly", "operation-summary", "oxen", "/paths/~1a/get"),
    *("openapi/oxen.yaml", 7, "Say it."),
)


def test_redoclys_reports_are_read_one_after_the_other() -> None:
    assert list(spec_lint.redocly_findings(f"{NOTHING}\n{REDOCLY}\n{NOTHING}\n")) == [FOUND]
    assert list(spec_lint.redocly_findings("")) == []


def test_spectrals_report_is_read() -> None:
    problem = {
        "code": "oas3-schema",
        "path": ["paths", "/a", "get", "tags", 0],
        "message": "No.",
        "range": {"start": {"line": 6, "character": 0}},
        "source": str(spec_lint.ROOT / "generated/oxloop_api/specs/oxen.local.json"),
    }
    assert list(spec_lint.spectral_findings(json.dumps([problem]))) == [
        Finding(
            Place("spectral", "oas3-schema", "oxen", "/paths/~1a/get/tags/0"),
            *("generated/oxloop_api/specs/oxen.local.json", 7, "No."),
        )
    ]


def test_a_finding_is_a_fault_unless_it_is_explained() -> None:
    assert spec_lint.unexplained([FOUND], {FOUND.place: 3}) == []
    (fault,) = spec_lint.unexplained([FOUND], {})
    assert fault == ("openapi/oxen.yaml:7: Say it. [redocly operation-summary at /paths/~1a/get]")


def test_an_explanation_of_nothing_is_a_fault() -> None:
    (fault,) = spec_lint.unexplained([], {FOUND.place: 3})
    assert fault.startswith("openapi/lint/explained.yaml:3: redocly does not find")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("[{linter: redocly}]", "an entry has the keys"),
        ("[{linter: a, rule: b, api: c, pointer: d, reason: ''}]", "an entry has the keys"),
        (
            "[&e {linter: a, rule: b, api: c, pointer: d, reason: r}, *e]",
            "this finding is explained twice",
        ),
    ],
)
def test_an_explanation_is_whole_and_stands_once(
    tmp_path: Path, entries: str, message: str
) -> None:
    path = tmp_path / "explained.yaml"
    path.write_text(f"findings: {entries}\n", encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        spec_lint.explanations(path)


def test_every_explanation_is_of_a_spec_that_is_linted() -> None:
    explained = spec_lint.explanations(spec_lint.RULES / "explained.yaml")
    assert {place.api for place in explained} <= {*spec_lint.APIS}
    assert all((spec_lint.ROOT / document).exists() for document in spec_lint.documents())


def test_the_lock_pins_digests_and_names_no_registry() -> None:
    lock = json.loads((spec_lint.RULES / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    assert [name for name, one in packages.items() if "integrity" not in one] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []
