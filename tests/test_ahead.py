"""Work one item ahead: order, bounds, errors, and the way out."""

import contextlib
import threading

import pytest

from index.ingest.ahead import one_ahead

SECONDS = 30
"""To wait for another thread before a test fails; none takes a hundredth of it."""


def test_results_come_in_the_order_of_the_items():
    with one_ahead(lambda n: n * n, range(5)) as lent:
        assert [(item, result()) for item, result in lent] == [
            (0, 0), (1, 1), (2, 4), (3, 9), (4, 16),
        ]  # fmt: skip


def test_no_items_are_no_work():
    with one_ahead(str, []) as lent:
        assert list(lent) == []


def test_the_next_item_is_worked_on_while_the_present_one_is_used():
    begun = {name: threading.Event() for name in "abc"}
    with one_ahead(lambda name: begun[name].set(), "abc") as lent:
        next(lent)
        assert begun["b"].wait(SECONDS)


def test_no_item_is_begun_before_the_one_two_before_it_is_dealt_with():
    begun: list[str] = []
    with one_ahead(begun.append, "abcd") as lent:
        _, result = next(lent)
        result()
        assert begun in (["a"], ["a", "b"])
        _, result = next(lent)
        result()
        assert begun in (["a", "b"], ["a", "b", "c"])


def test_an_error_is_that_items_own():
    with one_ahead(lambda n: 12 // n, [3, 0, 4]) as lent:
        first, second, third = (result for _, result in lent)
        assert (first(), third()) == (4, 3)
        with pytest.raises(ZeroDivisionError):
            second()


def test_an_early_end_waits_for_the_work_in_hand_and_begins_no_other():
    in_hand, may_end = threading.Event(), threading.Event()
    done: list[str] = []

    def work(name: str) -> None:
        in_hand.set()
        assert may_end.wait(SECONDS)
        done.append(name)

    with contextlib.suppress(KeyboardInterrupt), one_ahead(work, "abc") as lent:
        next(lent)
        assert in_hand.wait(SECONDS)
        threading.Timer(0.05, may_end.set).start()
        raise KeyboardInterrupt
    assert done == ["a"]
