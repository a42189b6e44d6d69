"""The share of parts with a defect beside its size: the other half of a two-part chart."""

from collections.abc import Sequence

import numpy as np

from dashboard.figures.inputs import PanelTrace
from dashboard.stages import EvaluatedStage
from spc.errors import SpcError
from spc.laws.zero_lognormal import ZeroLognormal
from spc.two_part import two_part_chart
from warehouse.series import MetricSeries

UNIT = "% of parts, moving average; raises no alarm"
SHARE = "share-above-zero"


def share_panel(series: MetricSeries, stages: Sequence[EvaluatedStage]) -> tuple[PanelTrace, ...]:
    """Return the panel where a phase drawn follows the two-part law, else nothing.

    It shows whether defects became more frequent or larger; the signals come from the panels that
    the monitor judges.
    """
    n = len(series)
    value, center, lcl, ucl = (np.full(n, np.nan) for _ in range(4))
    for stage in stages:
        if stage.phase.chart != "two-part" or not 0 < stage.phase.zeros < stage.phase.n:
            continue
        points = slice(stage.first, stage.last + 1)
        of_model = np.array(
            [one == stage.row.model_id for one in series.model_ids[points]], dtype=bool
        )
        law = ZeroLognormal(**dict(stage.phase.parameters))
        judged = np.where(of_model, series.values[points], np.nan)
        try:
            panels = two_part_chart(judged, law, rules="none").panels
        except SpcError:
            # A law without zeros in it has no share to watch.
            continue
        share = next(panel for panel in panels if panel.name == SHARE)
        value[points] = 100 * share.value
        for level, found in ((center, share.center), (lcl, share.lcl), (ucl, share.ucl)):
            level[points] = np.where(of_model, 100 * found, np.nan)
    if not np.isfinite(value).any():
        return ()
    return (PanelTrace("Parts with a defect", UNIT, value, center, lcl, ucl),)
