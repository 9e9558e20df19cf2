"""Resources, path segments, columns, file suffixes and model ids, by hand-written vectors."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from oxloop.rules import columns, formats, models, paths
from oxloop.rules.errors import RuleError

from .vectors import load


def check(case: dict[str, Any], call: Callable[[], object]) -> object:
    """Call, expecting the refusal that the case names, if it names one."""
    if "error" not in case:
        return call()
    with pytest.raises(RuleError) as refusal:
        call()
    assert case["error"] in str(refusal.value)
    return None


@pytest.mark.parametrize("case", load("resources"), ids=lambda case: repr(case["raw"]))
def test_resource(case: dict[str, Any]) -> None:
    found = check(case, lambda: paths.split_resource(paths.decode(case["raw"])))
    if "error" not in case:
        assert found == (case["revision"], case["path"])


@pytest.mark.parametrize("case", load("segments"), ids=lambda case: ascii(case["value"]))
def test_segments(case: dict[str, Any]) -> None:
    check(case, lambda: paths.check_segments(case["name"], case["value"], multi=case["multi"]))


@pytest.mark.parametrize("case", load("columns"), ids=lambda case: ascii(case["name"]))
def test_target_column(case: dict[str, Any]) -> None:
    assert columns.is_reserved(case["name"]) is case.get("reserved", False)
    check(case, lambda: columns.check_target_column(case["name"]))


@pytest.mark.parametrize("case", load("formats"), ids=lambda case: str(case["path"]))
def test_format_of_a_suffix(case: dict[str, Any]) -> None:
    found = check(case, lambda: formats.table_format(case["path"]))
    assert found == case.get("format")


@pytest.mark.parametrize("case", load("models"), ids=lambda case: ascii(case["name"]))
def test_model_name_and_id(case: dict[str, Any]) -> None:
    check(case, lambda: models.check_model_name(case["name"]))
    if "error" not in case:
        assert models.model_id(case["name"]) == uuid.UUID(case["id"])


def test_an_id_is_told_from_a_name() -> None:
    text = "C0D0D059-b4bb-5afb-89b1-cb91b395fc79"
    assert models.parse_model_id(text) == uuid.UUID(text)
    for name in ("demo", "", text[:-1], text.replace("-", ""), f"{{{text}}}", f"urn:uuid:{text}"):
        assert models.parse_model_id(name) is None
