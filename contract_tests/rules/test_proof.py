"""The proof of the folder key."""

import re

import pytest
from oxloop.rules import proof

NONCE = "0" * 32
# openssl dgst -sha256 -hmac a-key over ["oxloop-proof-1", "000…", "in-1", 8600]
PROOF = "3363d482f9345bedc8917f7c55b667cc51b85c7aa252f82ba8ed170a1bd13b7f"


def test_the_answer_is_the_hmac_of_the_folder_key() -> None:
    assert proof.answer("a-key", NONCE, "in-1", 8600) == PROOF


@pytest.mark.parametrize(
    "other",
    [
        ("another", NONCE, "in-1", 8600),
        ("a-key", "1" * 32, "in-1", 8600),
        ("a-key", NONCE, "in-2", 8600),
        ("a-key", NONCE, "in-1", 8601),
    ],
)
def test_every_part_counts(other: tuple[str, str, str, int]) -> None:
    assert not proof.matches(proof.answer(*other), PROOF)


def test_matching_survives_text_that_cannot_be_encoded() -> None:
    assert proof.matches(PROOF, PROOF)
    assert not proof.matches("\ud800", PROOF)
    assert not proof.matches("", PROOF)


def test_nonces_are_fresh_and_well_formed() -> None:
    first, second = proof.new_nonce(), proof.new_nonce()
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{64}", first)
