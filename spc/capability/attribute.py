"""Capability of counts: the share of nonconforming items, or nonconformities per unit."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, gammaincc, gammaincinv

from spc.arrays import FloatArray, Values
from spc.capability.interval import Estimate, refuse_confidence
from spc.capability.tails import PER_MILLION, equivalent_index
from spc.errors import ChartError, ValuesError
from spc.layout import Layout, Source, arrange

ATTRIBUTE_METHODS = ("binomial", "poisson")
_LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class AttributeFindings:
    """Share of nonconforming items and what goes with it.

    Attributes
    ----------
    rate : nonconforming items per item inspected, or nonconformities per unit.
    share : of nonconforming items; of units with a nonconformity at least.
    dispersion : variance of the counts over that of chance, 1 where chance explains it.
    found, inspected : sums over the points.
    points : how many counts there are.

    """

    rate: Estimate
    share: Estimate
    dispersion: float
    found: float
    inspected: float
    points: int

    @property
    def ppm(self) -> Estimate:
        """The share in parts per million."""
        return _mapped(self.share, lambda share: PER_MILLION * share)

    @property
    def equivalent_ppk(self) -> Estimate:
        """Ppk of a normal process with the same share beyond one limit."""
        found = _mapped(self.share, lambda share: float(equivalent_index(np.array(share))))
        return Estimate(found.value, found.high, found.low)


def attribute(
    counts: Values, method: str, *, opportunities: Values | None = None, confidence: float = 0.95
) -> AttributeFindings:
    """Return the capability of counts.

    Parameters
    ----------
    counts : shape (n,), NaN is missing
        Nonconforming items ("binomial") or nonconformities ("poisson") of each point.
    opportunities : shape (n,)
        Items inspected, or units; by default 1 each, so binomial counts are 0 or 1.

    Intervals are exact (Clopper and Pearson 1934; Garwood 1936). Where the counts vary more than
    chance allows at the 1 % level, counts and opportunities are divided by that dispersion first
    (Rao and Scott 1992): the sample is worth that much less.

    Raises
    ------
    ChartError
        Neither "binomial" nor "poisson", or a confidence outside (0, 1).
    ValuesError
        No counts, or more items counted than inspected.

    Examples
    --------
    No finding in 100 parts: at most 3.6 %.

    >>> round(attribute([0], "binomial", opportunities=[100]).share.high, 4)
    0.0362

    """
    if method not in ATTRIBUTE_METHODS:
        raise ChartError(f"there is no attribute method '{method}'; take binomial or poisson")
    refuse_confidence(confidence)
    chances = np.ones(len(counts)) if opportunities is None else opportunities
    points = arrange(counts, Layout.OPPORTUNITIES, Source(opportunities=chances)).array
    points = points[~np.isnan(points[:, 0])]
    if points.size == 0:
        raise ValuesError("every count is missing")
    binomial = method == "binomial"
    if binomial and np.any(points[:, 0] > points[:, 1]):
        worst = int(np.flatnonzero(points[:, 0] > points[:, 1])[0])
        raise ValuesError(
            f"{points[worst, 0]:g} nonconforming of {points[worst, 1]:g} items inspected: give "
            "the number inspected as opportunities, or use the method poisson"
        )
    found, inspected = points.sum(axis=0).tolist()
    dispersion = _dispersion(points, found / inspected, binomial=binomial)
    interval = _clopper_pearson if binomial else _garwood
    rate = interval(found, inspected, dispersion, (1 - confidence) / 2)
    return AttributeFindings(
        rate=rate,
        share=rate if binomial else _mapped(rate, lambda each: -math.expm1(-each)),
        dispersion=dispersion,
        found=found,
        inspected=inspected,
        points=points.shape[0],
    )


def _dispersion(points: FloatArray, rate: float, *, binomial: bool) -> float:
    counts, chances = points.T
    variance = rate * (1 - rate) if binomial else rate
    if counts.size < 2 or variance == 0 or (binomial and chances.max() == 1):
        return 1.0
    square = float(np.sum((counts - rate * chances) ** 2 / (variance * chances)))
    freedom = counts.size - 1
    by_chance = float(gammaincc(freedom / 2, square / 2))
    return square / freedom if by_chance < _LEVEL else 1.0


def _clopper_pearson(found: float, inspected: float, dispersion: float, tail: float) -> Estimate:
    hits, rest = found / dispersion, (inspected - found) / dispersion
    low = float(betaincinv(hits, rest + 1, tail)) if found else 0.0
    high = float(betaincinv(hits + 1, rest, 1 - tail)) if rest else 1.0
    return Estimate(found / inspected, low, high)


def _garwood(found: float, inspected: float, dispersion: float, tail: float) -> Estimate:
    hits, units = found / dispersion, inspected / dispersion
    low = float(gammaincinv(hits, tail)) / units if found else 0.0
    return Estimate(found / inspected, low, float(gammaincinv(hits + 1, 1 - tail)) / units)


def _mapped(estimate: Estimate, transform: Callable[[float], float]) -> Estimate:
    bounds = (estimate.value, estimate.low, estimate.high)
    return Estimate(*(None if each is None else transform(each) for each in bounds))
