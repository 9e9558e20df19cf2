"""Ids and moments as chance and the clock give them; a seed's are tested in test_deterministic."""

import re
import time
from datetime import datetime
from itertools import count, pairwise

import pytest
from oxloop_server import stamps


def test_ids_differ_and_sort_by_when_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = count(1_763_800_000 * 10**9, 10**9 // 20)
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))
    made = [stamps.new_id("ev_") for _ in range(300)]
    assert all(re.fullmatch(r"ev_[A-Za-z0-9]{21}", one) for one in made)
    assert len(set(made)) == len(made)
    assert all(earlier < later for earlier, later in pairwise(made))


def test_chance_has_most_of_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_763_800_000 * 10**9)
    made = [stamps.new_id("") for _ in range(2000)]
    assert [len(set(letters)) for letters in zip(*made, strict=True)] == [1] * 7 + [62] * 14


def test_now_is_text_of_the_clock_in_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_763_800_000 * 10**9 + 4_567)
    assert stamps.now() == "2025-11-22T08:26:40.000004Z"
    monkeypatch.undo()
    before = datetime.fromisoformat(stamps.now())
    assert before <= datetime.fromisoformat(stamps.now())
