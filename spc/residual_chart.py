"""Residual chart: individuals chart of the one-step errors of an AR(1) or ARMA(1,1) model."""

from spc.arma import Arma
from spc.arrays import Values, as_values
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def residual_chart(values: Values, model: Arma, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a residual chart over `values`, oldest first.

    In control the residuals are independent, so run rules mean what they say. A lasting shift shows in
    full only at its first point; after it the share `model.kept_of_shift` is left, so a chart of the
    level belongs beside this one.

    Parameters
    ----------
    values : shape (n,); NaN is missing: it cuts runs, and what follows is predicted from the mean.
    model : fitted to the process in control
    rules : name of a rule set

    References
    ----------
    Alwan, L. C. and Roberts, H. V. (1988). J. Business and Economic Statistics 6(1), 87-95.

    Examples
    --------
    >>> model = Arma(mean=10.0, phi=0.5, theta=0.0, sigma=1.0, n=100)
    >>> residual_chart([10.0, 12.0, 11.0], model).panels[0].value.round(6).tolist()
    [0.0, 2.0, 0.0]

    """
    residuals = model.residuals(as_values(values))
    limit = 3 * model.sigma
    panel = Panel.of_levels("residuals", residuals, 0.0, -limit, limit)
    return ChartResult(
        chart="residual",
        rules=rules,
        estimator="ARMA(1,1)" if model.theta else "AR(1)",
        center=0.0,
        sigma=model.sigma,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules), residuals / model.sigma),
    )
