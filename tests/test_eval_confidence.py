"""Worked by hand over six questions, four of them answered."""

import pytest

from eval.confidence import (
    CalibrationBin,
    Judged,
    RiskPoint,
    abstention_precision,
    abstention_recall,
    area_under_risk,
    auroc,
    calibration,
    calibration_error,
    coverage_at_risk,
    risk_coverage,
    self_knowledge,
)


def given(confidence, *, right, answerable=True):
    return Judged(confidence, answerable=answerable, answered=True, right=right)


def refused(confidence, *, answerable):
    return Judged(confidence, answerable=answerable, answered=False, right=not answerable)


SIX = [
    given(0.95, right=True),
    given(0.85, right=False),
    given(0.85, right=True),
    given(0.55, right=False, answerable=False),
    refused(0.2, answerable=False),
    refused(0.4, answerable=True),
]


def test_abstentions_are_judged_as_a_classifier_is():
    # Two refusals, one of them right; two unanswerable questions, one of them refused.
    assert abstention_precision(SIX) == 1 / 2
    assert abstention_recall(SIX) == 1 / 2


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    # 3 against 2: (0.9 wins both), (0.5 wins one and ties one), (0.1 loses both).
    assert auroc([0.9, 0.5, 0.1], [0.5, 0.3]) == pytest.approx((2 + 1.5 + 0) / 6)


def test_confidence_tells_answerable_questions_and_right_answers_apart():
    got = self_knowledge(SIX)
    # 0.95, 0.85, 0.85, 0.4 against 0.55, 0.2: seven of eight pairs in order.
    assert got["auroc_answerable"] == pytest.approx(7 / 8)
    # 0.95, 0.85 against 0.85, 0.55: two wins; a tie and a win.
    assert got["auroc_right"] == pytest.approx(3.5 / 4)


def test_answers_of_equal_confidence_are_given_together():
    assert risk_coverage(SIX) == (
        RiskPoint(0.95, 1 / 6, 0),
        RiskPoint(0.85, 3 / 6, 1 / 3),
        RiskPoint(0.55, 4 / 6, 2 / 4),
    )


def test_the_area_spreads_errors_within_a_tie():
    # Wrong after each answer: 0, then half and one of the tie, then two.
    assert area_under_risk(SIX) == pytest.approx((0 + 0.5 / 2 + 1 / 3 + 2 / 4) / 4)


def test_coverage_is_the_most_that_can_be_answered_at_a_risk():
    assert coverage_at_risk(SIX) == pytest.approx(1 / 6)
    assert coverage_at_risk(SIX, risk=0.4) == pytest.approx(3 / 6)
    assert coverage_at_risk([given(0.9, right=False)]) == 0


def test_calibration_compares_confidence_with_what_is_right():
    assert calibration(SIX) == (
        CalibrationBin(1, 0.55, 0),
        CalibrationBin(2, 0.85, 0.5),
        CalibrationBin(1, 0.95, 1),
    )
    assert calibration_error(SIX) == pytest.approx((0.55 + 2 * 0.35 + 0.05) / 4)


def test_full_confidence_falls_into_the_last_bin():
    assert calibration([given(1.0, right=True)]) == (CalibrationBin(1, 1.0, 1),)


def test_without_questions_nothing_is_known():
    assert set(self_knowledge([]).values()) == {None}


def test_without_answers_there_is_no_risk_and_no_calibration():
    got = self_knowledge([refused(0.1, answerable=False)])
    assert (got["risk_area"], got["coverage_at_5%_risk"], got["calibration_error"]) == (None,) * 3
    assert (got["abstention_precision"], got["abstention_recall"]) == (1, 1)
