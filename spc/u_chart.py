"""u chart: defects per unit of opportunity, with limits per point."""

import math

import numpy as np
from scipy.special import gammaln, xlogy

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.laws.law import normal_score
from spc.laws.negative_binomial import tail_above
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def u_chart(points: FloatArray, rate: float, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a u chart over `points`, oldest first.

    Limits lie three standard deviations, √(u / n), from the rate, the lower one not below 0. Zone and
    run rules act on z = Φ⁻¹(F(x)) with mid-p.

    Parameters
    ----------
    points : shape (n, 2)
        Defects and opportunities (area, length, items) per point; NaN is missing and cuts runs.
    rate : above 0, defects per opportunity in control
    rules : name of a rule set

    Raises
    ------
    SpcError
        A rate that is not above 0, unknown rules.

    Examples
    --------
    >>> result = u_chart(np.array([[8.0, 4.0], [40.0, 4.0]]), 2.0)
    >>> float(result.panels[0].ucl[0]).__round__(3), [s.index for s in result.signals]
    (4.121, [1])

    """
    if not (rate > 0 and math.isfinite(rate)):
        raise ChartError(f"the rate must be finite and above 0, but got {rate}")
    found, chances = points.T
    sigma = np.sqrt(rate / chances)
    panel = Panel(
        "rate",
        found / chances,
        np.full(found.size, rate),
        np.maximum(rate - 3 * sigma, 0),
        rate + 3 * sigma,
    )
    return ChartResult(
        chart="u",
        rules=rules,
        estimator="Poisson",
        center=rate,
        sigma=None,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), poisson_scores(found, rate * chances)),
    )


def poisson_scores(found: FloatArray, expected: FloatArray) -> FloatArray:
    """Return Φ⁻¹ of the mid-p of Poisson counts with their own means.

    Examples
    --------
    >>> poisson_scores(np.array([1.0]), np.array([1.0])).round(4).tolist()
    [0.1303]

    """
    half = np.exp(xlogy(found, expected) - expected - gammaln(found + 1)) / 2
    above = tail_above(found, expected, np.array(0.0))
    return normal_score(1 - above - half, above + half)
