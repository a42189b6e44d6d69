"""Draw series like the ones observed: their law, and their autocorrelation where they have any."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtr

from spc.advice import recommend_chart
from spc.arrays import BoolArray, FloatArray, present
from spc.baseline import Baseline
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.level_model import LevelFit, fit_level

# Points of a baseline to fit and to replay: more do not sharpen the picture, they only take time.
LONGEST = 2000
_FEW = 64


@dataclass(frozen=True, slots=True)
class SeriesModel:
    """A law with correlation share · decay^lag between its z values.

    Examples
    --------
    >>> model = SeriesModel(Normal(mean=10.0, sigma=1.0))
    >>> series = model.draw(np.random.default_rng(0), 1000)
    >>> bool(9.9 < series.mean() < 10.1)
    True

    """

    law: Law
    share: float = 0.0
    decay: float = 0.0

    def draw(self, random: np.random.Generator, n: int) -> FloatArray:
        """Return a series of `n` points in control."""
        series: FloatArray = self.paths(random, 1).take(n)[0]
        return series

    def paths(self, random: np.random.Generator, runs: int) -> "Paths":
        """Return `runs` series, to be taken piece by piece."""
        return Paths(self, random, random.normal(size=runs))


class Paths:
    """Many series of one model side by side, drawn piece by piece where they left off.

    Examples
    --------
    >>> paths = SeriesModel(Normal(0.0, 1.0), 1.0, 0.9).paths(np.random.default_rng(0), 3)
    >>> first = paths.take(5)
    >>> paths.keep(np.array([True, False, True]))
    >>> paths.take(2).shape
    (2, 2)

    """

    def __init__(self, model: SeriesModel, random: np.random.Generator, level: FloatArray) -> None:
        self._model = model
        self._random = random
        self._level = level

    def scores(self, n: int) -> FloatArray:
        """Return the next `n` normal scores of every series, shape (runs, n)."""
        model, runs = self._model, self._level.size
        z = self._random.normal(size=(runs, n))
        if model.share == 0:
            return z
        steps = np.sqrt(1 - model.decay**2) * self._random.normal(size=(runs, n))
        before = model.decay * self._level[:, None]
        level, _ = lfilter([1.0], [1.0, -model.decay], steps, axis=1, zi=before)
        self._level = level[:, -1].copy()
        z *= np.sqrt(1 - model.share)
        z += np.sqrt(model.share) * level
        return z

    def take(self, n: int) -> FloatArray:
        """Return the next `n` values of every series, shape (runs, n)."""
        return values_at(self._model.law, self.scores(n))

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these series only, shape (runs,)."""
        self._level = self._level[chosen]

    def change(self, law: Law) -> None:
        """Let the values follow `law` from the next one on; the autocorrelation stays."""
        self._model = replace(self._model, law=law)


def values_at(law: Law, scores: FloatArray) -> FloatArray:
    """Return the values of `law` with these normal scores, any shape.

    Examples
    --------
    >>> values_at(NegativeBinomial(mean=1.0, dispersion=0.0), np.array([-1.0, 0.0, 3.0]))
    array([0., 1., 5.])

    """
    if isinstance(law, NegativeBinomial) and scores.size > _FEW:
        # A table and a search: the law's own quantile solves for every value anew.
        most = float(law.quantile(np.array(float(ndtr(scores.max())))))
        table = 1 - law.above(np.arange(most + 1))
        return np.searchsorted(table, ndtr(scores), side="left").astype(np.float64)
    if isinstance(law, Normal):
        return law.mean + law.sigma * scores
    return law.quantile(ndtr(scores.ravel())).reshape(scores.shape)


def fit_series(values: FloatArray) -> SeriesModel:
    """Fit law and autocorrelation to a baseline, oldest first; not constant, NaN is missing."""
    law = fit_law(values)
    level = fit_level(law.z(values[-LONGEST:]))
    share, decay = typical_correlation(level)
    return SeriesModel(law, share, decay)


