"""What tests say of a baseline: kind of values, law, dispersion, autocorrelation."""

from dataclasses import dataclass

import numpy as np

from spc.advice import poisson_chance, recommend_chart
from spc.advising.fits import count_fits, size_fits
from spc.arrays import FloatArray, present
from spc.level_model import LevelFit

COUNT, AMOUNT, MEASUREMENT = "count", "amount", "measurement"


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Facts of a baseline.

    Attributes
    ----------
    n, missing, zeros : how many values are present, missing, and 0.
    nature : "count" (whole, not negative), "amount" (sizes, zero or skewed) or "measurement".
    mean, variance : of the values present.
    dispersion : variance / mean of counts, else None.
    poisson_chance : probability of such a dispersion or more under the Poisson law, else None.
    laws : (name, AIC), best first; those of sizes are of the values above 0.
    correlation : of neighbours, on the z scale of the law.
    independent : whether independence is the likelier explanation.
    effective_n : how many independent values would tell the mean as well.

    """

    n: int
    missing: int
    zeros: int
    nature: str
    mean: float
    variance: float
    dispersion: float | None
    poisson_chance: float | None
    laws: tuple[tuple[str, float], ...]
    correlation: float
    independent: bool
    effective_n: float


def examine(baseline: FloatArray, z: FloatArray, level: LevelFit) -> SeriesFacts:
    """Collect the facts of `baseline`, shape (n,), with the z values and level fit of its law."""
    known = present(baseline)
    nature = nature_of(known)
    mean, variance = float(known.mean()), float(known.var(ddof=1))
    counts = nature == COUNT
    dispersion = variance / mean if counts else None
    return SeriesFacts(
        n=known.size,
        missing=baseline.size - known.size,
        zeros=int(np.count_nonzero(known == 0)),
        nature=nature,
        mean=mean,
        variance=variance,
        dispersion=dispersion,
        poisson_chance=None if dispersion is None else poisson_chance(dispersion, known.size),
        laws=count_fits(known) if counts else _fits(known),
        correlation=neighbour_correlation(z),
        independent=level.independence > 0.5,
        effective_n=level.effective_n,
    )


def nature_of(known: FloatArray) -> str:
    """Say whether values are counts, amounts or measurements, as `recommend_chart` sees them."""
    match recommend_chart(known).chart:
        case "nb" | "c":
            return COUNT
        case "two-part":
            return AMOUNT
        case _:
            return MEASUREMENT


def neighbour_correlation(z: FloatArray) -> float:
    """Return the correlation of neighbours; pairs with a missing value are left out."""
    deviation = z - np.nanmean(z)
    products = present(deviation[1:] * deviation[:-1])
    return float(products.mean() / np.nanmean(deviation**2)) if products.size else 0.0


def _fits(known: FloatArray) -> tuple[tuple[str, float], ...]:
    sizes = known[known > 0]
    # Measurements on both sides of 0 have nothing to be compared with the normal law.
    if known.min() < 0 or np.unique(sizes).size < 3:
        return ()
    return size_fits(sizes)
