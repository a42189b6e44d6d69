"""Capability of a normal process: Cp, Cpk, Cpm within subgroups, Pp and Ppk overall."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.baseline import estimate_baseline
from spc.capability.draws import normal_draws, spread_points
from spc.capability.interval import (
    NOTHING,
    Estimate,
    bissell_interval,
    boyles_interval,
    chi_interval,
)
from spc.capability.sample import Findings, Indices, Sample
from spc.capability.tails import Tails
from spc.errors import ConstantSeriesError, TiesError, TooFewPointsError
from spc.xbar import estimate_within, group_sizes

# The range of more values than this wastes too much of what they say.
_LARGEST_FOR_RANGE = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """An estimate of sigma: its value, degrees of freedom and name."""

    sigma: float
    freedom: float
    estimator: str


def normal(sample: Sample) -> Findings:
    """Return the indices of a normal process.

    Examples
    --------
    NIST/SEMATECH e-Handbook 6.1.6: mean 16 and s 2 within 8 and 20 give 1.0 and .6667.

    >>> from spc.capability.specification import Specification
    >>> values = np.array([14.0, 18.0] * 2)
    >>> scaled = 16 + (values - 16) * math.sqrt(3) / 2
    >>> found = normal(Sample(scaled, Specification(8.0, 20.0)))
    >>> round(found.overall.spread.value, 4), round(found.overall.worse.value, 4)
    (1.0, 0.6667)

    """
    overall = Spread(sample.sigma, sample.freedom, "s")
    within, notes = _within(sample)
    return Findings(
        estimator="none" if within is None else within.estimator,
        within=Indices() if within is None else indices(sample, within),
        overall=indices(sample, overall),
        tails=normal_tails(sample),
        sigma_within=None if within is None else within.sigma,
        freedom_within=None if within is None else within.freedom,
        intervals=(
            ("cp, pp", "chi-squared, with the degrees of freedom of the estimator (Kane 1986)"),
            ("cpk, ppk", "Bissell 1990"),
            ("cpm", "Boyles 1991"),
            ("ppm, equivalent_ppk", "generalised (Krishnamoorthy and Mathew 2003)"),
        ),
        notes=notes,
    )


def indices(sample: Sample, spread: Spread) -> Indices:
    """Return the indices that follow from one estimate of sigma."""
    limits, confidence, n = sample.specification, sample.confidence, sample.worth

    def sided(distance: float | None) -> Estimate:
        if distance is None:
            return NOTHING
        return bissell_interval(distance / (3 * spread.sigma), n, spread.freedom, confidence)

    lower = sided(None if limits.lower is None else sample.mean - limits.lower)
    upper = sided(None if limits.upper is None else limits.upper - sample.mean)
    worse = smaller(lower, upper)
    if limits.lower is None or limits.upper is None:
        return Indices(worse=worse, lower=lower, upper=upper)
    index = (limits.upper - limits.lower) / (6 * spread.sigma)
    return Indices(
        spread=chi_interval(index, spread.freedom, confidence),
        worse=worse,
        lower=lower,
        upper=upper,
        target=_about_target(sample, spread, index),
    )


def smaller(lower: Estimate, upper: Estimate) -> Estimate:
    """Return the index of the nearer limit; an absent limit is no limit.

    Examples
    --------
    >>> smaller(Estimate(1.3), Estimate(0.9)).value, smaller(NOTHING, Estimate(2.0)).value
    (0.9, 2.0)

    """
    sides = [side for side in (lower, upper) if side.value is not None]
    return min(
        sides, key=lambda side: math.inf if side.value is None else side.value, default=NOTHING
    )


def _about_target(sample: Sample, spread: Spread, index: float) -> Estimate:
    target = sample.specification.target
    if target is None:
        return NOTHING
    overall = spread.estimator == "s"
    # The mean square about the target divides by n (Chan, Cheng and Spiring 1988).
    sigma = float(sample.known.std()) if overall else spread.sigma
    offset = (sample.mean - target) / sigma
    about = index * spread.sigma / (sigma * math.sqrt(1 + offset**2))
    freedom = sample.worth if overall else spread.freedom
    return boyles_interval(about, offset, sample.worth, freedom, sample.confidence)


def _within(sample: Sample) -> tuple[Spread | None, tuple[str, ...]]:
    """Sigma of the short run, from subgroups or from moving ranges."""
    try:
        if sample.groups is None:
            found = estimate_baseline(sample.values, estimator=sample.estimator or "mr")
        else:
            usual = "rbar" if group_sizes(sample.groups).max() <= _LARGEST_FOR_RANGE else "pooled"
            found = estimate_within(sample.groups, sample.estimator or usual)
    except (ConstantSeriesError, TiesError, TooFewPointsError) as error:
        return None, (f"Cp, Cpk and Cpm are not stated: {error}.",)
    freedom = max(found.degrees_of_freedom * sample.evidence.for_sigma, 1.0)
    return Spread(found.sigma, freedom, found.estimator), ()


def normal_tails(sample: Sample) -> Tails:
    """Return the shares beyond the limits of a normal law with the overall mean and sigma."""
    low, high = sample.specification.limits
    mean, sigma = normal_draws(
        sample.mean, sample.sigma, sample.worth, sample.freedom, spread_points(2)
    )
    return Tails(
        below=float(ndtr((low - sample.mean) / sample.sigma)),
        above=float(ndtr((sample.mean - high) / sample.sigma)),
        below_draws=_shares((low - mean) / sigma),
        above_draws=_shares((mean - high) / sigma),
    )


def _shares(z: FloatArray) -> FloatArray:
    shares: FloatArray = np.asarray(ndtr(z))
    return shares
