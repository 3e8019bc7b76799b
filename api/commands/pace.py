"""How fast reports come in, and how long the rest will take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.ingest import Progress

_SURE_AFTER_S = 2.0
"""Before that, the first batch's compiling is most of the time that has passed."""


@dataclass(slots=True)
class Pace:
    """Counts the passages of a run. ``started_s`` and ``at_s`` are of one clock."""

    started_s: float
    whole: int = 0
    """Passages of the files that are done."""

    def note(self, now: Progress, *, at_s: float) -> str:
        """Return "38 passages/s, about 40 s left"; nothing while it is too early to say.

        The files to come are taken to be as long as those so far, on average.
        """
        done = self.whole + now.passages_done
        if now.outcome is not None:
            self.whole = done
        seconds = at_s - self.started_s
        if not done or seconds < _SURE_AFTER_S:
            return ""
        begun = self.whole + (now.passages if now.outcome is None else 0)
        total = begun * now.files / now.number
        left_s = (total - done) * seconds / done
        return f"{done / seconds:.0f} passages/s, about {_duration(left_s)} left"


def _duration(seconds: float) -> str:
    """Return it as a person would say it.

    >>> _duration(7.2), _duration(95), _duration(5400)
    ('7 s', '2 min', '1.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
