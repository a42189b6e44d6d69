"""g chart: how many opportunities pass between rare events, under the geometric law."""

import math

import numpy as np
from scipy.special import ndtr

from spc.arrays import Values, as_counts
from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

METHODS = ("three-sigma", "probability")


def g_chart(
    values: Values, mean: float, *, rules: str = "nelson", method: str = "three-sigma"
) -> ChartResult:
    """Evaluate a g chart over `values`, oldest first.

    Zone and run rules act on z = Φ⁻¹(F(x)) with mid-p, so that they mean what they say although the
    geometric law is skewed. Few opportunities between events are bad news, many are good.

    Parameters
    ----------
    values : shape (n,), whole numbers of at least 0
        Opportunities without an event between two events; NaN is missing and cuts runs.
    mean : above 0, in control
    rules : name of a rule set
    method : "three-sigma", mean ± 3 √(mean (mean + 1)) around the mean, or "probability", exact
        quantiles of the geometric law that it passes with at most .00135 a side, around its median.

    Raises
    ------
    SpcError
        `values` are not counts, `mean` is not above 0, unknown method or rules.

    References
    ----------
    Benneyan, J. C. (2001). Health Care Management Science 4, 305-318.

    Examples
    --------
    >>> panel = g_chart([10, 90], mean=8.0).panels[0]
    >>> round(float(panel.ucl[0]), 4), float(panel.lcl[0])
    (33.4558, 0.0)

    """
    counts = as_counts(values)
    if not (mean > 0 and math.isfinite(mean)):
        raise ChartError(f"the mean of a g chart must be finite and above 0, but got {mean}")
    law = geometric(mean)
    if method == "three-sigma":
        center, low, high = mean, max(mean - 3 * law.sigma, 0.0), mean + 3 * law.sigma
    elif method == "probability":
        low, center, high = law.quantile(ndtr(np.array([-3.0, 0.0, 3.0]))).tolist()
    else:
        raise ChartError(f"method must be one of {', '.join(METHODS)}, but got '{method}'")
    panel = Panel.of_levels("opportunities", counts, center, low, high)
    return ChartResult(
        chart="g",
        rules=rules,
        estimator="geometric",
        center=center,
        sigma=law.sigma,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), law.z(counts)),
    )


def geometric(mean: float) -> NegativeBinomial:
    """Return the geometric law of the opportunities before an event: negative binomial with k = 1.

    Examples
    --------
    >>> round(geometric(3.0).sigma ** 2, 9)
    12.0

    """
    return NegativeBinomial(mean=mean, dispersion=1.0)
