"""What can go wrong in an evaluation.

* PeelbackError
  + EvalError
    - GoldError        a gold file cannot be read as gold questions
    - StaleLabels      evidence is not in the library that is measured
    - RunExists        a run of that name has been written before
    - CannotResume     a run was begun under other conditions
    - UnreadableRun    a folder is no finished run, or a baseline is none
    - NotComparable    two runs are not of the same questions
    - UnreadableSet    a folder is no public question set, or not the published one
    - JudgeError       a language model as judge cannot be asked, or gives no verdict
    - NothingMeasured  the run ended and proves nothing
"""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import PeelbackError

SHOWN_FAULTS = 20
"""A gold file of the wrong format has a fault in every line; the first few say which."""


class EvalError(PeelbackError):
    """An evaluation cannot be made."""


class GoldError(EvalError):
    """Lines of a gold file are not gold questions. ``faults`` name file, line and field."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = list(faults[:SHOWN_FAULTS])
        if len(faults) > SHOWN_FAULTS:
            shown.append(f"and {len(faults) - SHOWN_FAULTS} more")
        super().__init__("the gold cannot be read:\n  " + "\n  ".join(shown))
        self.faults = tuple(faults)


class StaleLabels(EvalError):
    """Evidence names a report that the library lacks, or a quote that the report lacks."""


class RunExists(EvalError):
    """A run is never written over: it is what later runs are compared with."""


class CannotResume(EvalError):
    """Answers given under other conditions are not mixed with those of a run."""


class UnreadableRun(EvalError):
    """A file of a run or a baseline is missing or is not what was written."""


class NotComparable(EvalError):
    """Two runs, or a run and a baseline, are not of the same questions."""


class UnreadableSet(EvalError):
    """A public question set is missing, damaged or of another format."""


class JudgeError(EvalError):
    """A judge cannot be reached, refuses, or says neither yes nor no."""


class NothingMeasured(EvalError):
    """No question, no answer, a score that is not a number, or a quote not in its report."""
