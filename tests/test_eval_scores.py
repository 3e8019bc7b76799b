import pytest

from eval.gold import GoldQuestion
from eval.measures import Share
from eval.scores import Measured, average, score, scores_json


def measured(*, gold="g", kind="fact", why=None, **measures):
    question = GoldQuestion(gold, "q", "How?", kind, answerable=why is None, why=why)
    return Measured(question, measures)


def test_the_mean_weighs_questions_and_the_micro_average_quotes():
    # Questions: 1/4 and 1/1, mean 5/8. Quotes: 2 of 5.
    got = average([Share(1, 4), Share(1, 1)])
    assert got.mean == pytest.approx(5 / 8)
    assert got.micro == pytest.approx(2 / 5)
    assert got.questions == 2


def test_undefined_measures_are_left_out_of_the_mean():
    got = average([Share(1, 2), None])
    assert (got.mean, got.questions) == (0.5, 1)


def test_a_measure_that_is_undefined_for_all_has_no_mean():
    got = average([None, None])
    assert (got.mean, got.micro, got.questions) == (None, None, 0)


def test_scores_are_sliced_by_gold_file_type_and_reason():
    scores = score(
        [
            measured(gold="north", kind="list", found=Share(1)),
            measured(gold="north", kind="fact", found=Share(0)),
            measured(gold="south", kind="fact", found=Share(1)),
            measured(gold="south", kind="unanswerable", why="off_topic", refused=Share(1)),
        ]
    )

    assert scores.all.overall["found"].mean == pytest.approx(2 / 3)
    assert scores.all.types["fact"]["found"].mean == pytest.approx(1 / 2)
    assert list(scores.golds) == ["north", "south"]
    assert scores.golds["north"].overall["found"].mean == pytest.approx(1 / 2)
    assert scores.golds["north"].whys == {}
    assert scores.golds["south"].whys["off_topic"]["refused"].mean == 1


def test_an_unanswerable_question_without_a_reason_is_a_slice_of_its_own():
    question = GoldQuestion("g", "q", "How?", "unanswerable", answerable=False)
    assert list(score([Measured(question, {})]).all.whys) == ["unstated"]


def test_the_json_of_an_undefined_score_is_null():
    scores = score([measured(found=None)])
    assert scores_json(scores)["all"]["overall"] == {
        "found": {"mean": None, "micro": None, "questions": 0}
    }
