"""Could chance alone have made this difference? Paired tests over clusters of questions.

Differences are a matrix, one row a question and one column a measure; a cell
that is not a number is a question for which the measure is undefined, and is
left out of its column. Questions of one cluster (one report) are flipped and
drawn together, since they succeed and fail together: errors that ignore this
can be three times too small (Miller, "Adding Error Bars to Evals", 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

FLIPS = 10_000
SEED = 20_230_518
"""Any number would do; the same one makes the same comparison the same bytes."""
LEVEL = 0.05
POWER = 0.8


def mean_differences(differences: Matrix) -> Matrix:
    """Return the mean of each measure over the questions it is defined for; NaN for none."""
    sums, counts = _totals(differences)
    return _quotient(sums, counts)


def sign_flip_p(
    differences: Matrix, clusters: Sequence[str], *, flips: int = FLIPS, seed: int = SEED
) -> Matrix:
    """Return the two-sided p-value of each measure by paired randomisation.

    Were the systems equal, each cluster's differences could as well have had
    the other sign: p is the share of ``flips`` random signings whose sum is at
    least as far from 0, the observed one counted among them, so p is never 0
    (Fisher's randomisation test as in Smucker, Allan and Carterette, CIKM 2007).
    """
    sums, _ = _by_cluster(differences, clusters)
    signs = np.random.default_rng(seed).integers(0, 2, (flips, len(sums)), dtype=np.int8) * 2 - 1
    observed = np.abs(sums.sum(axis=0))
    # Signings that are exactly as extreme must count, whatever order floats are added in.
    extreme = np.abs(signs @ sums) >= observed - 1e-9
    p_values: Matrix = (1 + extreme.sum(axis=0)) / (1 + flips)
    return p_values


def bootstrap_interval(
    differences: Matrix, clusters: Sequence[str], *, draws: int = FLIPS, seed: int = SEED
) -> tuple[Matrix, Matrix]:
    """Return the 95 % interval of each mean difference; NaN where a measure is never defined.

    The percentile interval of a cluster bootstrap: clusters are drawn with
    replacement (Field and Welsh, JRSS B 69, 2007).
    """
    sums, counts = _by_cluster(differences, clusters)
    drawn = np.random.default_rng(seed).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=draws
    )
    totals, sizes = drawn @ sums, drawn @ counts
    means = _quotient(totals, sizes)
    low, high = np.full(sums.shape[1], np.nan), np.full(sums.shape[1], np.nan)
    defined = counts.sum(axis=0) > 0
    if defined.any():
        tails = [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)]
        low[defined], high[defined] = np.nanpercentile(means[:, defined], tails, axis=0)
    return low, high


def smallest_difference(differences: Matrix, clusters: Sequence[str]) -> Matrix:
    """Return the true difference that a set like this would show four times in five.

    (z(0.975) + z(0.8)) times the clustered standard error of the mean: the usual
    minimum detectable effect (Bloom, Evaluation Review 19, 1995). It is read off
    how much these two runs differ, so it is NaN where they do not differ at all
    and where there are fewer than two clusters.
    """
    sums, counts = _by_cluster(differences, clusters)
    total, groups = counts.sum(axis=0), (counts > 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = sums - counts * (sums.sum(axis=0) / total)
        error = np.sqrt((residuals**2).sum(axis=0) * groups / (groups - 1)) / total
    reach = NormalDist().inv_cdf(1 - LEVEL / 2) + NormalDist().inv_cdf(POWER)
    smallest: Matrix = reach * error
    smallest[~np.isfinite(smallest) | (smallest == 0)] = np.nan
    return smallest


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number (Holm, Scand. J. Statist. 6, 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, reached = [0.0] * len(p_values), 0.0
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    for place, i in enumerate(order):
        reached = min(1.0, max(reached, (len(p_values) - place) * p_values[i]))
        adjusted[i] = reached
    return adjusted


def _totals(differences: Matrix) -> tuple[Matrix, Matrix]:
    defined = ~np.isnan(differences)
    return np.where(defined, differences, 0.0).sum(axis=0), defined.sum(axis=0).astype(float)


def _quotient(sums: Matrix, counts: Matrix) -> Matrix:
    quotient = np.full_like(sums, np.nan)
    np.divide(sums, counts, out=quotient, where=counts > 0)
    return quotient


def _by_cluster(differences: Matrix, clusters: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Return the sums and the counts of defined differences, one row a cluster."""
    _, row_of = np.unique(np.asarray(clusters), return_inverse=True)
    defined = ~np.isnan(differences)
    shape = (int(row_of.max()) + 1, differences.shape[1])
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, row_of, np.where(defined, differences, 0.0))
    np.add.at(counts, row_of, defined.astype(float))
    return sums, counts
