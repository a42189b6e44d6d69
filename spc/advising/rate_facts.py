"""What tests say of counts over opportunities: law, dispersion, autocorrelation."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincc

from spc.advising.facts import neighbour_correlation
from spc.arrays import FloatArray
from spc.laws.rate_fit import fit_rates, log_likelihood
from spc.laws.rates import RateLaw, Spread
from spc.level_model import LevelFit

LEVEL = 0.05
"""Significance of more dispersion than chance allows."""

# Less dispersion than chance is rarer and stranger, so it takes more to be believed.
_UNDER_LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class RateFacts:
    """Facts of a baseline of counts over opportunities.

    Attributes
    ----------
    n, missing : points present and missing.
    items : whether counts are items of a number inspected; else defects per opportunity.
    center : share or rate.
    fewest_chances, typical_chances, most_chances : smallest, median and largest opportunities.
    typical_count : expected count at the median opportunities.
    dispersion : Pearson's X² / degrees of freedom; 1 under chance alone.
    chance_of_more, chance_of_less : probability of so much dispersion or more, or less, under chance.
    spread : how points differ beyond chance, in words.
    laws : (name, AIC), best first.
    correlation : of neighbours, on the z scale of the law.
    independent : whether independence is the likelier explanation.
    effective_n : how many independent points would tell the mean as well.

    """

    n: int
    missing: int
    items: bool
    center: float
    fewest_chances: float
    typical_chances: float
    most_chances: float
    typical_count: float
    dispersion: float
    chance_of_more: float
    chance_of_less: float
    spread: str
    laws: tuple[tuple[str, float], ...]
    correlation: float
    independent: bool
    effective_n: float

    @property
    def overdispersed(self) -> bool:
        """Whether points differ more than chance allows."""
        return self.chance_of_more < LEVEL

    @property
    def underdispersed(self) -> bool:
        """Whether points differ less than chance allows."""
        return self.chance_of_less < _UNDER_LEVEL


def looks_like_items(points: FloatArray) -> bool:
    """Tell whether counts can be items of a number inspected: whole numbers, none above it."""
    found, chances = points[~np.isnan(points[:, 0])].T
    return bool(np.all(chances == np.floor(chances)) and np.all(found <= chances))


def dispersion_test(points: FloatArray, *, items: bool) -> tuple[float, float, float]:
    """Test whether counts vary as chance lets them, whatever their opportunities.

    Pearson's X² is compared with a gamma law of its exact mean and variance given the total (Haldane
    1937), so that small expected counts do not mislead; for items with the chi-squared law.

    Parameters
    ----------
    points : shape (n, 2), counts and opportunities, none missing.

    Returns
    -------
    X² / (n − 1), probability of as much or more, probability of as much or less

    Examples
    --------
    >>> points = np.column_stack([np.tile([1.0, 9.0], 20), np.full(40, 10.0)])
    >>> ratio, more, _ = dispersion_test(points, items=False)
    >>> round(ratio, 2), more < 1e-6
    (3.28, True)

    """
    found, chances = points.T
    total = found.sum()
    center = total / chances.sum()
    variance = center * chances * ((1 - center) if items else 1.0)
    square = float(np.sum((found - center * chances) ** 2 / variance))
    freedom = found.size - 1
    spread = 2.0 * freedom
    if not items:
        n = found.size
        spread += (float(np.sum(chances.sum() / chances)) - n**2 - 2 * n + 2) / total
    shape, scale = freedom**2 / spread, spread / freedom
    more, less = gammaincc(shape, square / scale), gammainc(shape, square / scale)
    return square / freedom, float(more), float(less)


def likeliest_law(
    points: FloatArray, *, items: bool
) -> tuple[RateLaw, tuple[tuple[str, float], ...]]:
    """Return the law with the smallest AIC, and all of them with theirs, best first."""
    found = []
    for spread in Spread:
        law = fit_rates(points, items=items, spread=spread)
        parameters = 1 if spread is Spread.CHANCE else 2
        found.append((2 * parameters - 2 * log_likelihood(law, points), law))
    found.sort(key=lambda each: each[0])
    return found[0][1], tuple((law.name, aic) for aic, law in found)


def rate_facts(
    points: FloatArray,
    z: FloatArray,
    level: LevelFit,
    law: RateLaw,
    laws: tuple[tuple[str, float], ...],
) -> RateFacts:
    """Collect the facts of a baseline, shape (n, 2), with the scores and level fit of its law."""
    known = points[~np.isnan(points[:, 0])]
    ratio, more, less = dispersion_test(known, items=law.items)
    typical = float(np.median(known[:, 1]))
    return RateFacts(
        n=known.shape[0],
        missing=points.shape[0] - known.shape[0],
        items=law.items,
        center=law.center,
        fewest_chances=float(known[:, 1].min()),
        typical_chances=typical,
        most_chances=float(known[:, 1].max()),
        typical_count=law.center * typical,
        dispersion=ratio,
        chance_of_more=more,
        chance_of_less=less,
        spread=str(law.spread),
        laws=tuple((name, aic) for name, aic in laws if math.isfinite(aic)),
        correlation=neighbour_correlation(z),
        independent=level.independence > 0.5,
        effective_n=level.effective_n,
    )
