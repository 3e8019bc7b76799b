"""How long answers took, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from rag.answers import Timings

PERCENTILES = (50, 95)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds that half of the answers, and nineteen in twenty, did not exceed."""

    p50_ms: float
    p95_ms: float


def latencies(timings: Sequence[Timings]) -> dict[str, Latency]:
    """Return the latency of each stage; nothing without timings.

    A percentile is the smallest measured value that so many per cent do not
    exceed (nearest rank), so it is always a time that was really taken.
    """
    if not timings:
        return {}
    return {
        field.name: Latency(*(_percentile(timings, field.name, q) for q in PERCENTILES))
        for field in fields(Timings)
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many per cent of the values do not exceed."""
    return float(np.percentile(values, percent, method="inverted_cdf"))


def _percentile(timings: Sequence[Timings], stage: str, percent: int) -> float:
    return percentile([getattr(timing, stage) for timing in timings], percent)
