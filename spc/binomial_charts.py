"""p and np charts: nonconforming items of a number inspected, with limits per point."""

import numpy as np
from scipy.special import betainc, gammaln, xlog1py, xlogy

from spc.arrays import FloatArray
from spc.errors import ChartError, ValuesError
from spc.laws.law import normal_score
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def p_chart(
    points: FloatArray, share: float, *, rules: str = "nelson", counts: bool = False
) -> ChartResult:
    """Evaluate a p chart, or an np chart, over `points`, oldest first.

    Limits lie three standard deviations, √(p(1 − p) / n), from the share, within 0 and 1. Zone and
    run rules act on z = Φ⁻¹(F(x)) with mid-p.

    Parameters
    ----------
    points : shape (n, 2)
        Nonconforming and inspected items per point; NaN is missing and cuts runs.
    share : in (0, 1), nonconforming in control
    rules : name of a rule set
    counts : plot nonconforming items (np) instead of their share (p).

    Raises
    ------
    SpcError
        More nonconforming than inspected items, a share outside (0, 1), unknown rules.

    Examples
    --------
    >>> result = p_chart(np.array([[5.0, 50.0], [20.0, 50.0]]), 0.1)
    >>> [signal.index for signal in result.signals]
    [1]

    """
    if not 0 < share < 1:
        raise ChartError(f"the share must be in (0, 1), but got {share}")
    found, inspected = check_items(points).T
    sigma = np.sqrt(share * (1 - share) / inspected)
    unit = inspected if counts else np.ones(found.size)
    panel = Panel(
        "nonconforming" if counts else "share",
        found / inspected * unit,
        share * unit,
        np.clip(share - 3 * sigma, 0, 1) * unit,
        np.clip(share + 3 * sigma, 0, 1) * unit,
    )
    z = binomial_scores(found, inspected, share)
    return ChartResult(
        chart="np" if counts else "p",
        rules=rules,
        estimator="binomial",
        center=float(share * np.nanmean(unit)),
        sigma=None,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), z),
    )


def check_items(points: FloatArray) -> FloatArray:
    """Refuse points with more nonconforming than inspected items.

    Raises
    ------
    ValuesError
        Naming the first such point.

    """
    wrong = np.flatnonzero(points[:, 0] > points[:, 1])
    if wrong.size:
        found, inspected = points[wrong[0]]
        raise ValuesError(
            f"values[{wrong[0]}] is {found:g}, more than the {inspected:g} inspected; "
            "for several defects per item use u or laney-u"
        )
    return points


def binomial_scores(found: FloatArray, inspected: FloatArray, share: float) -> FloatArray:
    """Return Φ⁻¹ of the mid-p of binomial counts.

    Examples
    --------
    >>> binomial_scores(np.array([1.0]), np.array([2.0]), 0.5).round(9).tolist()
    [0.0]

    """
    rest = inspected - found
    log_mass = (
        gammaln(inspected + 1)
        - gammaln(found + 1)
        - gammaln(rest + 1)
        + xlogy(found, share)
        + xlog1py(rest, -share)
    )
    half = np.exp(log_mass) / 2
    above = np.where(rest > 0, betainc(found + 1, np.maximum(rest, 1e-9), share), 0.0)
    below = np.where(found > 0, betainc(rest + 1, np.maximum(found, 1e-9), 1 - share), 0.0)
    return normal_score(below + half, above + half)
