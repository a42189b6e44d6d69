"""Counts over opportunities with probability limits of their own law, per point."""

import numpy as np

from spc.arrays import FloatArray
from spc.laws.rates import RateLaw
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

_WIDTH = 3.0


def rate_law_chart(
    points: FloatArray, law: RateLaw, *, kind: str, rules: str = "nelson"
) -> ChartResult:
    """Evaluate shares or rates against the limits of `law`, oldest first.

    A point lies above the upper limit, and below the lower one, with at most the probability of a
    normal value beyond 3 sigma (.00135). Zone and run rules act on z = Φ⁻¹(F(x)) with mid-p.

    Parameters
    ----------
    points : shape (n, 2)
        Count and opportunities per point; NaN is missing and cuts runs.
    law : fitted to the process in control
    kind : name of the chart
    rules : name of a rule set

    Examples
    --------
    >>> from spc.laws.rates import Spread
    >>> law = RateLaw(2.0, items=False, spread=Spread.OWN, amount=0.3)
    >>> result = rate_law_chart(np.array([[9.0, 4.0], [60.0, 4.0]]), law, kind="nb")
    >>> float(result.panels[0].ucl[0]), [signal.index for signal in result.signals]
    (7.75, [1])

    """
    found, chances = points.T
    lower, upper = law.limits(chances, _WIDTH)
    panel = rate_panel(points, law, lower=lower, upper=upper)
    return ChartResult(
        chart=kind,
        rules=rules,
        estimator=law.name,
        center=law.center,
        sigma=None,
        panels=(panel,),
        signals=in_order(panel_signals(panel, rule_set(rules), law.z(found, chances))),
    )


def rate_panel(
    points: FloatArray, law: RateLaw, *, lower: FloatArray | None, upper: FloatArray
) -> Panel:
    """Shares or rates with limits in counts, shape (n,); `lower` None is no limit."""
    found, chances = points.T
    return Panel(
        "share" if law.items else "rate",
        found / chances,
        np.full(found.size, law.center),
        np.full(found.size, np.nan) if lower is None else lower / chances,
        upper / chances,
    )
