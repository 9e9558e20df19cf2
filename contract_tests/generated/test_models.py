"""Decoding and encoding models: unknown words, tags, nulls and fields that are not there."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Client

CIRCLE = {"kind": "circle", "radius": 2, "status": "done"}
RECTANGLE = {"kind": "rectangle", "drawn_at": "2026-01-15T09:30:00+00:00"}


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


CLONES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, _pickled]


def test_an_unknown_word_of_an_enum_is_kept(mended: Client, stock: Client) -> None:
    status = mended.model("Status")
    new: Any = status("new")
    assert new == "new"
    assert isinstance(new, status)
    assert (str(new), f"{new}", hash(new)) == ("new", "new", hash("new"))
    assert new in {"new"}
    assert status("done") is status.DONE

    with pytest.raises(ValueError, match="'new' is not a valid Status"):
        stock.model("Status")("new")


def test_an_unknown_word_is_no_member(mended: Client) -> None:
    status = mended.model("Status")
    assert status("new") != status("newer")
    assert [member.value for member in status] == ["done", "queued"]
    assert list(status.__members__) == ["DONE", "QUEUED"]


@pytest.mark.parametrize("value", [5, None, ["done"]])
def test_what_is_no_text_is_no_word_of_an_enum(mended: Client, value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid Status"):
        mended.model("Status")(value)


@pytest.mark.parametrize("clone", CLONES)
@pytest.mark.parametrize("word", ["new", "done"])
def test_a_word_survives_copies_and_pickles(
    mended: Client, clone: Callable[[Any], Any], word: str
) -> None:
    status = mended.model("Status")
    assert clone(status(word)) == status(word)
    assert isinstance(clone(status(word)), status)


@pytest.mark.parametrize("field", ["status", "earlier"])
def test_an_unknown_word_survives_the_round_trip(mended: Client, field: str) -> None:
    drawing = mended.model("Drawing").from_dict({field: "new"})
    assert isinstance(getattr(drawing, field), mended.model("Status"))
    assert drawing.to_dict() == {field: "new"}


@pytest.mark.parametrize("clone", CLONES)
def test_unset_stays_itself(mended: Client, stock: Client, clone: Callable[[Any], Any]) -> None:
    drawing = mended.model("Drawing")()
    assert clone(mended.module("types").UNSET) is mended.module("types").UNSET
    assert repr(mended.module("types").UNSET) == "UNSET"
    assert clone(drawing) == drawing
    assert clone(drawing).to_dict() == {}

    unset = stock.module("types").UNSET
    assert clone(unset) is not unset


@pytest.mark.parametrize("field", ["drawn_at", "earlier"])
@pytest.mark.parametrize("garbage", [5, {"no": "date"}, ["2026-01-15"]])
def test_a_nullable_field_refuses_another_type(
    mended: Client, stock: Client, field: str, garbage: object
) -> None:
    with pytest.raises(TypeError, match=f"{field} cannot be of type {type(garbage).__name__}"):
        mended.model("Drawing").from_dict({field: garbage})
    assert getattr(stock.model("Drawing").from_dict({field: garbage}), field) == garbage


def test_a_nullable_date_refuses_other_text(mended: Client, stock: Client) -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        mended.model("Drawing").from_dict({"drawn_at": "garbage"})
    assert stock.model("Drawing").from_dict({"drawn_at": "garbage"}).drawn_at == "garbage"


@pytest.mark.parametrize("document", [{}, {"drawn_at": None, "earlier": None, "shape": None}])
def test_null_and_nothing_are_told_apart(mended: Client, document: dict[str, Any]) -> None:
    assert mended.model("Drawing").from_dict(document).to_dict() == document


@pytest.mark.parametrize("shape", [CIRCLE, RECTANGLE])
def test_the_tag_picks_the_member(mended: Client, shape: dict[str, Any]) -> None:
    document = {"shape": shape, "shapes": [RECTANGLE, CIRCLE, shape], "label": shape}
    drawing = mended.model("Drawing").from_dict(document)
    member = mended.model("Circle" if shape is CIRCLE else "Square")
    assert isinstance(drawing.shape, member)
    assert isinstance(drawing.label, member)
    assert [type(one).__name__ for one in drawing.shapes[:2]] == ["Square", "Circle"]
    assert drawing.to_dict() == document


def test_an_error_names_the_member_that_the_tag_picked(mended: Client, stock: Client) -> None:
    broken = {"kind": "circle", "radius": 2, "status": 5}
    for document in ({"shape": broken}, {"shapes": [broken]}, {"label": broken}):
        with pytest.raises(ValueError, match=r"no valid Circle: .*5 is not a valid Status"):
            mended.model("Drawing").from_dict(document)

    with pytest.raises((KeyError, ValueError)) as raised:
        stock.model("Drawing").from_dict({"shapes": [broken]})
    assert "Status" not in str(raised.value)


def test_a_member_with_an_unknown_word_is_still_that_member(mended: Client) -> None:
    drawing = mended.model("Drawing").from_dict({"shape": {**CIRCLE, "status": "new"}})
    assert drawing.shape.status == "new"


@pytest.mark.parametrize("tag", ["triangle", None, 5, ["circle"]])
def test_an_unknown_tag_is_named(mended: Client, tag: object) -> None:
    with pytest.raises(ValueError, match="no member has the kind"):
        mended.model("Drawing").from_dict({"shape": {"kind": tag}})


def test_a_union_keeps_its_members_that_are_no_objects(mended: Client) -> None:
    assert mended.model("Drawing").from_dict({"label": "round"}).label == "round"
    with pytest.raises(TypeError, match="shape cannot be of type str"):
        mended.model("Drawing").from_dict({"shape": "round"})


@pytest.mark.parametrize(
    ("field", "broken", "message"),
    [
        ("centre", {"kind": "square"}, "drawn_at"),
        ("centre", [CIRCLE], "centre cannot be of type list"),
        ("points", [{"number": 1}, {}], "number"),
        ("points", {"number": 1}, "points cannot be of type dict"),
        ("marks", {}, "marks cannot be of type dict"),
    ],
)
def test_beside_text_an_object_or_list_is_read_strictly(
    mended: Client, stock: Client, field: str, broken: object, message: str
) -> None:
    with pytest.raises((KeyError, TypeError), match=message):
        mended.model("Drawing").from_dict({field: broken})
    assert getattr(stock.model("Drawing").from_dict({field: broken}), field) == broken


@pytest.mark.parametrize(
    "document",
    [
        {"centre": RECTANGLE},
        {"points": [{"number": 1}]},
        {"points": "a"},
        {"marks": [1, None]},
    ],
)
def test_a_union_of_text_and_something_else_reads_both(
    mended: Client, document: dict[str, Any]
) -> None:
    assert mended.model("Drawing").from_dict(document).to_dict() == document
