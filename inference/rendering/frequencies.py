"""How often and how large: the distributions measured on real heat sinks."""

import numpy as np

from inference.rendering.plan import StainKind


def count(rng: np.random.Generator, mean: float, k: float) -> int:
    """Negative binomial as a Poisson number with a gamma mean."""
    return int(rng.poisson(rng.gamma(k, mean / k))) if mean > 0.0 else 0


def stain_place(rng: np.random.Generator) -> tuple[float, float]:
    """A quarter of the stains gather at the upper edge, an eighth at the lower."""
    x = 0.01 + 0.98 * rng.beta(1.3, 1.15)
    where = rng.random()
    if where < 0.28:
        y = rng.beta(1.6, 7.0)
    elif where < 0.41:
        y = 1.0 - rng.beta(1.2, 9.0)
    else:
        y = rng.uniform(0.01, 0.99)
    return float(x), float(y)


def stain_area(rng: np.random.Generator) -> float:
    """Pixels, with the quantiles 5/25/50/75/95/99 % of 61/113/184/348/1024/2706."""
    quantiles = (0.0, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99, 1.0)
    log_area = np.log((25.0, 61.0, 113.0, 184.0, 348.0, 1024.0, 2706.0, 5000.0))
    return float(np.exp(np.interp(rng.random(), quantiles, log_area)))


def stain_kind(rng: np.random.Generator, area: float) -> StainKind:
    """Small stains are mostly round, large ones mostly feathered or bruises."""
    if area < 130.0:
        shares = (0.40, 0.42, 0.02, 0.10, 0.05, 0.01, 0.0)
    elif area < 600.0:
        shares = (0.16, 0.38, 0.10, 0.16, 0.14, 0.04, 0.02)
    else:
        shares = (0.06, 0.28, 0.12, 0.14, 0.29, 0.04, 0.07)
    return tuple(StainKind)[int(rng.choice(len(shares), p=shares))]


def blur(rng: np.random.Generator) -> float:
    """One part in five is a little out of focus."""
    return float(rng.uniform(0.5, 1.0)) if rng.random() < 0.2 else 0.0
