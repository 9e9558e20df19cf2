"""The reviews keep the rules they were written by, and the prompt is the measured one."""

import csv
import difflib
import hashlib
import io
import itertools
from collections import Counter

from oxloop.demo import material

PROMPT = """\
Label each review.

Review: It broke after two days.
Label: negative

Review: Fantastic, works perfectly.
Label: positive

Review: The waiter ignored us.
Label: negative

Review: Really soft and warm.
Label: positive

Review: Never buying this again.
Label: negative

Review: Lovely place, we will be back.
Label: positive

Review: {review}
Label:"""


def likeness(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first.lower(), second.lower(), autojunk=False).ratio()


def test_the_reviews_are_those_that_were_written_before_any_model_saw_them() -> None:
    # A different digest means that a review or a label was changed. Do not adjust it.
    digest = hashlib.sha256(material.reviews_csv()).hexdigest()
    assert digest == "66a5f84b8918aaf427d6e0475dae7926f761c6953f875daac09d4aacff10234f"


def test_the_file_has_three_columns_and_seventy_two_rows() -> None:
    lines = list(csv.reader(io.StringIO(material.reviews_csv().decode("utf-8"), newline="")))
    assert lines[0] == ["id", "review", "label"]
    assert [len(line) for line in lines] == [3] * 73


def test_both_labels_occur_equally_often() -> None:
    labels = Counter(review.label for review in material.reviews())
    assert labels == {"positive": 36, "negative": 36}


def test_ids_are_unique() -> None:
    ids = [review.id for review in material.reviews()]
    assert len(set(ids)) == len(ids)


def test_reviews_are_one_short_clean_line() -> None:
    for review in material.reviews():
        assert review.text == " ".join(review.text.split())
        assert 10 <= len(review.text) <= 100
        assert review.text.isprintable()


def test_no_two_reviews_are_alike() -> None:
    texts = [review.text for review in material.reviews()]
    alike = [pair for pair in itertools.combinations(texts, 2) if likeness(*pair) > 0.8]
    assert alike == []


def test_no_review_repeats_an_example_of_the_prompt() -> None:
    alike = [
        (review.text, example)
        for review in material.reviews()
        for example, _ in material.EXAMPLES
        if likeness(review.text, example) > 0.8 or example.lower() in review.text.lower()
    ]
    assert alike == []


def test_likeness_finds_a_near_copy() -> None:
    assert likeness("It broke after two days.", "It broke after three days!") > 0.8


def test_the_prompt_is_the_measured_one_to_the_letter() -> None:
    assert material.prompt() == PROMPT
