"""c chart: counts per part under the Poisson law, with three-sigma limits."""

import math

from spc.arrays import Values, as_counts
from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def c_chart(values: Values, mean: float, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a c chart over the counts `values`, oldest first.

    Limits lie three standard deviations, √mean, from the mean, the lower one not below 0. Zone and
    run rules act on z = Φ⁻¹(F(x)) with mid-p, so that zones hold their probability around the
    median of the skewed law.

    Parameters
    ----------
    values : shape (n,), whole numbers of at least 0; NaN is missing and cuts runs.
    mean : above 0, defects per part in control
    rules : name of a rule set

    Raises
    ------
    SpcError
        `values` are not counts, `mean` is not above 0, unknown rules.

    Examples
    --------
    >>> result = c_chart([16, 30, 15], mean=16.0)
    >>> float(result.panels[0].ucl[0]), [signal.index for signal in result.signals]
    (28.0, [1])

    """
    counts = as_counts(values)
    if not (mean > 0 and math.isfinite(mean)):
        raise ChartError(f"the mean of a c chart must be finite and above 0, but got {mean}")
    law = NegativeBinomial(mean=mean, dispersion=0.0)
    sigma = law.sigma
    panel = Panel.of_levels("count", counts, mean, max(mean - 3 * sigma, 0.0), mean + 3 * sigma)
    return ChartResult(
        chart="c",
        rules=rules,
        estimator="Poisson",
        center=mean,
        sigma=sigma,
        panels=(panel,),
        signals=in_order(panel_signals(panel, rule_set(rules), law.z(counts))),
    )
