"""Two kept runs: gains and losses are named, and words say what the figures show."""

import json

import pytest
from click.testing import CliRunner

from eval.commands import eval_group
from eval.comparison.runs import Verdict, compare_runs
from eval.comparison.shown import comparison_json, comparison_tables, comparison_text
from eval.errors import NotComparable, NothingMeasured
from eval.kept_run import KeptQuestion, KeptRun

GOLD = [{"name": "police", "sha256": "5ha", "questions": 300}]


def question(number, *, right=True, **measures):
    report = f"report-{number % 100}"
    return KeptQuestion(
        asked={
            "gold": "police",
            "id": f"q{number}",
            "question": f"How many officers has force {number}?",
            "type": "fact",
            "answerable": True,
            "history": [],
            "must_contain": [],
            "evidence": [{"report_id": report, "places": [[0, 9]], "quote": "It has 9."}],
        },
        answer={
            "text": "It has 9. [1]" if right else "It has 8. [1]",
            "reason": None,
            "mode": "extractive",
        },
        measures={"right": float(right), **measures},
        cause=None if right else "words missing",
    )


def run(name, questions, *, gold=GOLD):
    return KeptRun(name, {"gold": gold}, {}, tuple(questions))


ALL_RIGHT = run("before", [question(number) for number in range(300)])


def losing(lost):
    return run("after", [question(number, right=number not in lost) for number in range(300)])


def test_a_loss_of_five_points_is_called_worse():
    comparison = compare_runs(ALL_RIGHT, losing(range(15)))
    (right,) = comparison.differences

    assert (right.measure, right.verdict, right.questions) == ("right", Verdict.WORSE, 300)
    assert (right.before, right.after, right.change) == pytest.approx((1, 0.95, -0.05))
    assert right.low < -0.05 < right.high < 0
    assert [flip.after.label for flip in comparison.lost] == [f"police/q{n}" for n in range(15)]
    assert comparison.gained == ()
    assert "Shown: right is worse." in comparison_text(comparison)


def test_the_other_way_round_it_is_better():
    comparison = compare_runs(losing(range(15)), ALL_RIGHT)
    assert comparison.differences[0].verdict is Verdict.BETTER
    assert (len(comparison.gained), len(comparison.lost)) == (15, 0)


def test_less_is_better_where_it_is():
    before = run("before", [question(n, wrong_body=float(n < 30)) for n in range(300)])
    after = run("after", [question(n, wrong_body=0.0) for n in range(300)])
    verdicts = {one.measure: one.verdict for one in compare_runs(before, after).differences}
    assert verdicts == {"right": Verdict.NO_DIFFERENCE, "wrong_body": Verdict.BETTER}


def test_what_chance_could_do_is_no_difference_in_so_many_words():
    comparison = compare_runs(ALL_RIGHT, losing([7]))
    table = comparison_tables(comparison)[0]

    assert "1 lost. No difference shown." in comparison_text(comparison)
    assert table.rows[0][:2] == ("right", "no difference shown")
    # (1.96 + 0.84) standard errors of one loss in 100 clusters of three.
    assert comparison.differences[0].smallest == pytest.approx(0.0093, abs=0.0002)


def test_a_lost_question_is_shown_with_both_answers():
    comparison = compare_runs(ALL_RIGHT, losing([7]))
    assert comparison_tables(comparison)[1].rows == (
        (
            "police/q7",
            "words missing",
            "How many officers has force 7?",
            "It has 9. [1]",
            "It has 8. [1]",
        ),
    )
    (lost,) = comparison_json(comparison)["lost"]
    assert [answer["text"] for answer in lost["answers"]] == ["It has 9. [1]", "It has 8. [1]"]


def test_a_measure_that_only_one_run_defines_is_not_compared():
    before = run("before", [question(0, citation_precision=None), question(1)])
    after = run("after", [question(0, citation_precision=1.0), question(1)])
    assert [one.measure for one in compare_runs(before, after).differences] == ["right"]


def test_runs_of_other_gold_or_other_questions_do_not_compare():
    other = run("after", ALL_RIGHT.questions, gold=[])
    with pytest.raises(NotComparable, match="before and after are runs of other gold files"):
        compare_runs(ALL_RIGHT, other)
    with pytest.raises(NotComparable, match="did not ask the same questions"):
        compare_runs(ALL_RIGHT, run("after", ALL_RIGHT.questions[:-1]))
    with pytest.raises(NothingMeasured, match="have no question"):
        compare_runs(run("before", []), run("after", []))


def test_a_folder_that_is_no_run_is_exit_code_3(tmp_path):
    (tmp_path / "settings.json").write_text(json.dumps({}), encoding="utf-8")
    result = CliRunner().invoke(eval_group, ["compare", str(tmp_path), str(tmp_path)])
    assert result.exit_code == 3
    assert "is no finished run: No such file or directory" in result.stderr
