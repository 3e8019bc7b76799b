"""From how many passages on a library is indexed otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of passages; docs/decisions/0006 has what they rest on."""

    in_memory: int = 20_000
    """Up to this all are read and compared exactly, as long as that takes no time."""
    exact_up_to: int = 20_000
    """Compared one by one: some 2.5 ms, and never a neighbour missed."""
    quantised_from: int = 20_000
    """From this a segment has codes beside its vectors."""
    refined: int = 1_500
    """Candidates of the codes whose exact vectors are looked at, at least."""
    smallest_segment: int = 1_000
    """Below this all segments are of one size."""
    kept_from: int = 256
    """From this a segment is written down: fewer are indexed sooner than read."""


USUAL = Sizes()
