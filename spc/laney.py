"""Laney's p′ and u′ charts: shares and rates that vary more (or less) than chance from point to point."""

import numpy as np

from spc.arrays import FloatArray, present
from spc.baseline import moving_ranges
from spc.constants import d2
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def laney_chart(
    points: FloatArray, center: float, sigma_z: float, *, kind: str, rules: str = "nelson"
) -> ChartResult:
    """Evaluate a p′ or u′ chart over `points`, oldest first.

    The limits of the p or u chart are widened by sigma_z, the standard deviation of the z-scores of
    the baseline. All rules act on the z-scores divided by it.

    Parameters
    ----------
    points : shape (n, 2)
        Count and opportunities per point; NaN is missing and cuts runs.
    center : share (p′) or rate (u′) in control
    sigma_z : of the baseline, by `laney_sigma_z`
    kind : "laney-p" or "laney-u"
    rules : name of a rule set

    References
    ----------
    Laney, D. B. (2002). Quality Engineering 14(4), 531-537.

    Examples
    --------
    >>> points = np.array([[2.0, 50.0], [3.0, 50.0], [1.0, 50.0], [4.0, 50.0], [2.0, 50.0]])
    >>> sigma_z = laney_sigma_z(points, 0.048, kind="laney-p")
    >>> result = laney_chart(points, 0.048, sigma_z, kind="laney-p")
    >>> round(sigma_z, 6), round(float(result.panels[0].ucl[0]), 6)
    (1.172603, 0.154347)

    """
    found, chances = points.T
    half = 3 * _sigma(chances, center, kind) * sigma_z
    highest = 1.0 if kind == "laney-p" else np.inf
    value = found / chances
    panel = Panel(
        "share" if kind == "laney-p" else "rate",
        value,
        np.full(found.size, center),
        np.maximum(center - half, 0),
        np.minimum(center + half, highest),
    )
    z = z_scores(points, center, kind=kind) / sigma_z
    return ChartResult(
        chart=kind,
        rules=rules,
        estimator="moving range of z-scores",
        center=center,
        sigma=None,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), z),
    )


def laney_sigma_z(points: FloatArray, center: float, *, kind: str) -> float:
    """Standard deviation of the z-scores of a baseline, from their moving ranges.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError
        No two neighbouring points, or no variation between them.

    """
    ranges = present(moving_ranges(z_scores(points, center, kind=kind)))
    if ranges.size == 0:
        raise TooFewPointsError("a Laney chart needs two neighbouring points for a moving range")
    if not ranges.any():
        raise ConstantSeriesError("no variation: every moving range of the z-scores is 0")
    return float(ranges.mean()) / d2(2)


def z_scores(points: FloatArray, center: float, *, kind: str) -> FloatArray:
    """Distance of share or rate from `center` in its own binomial or Poisson sigma."""
    found, chances = points.T
    scores: FloatArray = (found / chances - center) / _sigma(chances, center, kind)
    return scores


def _sigma(chances: FloatArray, center: float, kind: str) -> FloatArray:
    variance = center * (1 - center) if kind == "laney-p" else center
    sigma: FloatArray = np.sqrt(variance / chances)
    return sigma