def fit_law(values: FloatArray) -> Law:
    """Fit the law of the chart that suits the values."""
    known = present(values)
    match recommend_chart(known).chart:
        case "nb":
            return NegativeBinomial.fit(known)
        case "c":
            return NegativeBinomial.fit_poisson(known)
        case "two-part" if np.unique(known[known > 0]).size > 2:
            return ZeroLognormal.fit(known)
        case _:
            return Normal.fit(known)


def typical_correlation(level: LevelFit) -> tuple[float, float]:
    """Return share and decay of the correlation; none unless independence is unlikely."""
    if level.independence > 0.5:
        return 0.0, 0.0
    share = float(level.weight @ level.share)
    return share, float(level.weight @ (level.share * level.decay)) / share


@dataclass(frozen=True, slots=True, eq=False)
class ItemModel:
    """Counts over opportunities, whose own share or rate varies from point to point.

    Attributes
    ----------
    center : mean share or rate.
    chances : shape (n,), opportunities of the baseline, drawn again at random.
    surplus : variance of the z-scores beyond chance, in units of chance.
    binomial : whether the counts are items of a number inspected.

    """

    center: float
    chances: FloatArray
    surplus: float
    binomial: bool

    @classmethod
    def fit(cls, points: FloatArray, center: float, *, binomial: bool) -> Self:
        """Fit to points of shape (n, 2): counts and opportunities, NaN is missing."""
        found, chances = points[~np.isnan(points[:, 0])].T
        variance = center * (1 - center) if binomial else center
        z = (found / chances - center) / np.sqrt(variance / chances)
        return cls(center, chances, _surplus(float(np.mean(z**2)), found.size), binomial)

    def draw(self, random: np.random.Generator, n: int) -> FloatArray:
        """Return `n` points in control, shape (n, 2)."""
        chances = random.choice(self.chances, n)
        variance = self.center * (1 - self.center) if self.binomial else self.center
        own = self.center + np.sqrt(self.surplus * variance / chances) * random.normal(size=n)
        if self.binomial:
            found = random.binomial(chances.astype(np.int64), np.clip(own, 0, 1))
        else:
            found = random.poisson(np.maximum(own, 0) * chances)
        return np.column_stack([found, chances])


@dataclass(frozen=True, slots=True, eq=False)
class GroupModel:
    """Normal subgroups whose means vary beyond what their values do.

    Attributes
    ----------
    center, sigma : of single values within subgroups.
    sizes : shape (n,), of the baseline's subgroups, drawn again at random.
    between : standard deviation of the true means.

    """

    center: float
    sigma: float
    sizes: FloatArray
    between: float

    @classmethod
    def fit(cls, groups: FloatArray, baseline: Baseline) -> Self:
        """Fit to subgroups of shape (n, largest size), NaN is missing."""
        sizes = np.count_nonzero(~np.isnan(groups), axis=1)
        known = groups[sizes > 0]
        sizes = sizes[sizes > 0].astype(np.float64)
        z = (np.nanmean(known, axis=1) - baseline.center) * np.sqrt(sizes) / baseline.sigma
        surplus = _surplus(float(np.mean(z**2)), sizes.size)
        between = baseline.sigma * float(np.sqrt(surplus / sizes.mean()))
        return cls(baseline.center, baseline.sigma, sizes, between)

    def draw(self, random: np.random.Generator, n: int) -> FloatArray:
        """Return `n` subgroups in control, padded with NaN."""
        sizes = random.choice(self.sizes, n)
        means = self.center + self.between * random.normal(size=n)
        groups = means[:, None] + self.sigma * random.normal(size=(n, int(self.sizes.max())))
        return np.where(np.arange(groups.shape[1]) < sizes[:, None], groups, np.nan)


def _surplus(mean_square: float, n: int) -> float:
    """Variance beyond 1, where it is beyond three standard errors of chance."""
    return mean_square - 1 if mean_square > 1 + 3 * np.sqrt(2 / n) else 0.0
