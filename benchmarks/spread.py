"""Repeated measurements of one thing, as they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], *, digits: int = 2) -> str:
    """Return the median and, of several values, the first and third quartile.

    >>> spread([3.0, 1.0, 2.0]), spread([1.0])
    ('2.00 (1.50 to 2.50)', '1.00')
    """
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    low, high = quartiles(values)
    return f"{middle} ({low:.{digits}f} to {high:.{digits}f})"


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the first and third quartile, between values where they fall between (numpy's way).

    >>> quartiles([1.0, 2.0, 3.0, 4.0]), quartiles([5.0])
    ((1.75, 3.25), (5.0, 5.0))
    """
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high
