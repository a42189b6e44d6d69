"""Capability without a law: sample percentiles in place of mean ± 3 sigma (ISO 22514-2)."""

import numpy as np

from spc.arrays import FloatArray
from spc.capability.draws import share_draws, spread_points
from spc.capability.interval import NOTHING, Estimate, of_draws
from spc.capability.sample import Findings, Indices, Sample
from spc.capability.specification import Specification
from spc.capability.tails import Tails

# What a normal law has below mean − 3 sigma, mean and mean + 3 sigma.
SHARES = (0.00135, 0.5, 0.99865)
_RESAMPLES = 4000
# From this size on the outer percentiles lie within the sample.
FEWEST_FOR_PERCENTILES = 741
# Simulated for normal values: of 95 % intervals 87 % hold the truth with 2000 values, 95 % here.
_FEWEST_FOR_INTERVALS = 5000


def percentile(sample: Sample) -> Findings:
    """Return Pp and Ppk from the .135, 50 and 99.865 % points of the sample.

    Examples
    --------
    >>> values = np.linspace(0.0, 1.0, 1001)
    >>> found = percentile(Sample(values, Specification(-0.5, 1.5)))
    >>> round(found.overall.spread.value, 4)
    2.0054

    """
    ordered = np.sort(sample.known)
    found = percentile_indices(np.quantile(ordered, SHARES)[:, None], sample.specification)
    draws = percentile_indices(_resampled(ordered, sample.worth), sample.specification)
    notes: tuple[str, ...] = ()
    if ordered.size < FEWEST_FOR_PERCENTILES:
        notes = (
            (
                f"The outer percentiles lie beyond what {ordered.size} values can show and are close "
                f"to the extremes; take at least {FEWEST_FOR_PERCENTILES} values or fit a law."
            ),
        )
    elif ordered.size < _FEWEST_FOR_INTERVALS:
        notes = (
            (
                "A few values decide the outer percentiles, and their bootstrap is optimistic below "
                f"{_FEWEST_FOR_INTERVALS} values."
            ),
        )
    return Findings(
        estimator="sample percentiles",
        within=Indices(),
        overall=with_intervals(found, draws, sample.confidence),
        tails=_counted(sample),
        intervals=(
            ("pp, ppk", "bootstrap of the percentiles"),
            ("ppm, equivalent_ppk", "of the counted share, by Jeffreys' prior"),
        ),
        notes=notes,
    )


def percentile_indices(
    points: FloatArray, limits: Specification
) -> tuple[FloatArray | None, FloatArray | None, FloatArray | None]:
    """Return Pp, Ppl and Ppu of .135, 50 and 99.865 % points, shape (3, m); None without a limit."""
    low, middle, high = points
    lower = upper = spread = None
    with np.errstate(divide="ignore", invalid="ignore"):
        if limits.lower is not None:
            lower = (middle - limits.lower) / (middle - low)
        if limits.upper is not None:
            upper = (limits.upper - middle) / (high - middle)
        if limits.lower is not None and limits.upper is not None:
            spread = (limits.upper - limits.lower) / (high - low)
    return spread, lower, upper


def with_intervals(
    found: tuple[FloatArray | None, ...], draws: tuple[FloatArray | None, ...], confidence: float
) -> Indices:
    """Return the indices of `percentile_indices` between the quantiles of their draws."""

    def estimate(index: FloatArray | None, drawn: FloatArray | None) -> Estimate:
        if index is None or drawn is None or not np.isfinite(index[0]):
            return NOTHING
        return of_draws(float(index[0]), drawn[~np.isnan(drawn)], confidence)

    sides = [(f, d) for f, d in zip(found[1:], draws[1:], strict=True) if f is not None]
    worse_found = np.minimum.reduce([side for side, _ in sides])
    worse_drawn = np.minimum.reduce([drawn for _, drawn in sides if drawn is not None])
    return Indices(
        spread=estimate(found[0], draws[0]),
        worse=estimate(worse_found, worse_drawn),
        lower=estimate(found[1], draws[1]),
        upper=estimate(found[2], draws[2]),
    )


def _counted(sample: Sample) -> Tails:
    """Shares of the sample beyond the limits."""
    limits, n = sample.specification, sample.known.size
    weight, points = sample.worth / n, spread_points(2)
    low, high = limits.limits
    below = int(np.count_nonzero(sample.known < low))
    above = int(np.count_nonzero(sample.known > high))

    def draws(limit: float | None, hits: int, at: FloatArray) -> FloatArray:
        return np.zeros(at.size) if limit is None else share_draws(weight * hits, weight * n, at)

    return Tails(
        below=below / n,
        above=above / n,
        below_draws=draws(limits.lower, below, points[0]),
        above_draws=draws(limits.upper, above, points[1]),
    )


def _resampled(ordered: FloatArray, worth: float) -> FloatArray:
    """Percentiles of bootstrap samples of `worth` values, shape (3, resamples).

    The kth value of a bootstrap sample is the sample's quantile at the kth of n ordered uniform
    numbers, and their spacings are gamma variables: no sample has to be drawn.
    """
    n = max(worth, 2.0)
    ranks = 1 + np.array(SHARES) * (n - 1)
    spacings = np.diff(np.concatenate([[0.0], ranks, [n + 1]]))
    # The seed makes a repeated report repeat its digits.
    gammas = np.random.default_rng(1).gamma(spacings[:, None], size=(4, _RESAMPLES))
    places = np.cumsum(gammas, axis=0)[:3] / gammas.sum(axis=0)
    drawn: FloatArray = np.interp(places * ordered.size - 0.5, np.arange(ordered.size), ordered)
    return drawn
