"""Both profiles of each API are OpenAPI, and say what every operation must say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from oxloop_api.specs import load
from spec_rules import MULTI_SEGMENT, SOURCES
from spec_source import walk

OPENAPI = Path(__file__).parents[2] / "openapi"
APIS = sorted(path.stem for path in OPENAPI.glob("*.yaml") if path.stem != "fidelity")
PROFILES = ["published", "local"]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in ("get", "put", "post", "patch", "delete"):
            if method in item:
                yield f"{method} {path}", item[method]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("api", APIS)
def test_it_is_openapi(api: str, profile: str) -> None:
    errors = OpenAPIV31SpecValidator(load(api, profile)).iter_errors()
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("api", APIS)
def test_every_operation_says_where_it_is_known_from(api: str, profile: str) -> None:
    operations = dict(_operations(load(api, profile)))
    assert operations
    unknown = [name for name, one in operations.items() if one.get("x-source") not in SOURCES]
    assert unknown == []
    if api == "extensions":
        assert {one["x-source"] for one in operations.values()} == {"extension"}
        assert all(name.split()[1].startswith("/x/v1/") for name in operations)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("api", APIS)
def test_every_operation_states_its_own_security(api: str, profile: str) -> None:
    """The generated client overlooks a statement that stands at the document only."""
    operations = _operations(load(api, profile))
    assert [name for name, one in operations if "security" not in one] == []


@pytest.mark.parametrize("api", APIS)
def test_no_profile_mentions_what_it_was_derived_from(api: str) -> None:
    keys = {
        key for profile in PROFILES for pointer, _ in walk(load(api, profile)) for key in pointer
    }
    assert "x-source" in keys
    assert "x-local" not in keys


@pytest.mark.parametrize("api", APIS)
def test_both_profiles_have_the_same_operations_and_the_local_one_tells_more_statuses(
    api: str,
) -> None:
    published = dict(_operations(load(api, "published")))
    local = dict(_operations(load(api, "local")))
    assert published.keys() == local.keys()
    for name, operation in published.items():
        assert operation["responses"].keys() <= local[name]["responses"].keys()
        assert "401" in local[name]["responses"] or not operation["security"]
        may_be_forbidden = bool(operation["security"]) and not name.startswith("get ")
        assert ("403" in local[name]["responses"]) == may_be_forbidden


@pytest.mark.parametrize("api", APIS)
def test_every_schema_and_every_property_is_described(api: str) -> None:
    """By itself, or by the component that it, its items or a member of its union names."""
    schemas = load(api, "local")["components"]["schemas"]

    def described(schema: dict[str, Any]) -> bool:
        if "description" in schema or "$ref" in schema:
            return True
        items = [schema["items"]] if "items" in schema else []
        return any(map(described, [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *items]))

    assert [name for name, one in schemas.items() if "description" not in one] == []
    assert [
        f"{name}.{key}"
        for name, one in schemas.items()
        for key, value in one.get("properties", {}).items()
        if not described(value)
    ] == []


def test_multi_segment_parameters_stand_in_the_paths() -> None:
    paths = "".join(load("oxen", "published")["paths"])
    assert all(f"{{{name}}}" in paths for name in MULTI_SEGMENT)


def test_a_contract_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no contract of 'oxen' with the profile 'remote'"):
        load("oxen", "remote")
