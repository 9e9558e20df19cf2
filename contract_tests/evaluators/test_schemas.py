"""JSON schemas of strangers: what fits them, and that none of them holds the service up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.evaluators.schemas import Schemas

T = TypeVar("T")

# Each doubles the comparisons of the one before: more than a computer ever makes.
ENDLESS = {
    "$ref": "#/$defs/s0",
    "$defs": {
        **{f"s{n}": {"allOf": [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(90)},
        "s90": {"type": "string"},
    },
}
# Alternatives of the text's own length, each of thousands of characters.
HUGE = {"properties": {f"p{n}": {"pattern": "(\\w{90}){90}" + "x" * n} for n in range(900)}}


def run(work: Callable[[Schemas], Awaitable[T]], seconds: float = 5.0) -> T:
    async def main() -> T:
        schemas = Schemas(seconds)
        try:
            return await work(schemas)
        finally:
            await schemas.stop()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("schema", "output", "fits"),
    [
        ({"required": ["a"]}, '{"a": 1}', True),
        ({"required": ["a"]}, '{"b": 1}', False),
        ({"format": "date"}, '"2025-02-30"', False),
        (True, "1", True),
        ({}, "no JSON", False),
        ({}, "[" * 100_000, False),
        ({}, '"\\ud800"', False),
        ({"pattern": "^(a+)+$"}, '"' + "a" * 50 + '!"', False),
    ],
)
def test_an_output_fits_if_it_is_such_json(schema: Any, output: str, fits: bool) -> None:
    assert run(lambda schemas: schemas.fits("t", schema, output)) is fits


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "file:///etc/passwd", "other.json"])
def test_no_schema_reaches_out(address: str) -> None:
    with pytest.raises(CannotMeasure, match="The schema cannot be used: Resource"):
        run(lambda schemas: schemas.check("t", {"$ref": address}))


def test_what_is_no_schema_is_told() -> None:
    with pytest.raises(CannotMeasure, match="The schema cannot be used"):
        run(lambda schemas: schemas.check("t", {"type": 1}))


def test_a_schema_without_end_holds_nothing_up() -> None:
    async def work(schemas: Schemas) -> None:
        await schemas.check("t", ENDLESS)
        asked = asyncio.create_task(schemas.fits("t", ENDLESS, '"x"'))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 100, "others went on meanwhile"
        with pytest.raises(CannotMeasure, match=r"it may take 0\.5 s"):
            await asked
        assert await schemas.fits("t", {"type": "string"}, '"x"'), "the next one has a new process"

    run(work, seconds=0.5)


def test_the_schemas_of_one_tenant_hold_up_none_of_another() -> None:
    async def work(schemas: Schemas) -> None:
        endless = [asyncio.create_task(schemas.fits("bad", ENDLESS, '"x"')) for _ in range(3)]
        for _ in range(3):
            assert await schemas.fits("good", {"type": "string"}, '"x"')
        assert not any(asked.done() for asked in endless), "it waited for none of them"
        await schemas.stop()
        await asyncio.wait(endless)

    run(work, seconds=20.0)


def test_a_schema_may_need_so_much_to_be_read() -> None:
    with pytest.raises(CannotMeasure, match="too long or too much memory"):
        run(lambda schemas: schemas.check("t", HUGE), seconds=0.5)
