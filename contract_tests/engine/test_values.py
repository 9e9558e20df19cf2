"""Arrow's values as text in prompts and as JSON in data-frame pages."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from oxloop.rules.errors import RuleError
from oxloop.rules.values import to_text
from oxloop_server.engine import values

pa = values.arrow()

MOMENT_NS = 1_700_000_000_123_456_789


FLOATS = json.loads((Path(__file__).parents[1] / "rules/vectors/floats.json").read_text())


@pytest.mark.parametrize("case", FLOATS, ids=lambda case: case["text"])
def test_a_32_bit_float_has_its_fewest_digits(case: dict[str, Any]) -> None:
    array = pa.array([case["value"]], pa.float64()).cast(pa.float32(), safe=False)
    assert to_text(values.to_python(array)[0]) == case["text"]


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([0.1, 3.0, None], pa.float32()), ["0.1", "3.0", ""]),
        (pa.array([0.1, 1e300]), ["0.1", "1e+300"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([2**63 - 1, -5]), ["9223372036854775807", "-5"]),
        (pa.array([Decimal("1.10")], pa.decimal128(10, 2)), ["1.10"]),
        (pa.array([dt.date(2024, 1, 2)]), ["2024-01-02"]),
        (pa.array([dt.time(1, 2, 3)]), ["01:02:03"]),
        (pa.array([dt.datetime(2024, 1, 2, 3, 4)]), ["2024-01-02T03:04:00"]),
        (pa.array([MOMENT_NS], pa.timestamp("ns")), ["2023-11-14T22:13:20.123456789"]),
        (
            pa.array([MOMENT_NS], pa.timestamp("ns", "Europe/Paris")),
            ["2023-11-14T23:13:20.123456789+01:00"],
        ),
        (pa.array([90_000_000_000], pa.duration("ns")), ["PT90S"]),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", "", "a"]),
        (pa.array([0.1, None], pa.float32()).dictionary_encode(), ["0.1", ""]),
        (
            pa.array([MOMENT_NS], pa.timestamp("ns")).dictionary_encode(),
            ["2023-11-14T22:13:20.123456789"],
        ),
        (
            pa.ListArray.from_arrays([0, 1], pa.array([0.1], pa.float32()).dictionary_encode()),
            ["[0.1]"],
        ),
        (pa.nulls(1), [""]),
        (
            pa.array(
                [{"a": 0.1, "b": [True]}], pa.struct({"a": pa.float32(), "b": pa.list_(pa.bool_())})
            ),
            ['{"a": 0.1, "b": [true]}'],
        ),
        (pa.array([[0.1, 0.2]], pa.list_(pa.float32(), 2)), ["[0.1, 0.2]"]),
        (
            pa.array(
                [{"a": 0.1, "b": [None, None]}, None, {"b": [None]}],
                pa.struct({"a": pa.float32(), "b": pa.list_(pa.null())}),
            ).slice(1),
            ["", '{"a": null, "b": [null]}'],
        ),
        (pa.array([[0.1]], pa.large_list(pa.float16())), ["[0.0999755859375]"]),
        (pa.array([[("k", 0.1)]], pa.map_(pa.string(), pa.float32())), ['[["k", 0.1]]']),
    ],
)
def test_a_value_reads_in_a_prompt_as_it_was_meant(array: Any, texts: list[str]) -> None:
    assert [to_text(value) for value in values.to_python(array)] == texts


def test_only_the_rows_with_a_moment_that_python_cannot_hold_are_refused() -> None:
    far, near = values.to_python(pa.array([10**17, 5], pa.timestamp("s")))
    assert to_text(near) == "1970-01-01T00:00:05"
    with pytest.raises(RuleError, match="cannot stand in a prompt"):
        to_text(far)
    assert values.to_json(far) is None


def test_json_keeps_numbers_and_writes_what_it_lacks_as_text() -> None:
    batch = pa.record_batch(
        {
            "number": pa.array([1, 2]),
            "float": pa.array([float("nan"), 0.1], pa.float32()),
            "money": pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
            "bytes": pa.array([b"\x00\xff", None]),
            "nested": pa.array([{"day": dt.date(2024, 1, 2)}, None]),
        }
    )
    assert values.json_rows(batch) == [
        {
            "number": 1,
            "float": None,
            "money": "1.10",
            "bytes": "AP8=",
            "nested": {"day": "2024-01-02"},
        },
        {"number": 2, "float": 0.1, "money": None, "bytes": None, "nested": None},
    ]


@pytest.mark.parametrize(
    ("dtype", "word"),
    [
        (pa.string(), "str"),
        (pa.large_string(), "str"),
        (pa.dictionary(pa.int8(), pa.string()), "str"),
        (pa.int64(), "i64"),
        (pa.uint8(), "uint8"),
        (pa.uint16(), "u16"),
        (pa.float32(), "f32"),
        (pa.float64(), "f64"),
        (pa.bool_(), "bool"),
        (pa.date32(), "date"),
        (pa.timestamp("ms", "UTC"), "datetime"),
        (pa.time64("us"), "time"),
        (pa.duration("s"), "duration"),
        (pa.binary(), "binary"),
        (pa.null(), "null"),
        (pa.struct({"a": pa.int8()}), "struct"),
        (pa.list_(pa.string()), "list[str]"),
        (pa.list_(pa.list_(pa.string())), "list[?]"),
        (pa.list_(pa.float32(), 3), "embedding[3]"),
        (pa.decimal128(10, 2), "?"),
    ],
)
def test_types_are_named_in_oxens_words(dtype: Any, word: str) -> None:
    assert values.dtype_word(dtype) == word


def test_binary_is_found_wherever_it_hides() -> None:
    assert values.has_binary(pa.list_(pa.struct({"a": pa.binary(4)})))
    assert values.has_binary(pa.dictionary(pa.int8(), pa.large_binary()))
    assert not values.has_binary(pa.map_(pa.string(), pa.list_(pa.int8())))


def test_a_text_column_is_text_in_any_of_arrows_ways() -> None:
    texts = [pa.string(), pa.large_string(), pa.string_view(), pa.null()]
    texts.append(pa.dictionary(pa.int32(), pa.string()))
    assert all(values.is_text(dtype) for dtype in texts)
    assert not any(
        values.is_text(dtype) for dtype in (pa.int8(), pa.binary(), pa.list_(pa.string()))
    )
