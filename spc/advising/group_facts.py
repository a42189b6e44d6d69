"""What tests say of subgroups: variance between and within, shape within, autocorrelation of means."""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from spc.advising.facts import neighbour_correlation
from spc.arrays import FloatArray
from spc.level_model import LevelFit
from spc.moments import skewness
from spc.xbar import group_means, group_sizes

LEVEL = 0.05
"""Significance of a variance between subgroups."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """Facts of a baseline of subgroups.

    Attributes
    ----------
    n, missing : subgroups with values, and without.
    smallest, typical, largest : values per subgroup; the typical size is the harmonic mean.
    center : mean of the means.
    sigma_within : pooled standard deviation of values within subgroups; None where none has two.
    sigma_means : standard deviation of the means.
    sigma_between : of the true means, what is left of that of the means; 0 where nothing is.
    variance_ratio, chance : F of one-way analysis of variance and its p value.
    share_between : of the variance of single values, that between subgroups.
    skewness_within : of the deviations from the subgroups' means.
    correlation : of neighbouring means.
    independent : whether independence of the means is the likelier explanation.
    effective_n : how many independent means would tell their mean as well.

    """

    n: int
    missing: int
    smallest: int
    typical: float
    largest: int
    center: float
    sigma_within: float | None
    sigma_means: float
    sigma_between: float
    variance_ratio: float | None
    chance: float | None
    share_between: float
    skewness_within: float
    correlation: float
    independent: bool
    effective_n: float

    @property
    def differ(self) -> bool:
        """Whether subgroups differ more than the values within them let them."""
        return self.chance is None or self.chance < LEVEL


def group_facts(groups: FloatArray, z: FloatArray, level: LevelFit) -> GroupFacts:
    """Collect the facts of subgroups, shape (n, largest size), with scores and level fit of the means."""
    sizes, means = group_sizes(groups), group_means(groups)
    known, counts = means[sizes > 0], sizes[sizes > 0]
    deviations = (groups - means[:, None])[sizes > 1]
    deviations = deviations[~np.isnan(deviations)]
    inside = float(np.sum(counts - 1))
    within = float(np.sum(deviations**2)) / inside if inside else None
    grand = float(counts @ known / counts.sum())
    square = float(counts @ (known - grand) ** 2) / (known.size - 1)
    # The size that the mean square between subgroups is worth (Searle, Casella and McCulloch 1992).
    worth = (counts.sum() - float(counts @ counts) / counts.sum()) / (known.size - 1)
    between = 0.0 if within is None else max(square - within, 0.0) / worth
    ratio = square / within if within else None
    return GroupFacts(
        n=known.size,
        missing=int(sizes.size - known.size),
        smallest=int(counts.min()),
        typical=float(counts.size / np.sum(1 / counts)),
        largest=int(counts.max()),
        center=float(known.mean()),
        sigma_within=None if within is None else within**0.5,
        sigma_means=float(known.std(ddof=1)),
        sigma_between=between**0.5,
        variance_ratio=ratio,
        chance=None if ratio is None else float(fdtrc(known.size - 1, inside, ratio)),
        share_between=between / (between + within) if within else 1.0,
        skewness_within=skewness(deviations) if within else 0.0,
        correlation=neighbour_correlation(z),
        independent=level.independence > 0.5,
        effective_n=level.effective_n,
    )
