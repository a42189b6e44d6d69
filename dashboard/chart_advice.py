"""Advice on the chart of a characteristic: the chart in use beside the advised and the textbook one."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np

from dashboard.reader import ChartData
from dashboard.stages import naive_utc
from spc.advising.candidate import Candidate
from spc.advising.costs import ChartCost, chart_cost
from spc.advising.design import Futures
from spc.advising.prediction import Prediction
from spc.advising.present import PresentLevel, present_level
from spc.advising.series import SeriesAdvice, advise_series
from spc.arrays import BoolArray, FloatArray
from spc.combined import running_averages
from spc.errors import SpcError
from spc.phase import Phase, phase_from_dict
from spc.simulation import LONGEST, fit_law
from spc.site_laws import SITE_LAWS
from warehouse.journal.phases import PhaseRow

COUNT_CHARTS: Final = ("nb", "c")
MOST_KEPT: Final = 64
SEED: Final = 20
"""Of the simulated futures: the same baseline gets the same advice, and all charts the same futures."""


@dataclass(frozen=True, slots=True, eq=False)
class ChartAdvice:
    """What is advised on a characteristic's baseline.

    Attributes
    ----------
    n : parts of the baseline.
    learnt : whether the baseline is that of the limits in force; else it is all parts measured.
    recommended, textbook : with their costs on futures of the baseline.
    in_use : cost of the limits in force on the same futures; None without limits.
    chart_in_use : kind of chart of these limits, empty without limits.
    reasons : sentences, the most telling first.
    present : where the level has gone since the baseline; None where too few parts followed.

    """

    n: int
    learnt: bool
    recommended: Candidate
    textbook: Candidate
    in_use: ChartCost | None
    chart_in_use: str
    reasons: tuple[str, ...]
    present: PresentLevel | None


def advice_on(data: ChartData) -> ChartAdvice:
    """Return the advice on the baseline of the limits in force, without limits on all parts.

    Raises
    ------
    spc.errors.SpcError
        Too few parts, or no variation.

    """
    row = phase_in_force(data)
    baseline, since = baseline_and_since(data, row)
    advice = advise_series(baseline, seed=SEED)
    phase = None if row is None else phase_from_dict(row.phase)
    return ChartAdvice(
        n=int(np.isfinite(baseline).sum()),
        learnt=row is not None,
        recommended=advice.recommended,
        textbook=advice.textbook,
        in_use=None if phase is None else cost_in_use(phase, baseline),
        chart_in_use="" if phase is None else phase.chart,
        reasons=advice.reasons,
        present=_present(advice, baseline, since),
    )


def phase_in_force(data: ChartData) -> PhaseRow | None:
    """Return the phase whose limits are in force; None without one."""
    return next((row for row in data.phases if row.status == "active"), None)


def baseline_and_since(data: ChartData, row: PhaseRow | None) -> tuple[FloatArray, FloatArray]:
    """Return the values that taught the limits of `row`, excluded ones missing, and those since.

    Only what the model of these limits measured. Without limits the baseline is all that the newest
    model measured, and nothing has come since.
    """
    series = data.series
    if not len(series):
        return np.array([]), np.array([])
    model_id = series.model_ids[-1] if row is None else row.model_id
    of_model = np.array([one == model_id for one in series.model_ids], dtype=bool)
    values = np.where(of_model, series.values, np.nan)
    if row is None:
        return values, np.array([])
    first = int(np.searchsorted(series.captured_at, naive_utc(row.first_pass_at), side="left"))
    after = int(np.searchsorted(series.captured_at, naive_utc(row.last_pass_at), side="right"))
    baseline = values[first:after].copy()
    for index, _ in row.phase["exclusions"]:
        if index < baseline.size:
            baseline[index] = np.nan
    return baseline, values[after:]


def cost_in_use(phase: Phase, baseline: FloatArray) -> ChartCost:
    """Measure the limits of a site's chart on the futures that the advice is measured on."""
    newest = baseline[-LONGEST:]
    futures = Futures.of(Prediction.of(newest, fit_law(newest)), seed=SEED)
    law = SITE_LAWS[phase.chart].rebuild(dict(phase.parameters))

    def flags(values: FloatArray, _z: FloatArray) -> BoolArray:
        # A chart of counts judges whole numbers, whatever law the advice draws its futures from.
        judged = np.round(values) if phase.chart in COUNT_CHARTS else values
        z = law.z(judged.ravel()).reshape(judged.shape)
        average = running_averages(z - phase.ewma_center, phase.ewma_lambda)
        outside: BoolArray = np.abs(average) > phase.ewma_limit
        if phase.ucl is not None:
            outside |= judged > phase.ucl
        if phase.lcl is not None:
            outside |= judged < phase.lcl
        return outside

    return chart_cost(flags, futures)


def _present(advice: SeriesAdvice, baseline: FloatArray, since: FloatArray) -> PresentLevel | None:
    try:
        return present_level(advice.limits, baseline, since, seed=SEED)
    except SpcError:
        # The parts since cannot be compared, say because all are alike: the advice still stands.
        return None


class AdviceDesk:
    """Gives advice once for each publication and baseline, one at a time; safe for threads.

    It keeps what depends on facts and limits only, never who asked.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int, str], ChartAdvice] = OrderedDict()

    def advice(self, data: ChartData, stamp: str) -> ChartAdvice:
        """Return the advice on a characteristic as published at `stamp`.

        Raises
        ------
        spc.errors.SpcError
            As `advice_on`.

        """
        row = phase_in_force(data)
        phase_id = 0 if row is None else row.phase_id
        key = (data.characteristic.characteristic_id, phase_id, stamp)
        # Held while it computes: many who ask at once must not share the processor for it.
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                found = advice_on(data)
                self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return found
