"""The statistics find what is there and nothing that is not."""

import numpy as np
import pytest

from eval.comparison.chance import (
    bootstrap_interval,
    holm,
    mean_differences,
    sign_flip_p,
    smallest_difference,
)

REPORTS = 100
QUESTIONS = [f"report {number % REPORTS}" for number in range(300)]


def flips(rng, pairs, *, lost, gained):
    """Return the differences of right answers, one column a simulated pair of runs."""
    drawn = rng.random((len(QUESTIONS), pairs))
    return np.where(drawn < lost, -1.0, np.where(drawn < lost + gained, 1.0, 0.0))


def test_a_loss_of_five_points_in_three_hundred_questions_is_found():
    # 6.5 of 100 answers are lost and 1.5 gained: five points, with some coming and going.
    losses = flips(np.random.default_rng(1), 200, lost=0.065, gained=0.015)
    found = sign_flip_p(losses, QUESTIONS) < 0.05
    assert found.mean() >= 0.8


def test_two_equal_systems_are_seldom_told_apart():
    equal = flips(np.random.default_rng(2), 1000, lost=0.05, gained=0.05)
    alarms = sign_flip_p(equal, QUESTIONS) < 0.05
    assert alarms.mean() <= 0.05


def test_questions_that_fall_together_are_one_sample():
    # Of five reports with sixty questions each, four lose all and one gains all.
    clusters = [f"report {number // 60}" for number in range(300)]
    losses = np.array([[1.0 if number < 60 else -1.0] for number in range(300)])
    # Signings of five equal sums that reach |-3|: 2 * (1 + 5) of 32.
    assert sign_flip_p(losses, clusters)[0] == pytest.approx(12 / 32, abs=0.02)
    assert sign_flip_p(losses, list(map(str, range(300))))[0] < 0.001


def test_the_p_value_is_the_share_of_signings_as_extreme():
    # Three questions, all lost: only two of eight signings are as far from 0.
    losses = np.array([[-1.0], [-1.0], [-1.0]])
    assert sign_flip_p(losses, ["a", "b", "c"])[0] == pytest.approx(2 / 8, abs=0.02)


def test_no_difference_is_certain_chance():
    assert sign_flip_p(np.zeros((4, 1)), list("abcd"))[0] == 1


def test_the_same_seed_gives_the_same_figures():
    losses = flips(np.random.default_rng(3), 2, lost=0.06, gained=0.02)
    assert sign_flip_p(losses, QUESTIONS).tolist() == sign_flip_p(losses, QUESTIONS).tolist()
    first, second = (bootstrap_interval(losses, QUESTIONS) for _ in range(2))
    assert np.array_equal(first, second)


def test_undefined_questions_are_left_out_of_the_mean():
    assert mean_differences(np.array([[1.0, np.nan], [np.nan, np.nan]]))[0] == 1
    assert np.isnan(mean_differences(np.array([[np.nan]]))[0])


def test_the_interval_holds_the_mean_and_is_wider_for_clusters():
    losses = np.array([[-1.0 if number < 60 else 0.0] for number in range(300)])
    together = [f"report {number // 20}" for number in range(300)]
    low, high = bootstrap_interval(losses, together)
    alone_low, alone_high = bootstrap_interval(losses, list(map(str, range(300))))

    assert low[0] < alone_low[0] < -0.2 < alone_high[0] < high[0]


def test_the_smallest_difference_is_its_reach_in_standard_errors():
    # Four single questions, differences 1, -1, 1, -1: residuals 1, error sqrt(4 * 4/3) / 4.
    swings = np.array([[1.0], [-1.0], [1.0], [-1.0]])
    expected = (1.959964 + 0.841621) * (4 * 4 / 3) ** 0.5 / 4
    assert smallest_difference(swings, list("abcd"))[0] == pytest.approx(expected, rel=1e-5)


def test_runs_that_do_not_differ_show_no_smallest_difference():
    assert np.isnan(smallest_difference(np.zeros((4, 1)), list("abcd")))[0]


def test_the_smallest_difference_is_found_four_times_in_five():
    losses = flips(np.random.default_rng(4), 200, lost=0.065, gained=0.015)
    assert np.median(smallest_difference(losses, QUESTIONS)) == pytest.approx(0.045, abs=0.006)


def test_holm_multiplies_the_smallest_by_all_and_never_falls():
    # Sorted 0.01 * 4, 0.02 * 3, 0.03 * 2, 0.2 * 1.
    assert holm([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.06, 0.04, 0.2, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
