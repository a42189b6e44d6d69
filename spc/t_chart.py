"""t chart: the time between rare events, by Nelson's power transform or by the Weibull law."""

import numpy as np
from scipy.special import ndtr

from spc.arrays import FloatArray, Values, as_amounts
from spc.baseline import Baseline
from spc.laws.weibull import Weibull
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

METHODS = ("nelson", "weibull", "exponential")

# Exponential times to this power are nearly a symmetric Weibull law of shape 3.6 (Nelson 1994).
NELSON_POWER = 1 / 3.6


def transformed(times: FloatArray) -> FloatArray:
    """Return times^(1/3.6), which is nearly normal where times are exponential.

    Examples
    --------
    >>> transformed(np.array([286.0])).round(2).tolist()
    [4.81]

    """
    result: FloatArray = times**NELSON_POWER
    return result


def t_chart(values: Values, baseline: Baseline, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a t chart over the times `values`, oldest first, by Nelson's transform.

    The transformed times are charted as individuals; centre and limits are transformed back, so the
    panel shows times. All rules act on the transformed values.

    Parameters
    ----------
    values : shape (n,), at least 0, in any unit of time; NaN is missing and cuts runs.
    baseline : centre and sigma of the transformed times
    rules : name of a rule set

    References
    ----------
    Nelson, L. S. (1994). Journal of Quality Technology 26(3), 239-240.

    Examples
    --------
    >>> given = Baseline(2.0, 0.5, "given", 0, float("inf"), 0, 0)
    >>> panel = t_chart([12.0, 20.0], given).panels[0]
    >>> round(float(panel.center[0]), 3), round(float(panel.ucl[0]), 2)
    (12.126, 90.92)

    """
    times = as_amounts(values)
    center, sigma = baseline.center, baseline.sigma
    low, middle, high = (max(center + k * sigma, 0.0) ** (1 / NELSON_POWER) for k in (-3, 0, 3))
    panel = Panel.of_levels("times", times, middle, low, high)
    z = (transformed(times) - center) / sigma
    return _result(panel, middle, baseline.estimator, rules, z)


def weibull_t_chart(values: Values, law: Weibull, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a t chart with probability limits of a Weibull or exponential law.

    A time in control lies beyond each limit with probability .00135; the centre is the median.

    Examples
    --------
    >>> panel = weibull_t_chart([5.0, 9.0], Weibull(1.0, 10.0)).panels[0]
    >>> round(float(panel.ucl[0]), 3)
    66.077

    """
    times = as_amounts(values)
    low, middle, high = law.quantile(ndtr(np.array([-3.0, 0.0, 3.0]))).tolist()
    panel = Panel.of_levels("times", times, middle, low, high)
    return _result(panel, middle, law.name, rules, law.z(times))


def _result(panel: Panel, center: float, estimator: str, rules: str, z: FloatArray) -> ChartResult:
    return ChartResult(
        chart="t",
        rules=rules,
        estimator=estimator,
        center=center,
        sigma=None,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), z),
    )
