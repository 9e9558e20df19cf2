"""Counting a run's progress page by page: what is remembered, and which page comes next."""

from oxloop.humanloop.tally import PAGE_SIZE, Tally


def test_the_first_page_comes_first() -> None:
    assert Tally().unfinished(1) == 1
    assert Tally().total is None


def test_a_page_fixes_how_many_pages_there_are() -> None:
    tally = Tally().counted(1, 40, total=250)
    assert (tally.total, tally.done) == (250, (40, 0, 0))
    assert [tally.unfinished(page) for page in (1, 2, 3, 4)] == [1, 2, 3, None]


def test_whole_pages_are_passed_over() -> None:
    tally = Tally().counted(1, PAGE_SIZE, total=250).counted(3, 50, total=250)
    assert [tally.unfinished(page) for page in (1, 2, 3)] == [2, 2, None]
    assert tally.counted(2, PAGE_SIZE, total=250).unfinished(1) is None


def test_the_last_page_is_whole_when_its_own_datapoints_are_done() -> None:
    assert Tally().counted(1, 2, total=2).unfinished(1) is None
    assert Tally().counted(1, 1, total=2).unfinished(1) == 1
    assert Tally().counted(2, 0, total=101).counted(1, 100, 101).unfinished(1) == 2


def test_no_datapoints_are_none_to_wait_for() -> None:
    assert Tally().counted(1, 0, total=0) == Tally(total=0)
    assert Tally().counted(1, 0, total=0).unfinished(1) is None


def test_a_page_can_be_counted_again() -> None:
    tally = Tally().counted(1, 40, total=120).counted(1, 60, total=120)
    assert tally.done == (60, 0)


def test_a_list_that_changes_its_length_does_no_harm() -> None:
    tally = Tally().counted(3, 10, total=250).counted(1, 5, total=120)
    assert tally.done == (5, 0)
    assert tally.counted(1, 5, total=350).done == (5, 0, 0, 0)
    assert tally.counted(9, 5, total=120).done == (5, 0)
