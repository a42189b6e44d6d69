"""Exact run lengths of counts over equal opportunities that vary beyond chance."""

import math

import numpy as np

from spc.arrays import FloatArray
from spc.constants import d2
from spc.errors import ChartError
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.rates import RateLaw, Spread
from spc.run_lengths.changes import mean_of
from spc.run_lengths.exact_points import zones_or_none
from spc.run_lengths.result import RunLength
from spc.run_lengths.situation import Situation
from spc.run_lengths.zones import Zones, zones_of_atoms

_OF_ITEMS = ("laney-p", "beta-binomial")
_WIDTH = 3.0
_SIGMAS = 45.0


def rates_by_law(case: Situation) -> RunLength | None:
    """Laney's p′ and u′ charts and the beta-binomial chart.

    The law's mean is the share or rate; its dispersion is that of the rates of the points, and for
    items the correlation of two items of one point. Laney's sigma_z is what the moving ranges of an
    endless baseline give: E|X₁ − X₂| / d2 in the sigma of chance.
    """
    law = case.before
    if not isinstance(law, NegativeBinomial):
        raise ChartError(f"a {case.kind} chart is for counts, not for a {law.name} law")
    if not case.independent:
        return None
    items = case.kind in _OF_ITEMS
    chances = np.array(float(round(case.chances)) if items else case.chances)
    before, after = (_rate_law(each, items=items) for each in (case.before, case.after))
    count = _counts(before, after, chances, items=items)
    chance = RateLaw(before.center, items)
    distance = (count - before.center * chances) / np.sqrt(chance.variance(chances))
    if case.kind == "beta-binomial":
        own = np.full(count.shape, float(chances))
        z = before.z(count, own)
        low, high = before.limits(own, _WIDTH)
        outside = (count > high) | (count < low)
    else:
        below = np.cumsum(_masses(before, count, chances))
        difference = 2 * float(np.sum(below * (1 - below)))
        sigma_z = difference / math.sqrt(float(chance.variance(chances))) / d2(2)
        z = distance / sigma_z
        outside = np.abs(z) > _WIDTH

    def zones(given: Law) -> Zones:
        counted = _rate_law(given, items=items)
        return zones_of_atoms(case.rules, z, outside, _masses(counted, count, chances))

    return zones_or_none(case, zones)


def _rate_law(law: Law, *, items: bool) -> RateLaw:
    center = mean_of(law)
    if items and not 0 < center < 1:
        raise ChartError(f"the share must be in (0, 1), but got {center:g}")
    dispersion = dict(law.parameters()).get("dispersion", 0.0)
    spread = Spread.OWN if dispersion > 0 else Spread.CHANCE
    return RateLaw(center, items, spread, dispersion)


def _counts(before: RateLaw, after: RateLaw, chances: FloatArray, *, items: bool) -> FloatArray:
    """Every count that either law may give."""
    most = max(
        law.center * float(chances) + _SIGMAS * math.sqrt(float(law.variance(chances)))
        for law in (before, after)
    )
    return np.arange((min(most, float(chances)) if items else math.ceil(most)) + 1)


def _masses(law: RateLaw, count: FloatArray, chances: FloatArray) -> FloatArray:
    mass = np.exp(law.log_mass(count, chances))
    scaled: FloatArray = mass / mass.sum()
    return scaled
