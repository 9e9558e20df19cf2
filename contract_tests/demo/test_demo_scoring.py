"""Scoring against examples worked out by hand."""

import pytest
from oxloop.demo.scoring import OTHER, Labelled, as_label, score


def rows(*pairs: tuple[str, str | None]) -> list[Labelled]:
    return [
        Labelled(id=f"r{number}", text="t", label=label, answer=answer)
        for number, (label, answer) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("positive", "positive"),
        (" Negative", "negative"),
        ("POSITIVE.", "positive"),
        (" negative . ", "negative"),
        ("positive..", OTHER),
        ("positive!", OTHER),
        ("not positive", OTHER),
        ("neutral", OTHER),
        ("positive negative", OTHER),
        ("other", OTHER),
        ("", OTHER),
        (".", OTHER),
        (None, OTHER),
    ],
)
def test_an_answer_is_a_label_or_other(answer: str | None, label: str) -> None:
    assert as_label(answer) == label


def test_balanced_accuracy_is_the_mean_of_the_shares_of_each_label() -> None:
    # positive: 3 of 4 right; negative: 1 of 2 right, one answer is no label.
    result = score(
        rows(
            ("positive", " positive"),
            ("positive", "Positive."),
            ("positive", "positive"),
            ("positive", "negative"),
            ("negative", "negative"),
            ("negative", "maybe"),
        )
    )
    assert (result.rows, result.right) == (6, 4)
    assert result.accuracy == pytest.approx(4 / 6)
    assert result.balanced_accuracy == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert result.baseline == pytest.approx(4 / 6)
    assert result.baseline_label == "positive"
    assert result.confusion == {
        "positive": {"positive": 3, "negative": 1, OTHER: 0},
        "negative": {"positive": 0, "negative": 1, OTHER: 1},
    }


def test_always_the_majority_label_is_as_good_as_the_baseline_and_half_balanced() -> None:
    result = score(rows(*[("negative", "negative")] * 9, ("positive", "negative")))
    assert result.accuracy == result.baseline == pytest.approx(0.9)
    assert result.baseline_label == "negative"
    assert result.balanced_accuracy == pytest.approx(0.5)


def test_a_failed_row_counts_as_wrong() -> None:
    result = score(rows(("positive", None), ("negative", "negative")))
    assert result.accuracy == pytest.approx(0.5)
    assert result.confusion["positive"][OTHER] == 1


def test_a_label_that_does_not_occur_is_left_out_of_the_mean() -> None:
    result = score(rows(("positive", "positive"), ("positive", "negative")))
    assert result.balanced_accuracy == pytest.approx(0.5)
    assert result.baseline == pytest.approx(1.0)


def test_no_rows_have_no_score() -> None:
    with pytest.raises(ValueError, match="no rows"):
        score([])


def test_an_unknown_true_label_is_named() -> None:
    with pytest.raises(ValueError, match="'neutral'"):
        score(rows(("neutral", "positive"), ("positive", "positive")))


def test_a_row_knows_whether_it_is_right() -> None:
    right, wrong = rows(("positive", " Positive"), ("positive", "good"))
    assert (right.right, right.predicted) == (True, "positive")
    assert (wrong.right, wrong.predicted) == (False, OTHER)
