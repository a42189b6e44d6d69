"""Negative binomial chart: counts per part that vary more than chance, with probability limits."""

import numpy as np
from scipy.special import ndtr

from spc.arrays import Values, as_counts
from spc.laws.negative_binomial import NegativeBinomial
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def nb_chart(
    values: Values, law: NegativeBinomial, *, rules: str = "nelson", width: float = 3.0
) -> ChartResult:
    """Evaluate a negative binomial chart over the counts `values`, oldest first.

    A count lies above the upper limit, and below the lower one, with at most the probability of a
    normal value beyond `width` sigma (.00135 at 3). A lower limit of 0 is never broken. Zone and run
    rules act on z = Φ⁻¹(F(x)) with mid-p.

    Parameters
    ----------
    values : shape (n,), whole numbers of at least 0; NaN is missing and cuts runs.
    law : fitted to the process in control
    rules : name of a rule set

    Raises
    ------
    SpcError
        `values` are not counts, unknown rules.

    Examples
    --------
    >>> result = nb_chart([4, 25, 6], NegativeBinomial(mean=4.95, dispersion=1 / 3.94))
    >>> float(result.panels[0].ucl[0]), [signal.index for signal in result.signals]
    (20.0, [1])

    """
    counts = as_counts(values)
    lcl, ucl = law.quantile(ndtr(np.array([-width, width])))
    panel = Panel.of_levels("count", counts, law.center, float(lcl), float(ucl))
    return ChartResult(
        chart="nb",
        rules=rules,
        estimator=law.name,
        center=law.center,
        sigma=law.sigma,
        panels=(panel,),
        signals=in_order(panel_signals(panel, rule_set(rules), law.z(counts))),
    )
