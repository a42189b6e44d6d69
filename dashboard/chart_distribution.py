"""The distribution of the parts on a chart, beside what its limits let expect."""

from statistics import NormalDist

import numpy as np

from dashboard.chart_model import ChartModel
from dashboard.figures.bins import Bins, bins_of
from dashboard.figures.histogram import Histogram
from dashboard.figures.inputs import FloatArray
from dashboard.metric_names import metric_name
from dashboard.reader import ChartData
from dashboard.stages import EvaluatedStage
from spc.errors import SpcError
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.site_laws import SITE_LAWS

COUNTS = ("nb", "c")
WHOLE_BELOW = 200.0
"""Whole numbers whose middle lies above this are sizes in pixels, not defects that someone counts."""


def histogram_of(data: ChartData, model: ChartModel) -> Histogram | None:
    """Return the histogram of the parts shown; None where there is no value.

    Zeros stand apart where they are parts without a defect among sizes: a bar of their own, not the
    smallest size.
    """
    values = model.chart.panels[0].value
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    stage = model.stages[-1] if model.stages else None
    whole = is_whole(known, stage)
    apart = not whole and bool((known == 0).any()) and float(known.min()) >= 0
    bins = bins_of(known, whole=whole, zeros_apart=apart)
    name = metric_name(data.characteristic.metric)
    law = _law(stage)
    expected = None if law is None else expected_counts(law, bins)
    limits = (None, None, None) if stage is None else _limits(stage)
    return Histogram(
        bins=bins,
        title=name.label,
        unit=name.unit,
        spec_lower=data.characteristic.spec_lower,
        spec_upper=data.characteristic.spec_upper,
        lcl=limits[0],
        center=limits[1],
        ucl=limits[2],
        expected=expected,
    )


def is_whole(known: FloatArray, stage: EvaluatedStage | None) -> bool:
    """Tell whether the values are counts: as the limits say, else by the values."""
    if stage is not None:
        return stage.phase.chart in COUNTS
    positive = known[known > 0]
    few = not positive.size or float(np.median(positive)) <= WHOLE_BELOW
    return bool(few and (known == np.floor(known)).all())


def expected_counts(law: Law, bins: Bins) -> FloatArray | None:
    """Return how many of the values in the bars the law lets expect in each.

    Examples
    --------
    A normal law has 68.3 % of its values within one sigma.

    >>> from spc.laws.normal import Normal
    >>> edges = np.array([-1.0, 1.0])
    >>> bins = Bins(edges, np.array([1000]), None, 0, 0, whole=False)
    >>> expected_counts(Normal(mean=0.0, sigma=1.0), bins).round(0).tolist()
    [683.0]

    """
    if isinstance(law, NegativeBinomial):
        if not bins.whole:
            return None
        above = law.above(np.floor(bins.edges))
        shares: FloatArray = above[:-1] - above[1:]
        return bins.n * shares
    try:
        z = law.z(
            np.maximum(bins.edges, np.finfo(float).tiny) if bins.zeros is not None else bins.edges
        )
    except SpcError:
        return None
    below = np.array([NormalDist().cdf(float(one)) for one in z])
    return bins.n * np.diff(below)


def _law(stage: EvaluatedStage | None) -> Law | None:
    if stage is None:
        return None
    return SITE_LAWS[stage.phase.chart].rebuild(dict(stage.phase.parameters))


def _limits(stage: EvaluatedStage) -> tuple[float | None, float | None, float | None]:
    return stage.phase.lcl, stage.phase.center, stage.phase.ucl
