"""The benchmark's own arithmetic, and what it says of a command it has run."""

import sys
from pathlib import Path

import pytest

from benchmarks.adding import Steps
from benchmarks.asking import QUESTIONS, questions_of, timings_table
from benchmarks.machine import available_cores, cpu_model
from benchmarks.processes import FailedCommand, cost_of
from benchmarks.spread import spread
from rag.answers import Question, Timings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs wait4 and getrusage")


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.5], "0.50"),
        # Half of the way from the lowest to the middle, and from there to the highest.
        ([3.0, 1.0, 2.0], "2.00 (1.50 to 2.50)"),
        # Of an even number, the mean of the two in the middle.
        ([4.0, 1.0, 3.0, 2.0], "2.50 (1.75 to 3.25)"),
    ],
)
def test_a_spread_is_median_first_and_third_quartile(values, shown):
    assert spread(values) == shown


def test_a_spread_is_rounded_as_asked():
    assert spread([199.6, 201.2, 240.0], digits=0) == "201 (200 to 221)"


def test_percentiles_are_times_that_were_taken():
    # Of 1 to 20 ms, 10 do not exceed 10 and 19 do not exceed 19.
    timings = [
        Timings(embed=float(ms), retrieve=0.0, read=2.0 * ms, total=3.0 * ms) for ms in range(1, 21)
    ]
    assert timings_table(timings, "Asking").rows == (
        ("embed", "10.0", "19.0"),
        ("retrieve", "0.0", "0.0"),
        ("read", "20.0", "38.0"),
        ("total", "30.0", "57.0"),
    )


def test_without_gold_the_general_questions_are_asked():
    assert questions_of([]) == [Question(text) for text in QUESTIONS]


def test_a_gold_file_gives_its_questions_with_their_histories(tmp_path):
    gold = tmp_path / "boats.jsonl"
    gold.write_text(
        '{"id": "1", "question": "And in Eastholm?", "history": ["Has Northmarch boats?"],'
        ' "type": "followup", "answerable": false}\n'
    )
    assert questions_of([gold]) == [
        Question("And in Eastholm?", history=("Has Northmarch boats?",))
    ]


def test_the_seconds_of_a_step_add_up_over_reports():
    steps = Steps()
    for _ in range(2):
        with steps.step("read"):
            sum(range(2_000_000))
    with steps.step("store"):
        pass
    assert list(steps.wall_s) == list(steps.cpu_s) == ["read", "store"]
    assert 0 < steps.cpu_s["read"] < steps.wall_s["read"] * (available_cores() + 1)
    assert steps.wall_s["store"] < steps.wall_s["read"]


def test_a_command_costs_time_and_its_own_memory(tmp_path):
    ballast = b"x" * 200_000_000  # of the process that starts it, which is not the command's
    cost = cost_of(["--help"], library=tmp_path / "none.db")
    assert len(ballast) == 200_000_000
    assert cost.cpu_s > 0
    assert cost.wall_s > 0
    # Python with click has some thirty megabytes.
    assert 5 < cost.peak_mb < 150


def test_a_command_that_fails_is_not_measured(tmp_path):
    with pytest.raises(FailedCommand, match=r"peelback reports: .*there is no library"):
        cost_of(["reports"], library=tmp_path / "none.db")


def test_a_processor_is_named_as_linux_names_it(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Harbour 9000 @ 3.00GHz\nflags\t: fpu\n")
    assert cpu_model(cpuinfo) == "Harbour 9000 @ 3.00GHz"
    assert cpu_model(Path("/nowhere")) != ""
