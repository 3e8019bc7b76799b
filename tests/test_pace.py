"""How fast reports come in, as the progress bar says it; worked by hand."""

from api.commands.pace import Pace
from index.ingest import Progress
from index.store.library import AddOutcome


def progress(number, *, done, passages, outcome=None):
    return Progress("r", "r.txt", number, 4, done, passages, outcome)


def test_the_rest_is_taken_to_be_as_long_as_what_was():
    pace = Pace(started_s=100.0)
    # 40 passages in 10 s, all of the first of 4 files: 120 are left, 30 s.
    added = progress(1, done=40, passages=40, outcome=AddOutcome.ADDED)
    assert pace.note(added, at_s=110.0) == "4 passages/s, about 30 s left"


def test_the_part_of_a_report_that_is_done_counts():
    pace = Pace(started_s=100.0)
    pace.note(progress(1, done=40, passages=40, outcome=AddOutcome.ADDED), at_s=110.0)
    # 60 done in 15 s, of 100 in two files: 200 in four, so 140 are left, 35 s.
    assert pace.note(progress(2, done=20, passages=60), at_s=115.0) == (
        "4 passages/s, about 35 s left"
    )


def test_nothing_is_said_too_early():
    pace = Pace(started_s=100.0)
    assert pace.note(progress(1, done=0, passages=40), at_s=130.0) == ""
    assert pace.note(progress(1, done=8, passages=40), at_s=101.0) == ""
