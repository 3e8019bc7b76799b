"""Repeated measurements of one thing, as they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], *, digits: int = 2) -> str:
    """Return the median and, of several values, the lowest and the highest.

    >>> spread([3.0, 1.0, 2.0]), spread([1.0])
    ('2.00 (1.00 to 3.00)', '1.00')
    """
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"
