"""A frozen phase of a site chart: law, centre and budgeted limits learnt once from a baseline.

A site chart has two panels that share one false-alarm budget `alpha` per point:

- the plotted statistic against probability limits, for single bad parts;
- the "running-average", an EWMA of z = Φ⁻¹(F(x)), for small lasting shifts.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spc.advice import recommend_chart
from spc.arrays import FloatArray, Values, as_values, present
from spc.baseline import Exclusions, baseline_values, refuse_constant
from spc.errors import BaselineError, ChartError, TooFewPointsError
from spc.ewma import exponential_average
from spc.patterns import excursion_signals, in_order, panel_signals
from spc.point_limits import POINT_LIMITS
from spc.result import ChartResult, JsonDict, Panel
from spc.rules import RUNNING_AVERAGE_RULE, rule_set
from spc.running_average import running_average_limit
from spc.site_laws import SITE_LAWS

POINT_PANEL = "individuals"
AVERAGE_PANEL = "running-average"


@dataclass(frozen=True, slots=True)
class Phase:
    """Limits of one characteristic, frozen; plain numbers, so it can be stored and rebuilt.

    Attributes
    ----------
    chart : "nb", "c", "two-part", "lognormal" or "imr".
    law : name of the fitted law.
    parameters : of the law, by name.
    center, lcl, ucl : of the plotted statistic in its own unit; None where there is no limit.
    sigma : standard deviation of the plotted statistic under the law, None where not finite.
    ewma_lambda : weight of the newest value in the running average.
    ewma_center, ewma_limit : centre of the running average and half the distance between its
        limits, in z units.
    n, effective_n : values used, and what they are worth under their autocorrelation.
    zeros : how many of the values are 0.
    alpha : budget: probability that a point of the chart in control is flagged.
    flagged_points_per_1000, episodes_per_1000 : what the limits cost in control, the error of
        estimating them included.
    provisional : fewer effective values than a person should approve limits from.
    first_index, last_index : of the baseline within the values given, from 0, both included.
    exclusions : (index, reason) of values left out.

    """

    chart: str
    law: str
    parameters: tuple[tuple[str, float], ...]
    center: float
    lcl: float | None
    ucl: float | None
    sigma: float | None
    ewma_lambda: float
    ewma_center: float
    ewma_limit: float
    n: int
    effective_n: float
    zeros: int
    alpha: float
    flagged_points_per_1000: float
    episodes_per_1000: float
    provisional: bool
    first_index: int
    last_index: int
    exclusions: tuple[tuple[int, str], ...] = ()


def freeze_phase(
    values: Values,
    *,
    chart: str | None = None,
    alpha: float,
    ewma_lambda: float = 0.2,
    exclusions: Exclusions = (),
    minimum_points: int = 20,
    approve_points: int = 100,
) -> Phase:
    """Learn centre and limits from the baseline `values`; later points never change them.

    Each panel gets half of `alpha`. The limits of the points hold their half including the error
    of estimating the law (`spc.point_limits`): upper only for defects, on both sides for
    measurements. The running average has a quarter on each side (`spc.running_average`). So the
    rate of alarm starts is at most `alpha` a point, less where points outside follow each other.

    Parameters
    ----------
    values : shape (n,), oldest first
        The baseline in the unit of the metric; NaN is missing.
    chart : "nb", "c", "two-part", "lognormal" or "imr"
        The default is what `recommend_chart` says, with "nb" in place of "c": a short baseline
        cannot rule out that the parts differ, and the Poisson law would then be too narrow.
    alpha : in (0, 0.1]
        Probability that a point in control is flagged, as the site's budget allows.
    ewma_lambda : in (0, 1], weight of the newest value in the running average.
    exclusions : (index, reason) of values to leave out.
    minimum_points : fewest values for any limits.
    approve_points : effective values from which the limits are no longer provisional.

    Raises
    ------
    TooFewPointsError
        Fewer than `minimum_points` values, or too few above zero to know their size.
    ConstantSeriesError
        No variation.
    ValuesError, BaselineError, ChartError
        Values, exclusions or options that cannot be used.

    Examples
    --------
    >>> counts = np.random.default_rng(1).poisson(5.0, size=120)
    >>> phase = freeze_phase(counts, alpha=1e-4)
    >>> phase.chart, phase.lcl, 14 < phase.ucl < 22
    ('nb', None, True)

    """
    if not 0 < alpha <= 0.1:
        raise ChartError(f"alpha must be in (0, 0.1], but got {alpha}")
    if not 0 < ewma_lambda <= 1:
        raise ChartError(f"ewma_lambda must be in (0, 1], but got {ewma_lambda}")
    array = as_values(values)
    chosen = baseline_values(array, exclusions=exclusions)
    known = present(chosen)
    if known.size < minimum_points:
        raise TooFewPointsError(
            f"{known.size} values are too few for limits on a site; "
            f"{minimum_points} are needed, wait for more parts"
        )
    refuse_constant(known)
    kind = _kind(chart, known)
    limits = POINT_LIMITS[kind](chosen, alpha / 2)
    average = running_average_limit(
        limits.law.z(chosen), limits.level, limits.law, smoothing=ewma_lambda, tail=alpha / 4
    )
    effective_n = limits.level.effective_n
    return Phase(
        chart=kind,
        law=f"{limits.law.name}, {limits.note}" if limits.note else limits.law.name,
        parameters=limits.law.parameters(),
        center=limits.law.center,
        lcl=limits.lcl,
        ucl=limits.ucl,
        sigma=limits.law.sigma,
        ewma_lambda=ewma_lambda,
        ewma_center=average.center,
        ewma_limit=average.half_width,
        n=known.size,
        effective_n=effective_n,
        zeros=int(np.count_nonzero(known == 0)),
        alpha=alpha,
        flagged_points_per_1000=1000 * (limits.flagged + average.flagged),
        episodes_per_1000=1000 * (limits.flagged + average.episodes),
        provisional=effective_n < approve_points,
        first_index=0,
        last_index=array.size - 1,
        exclusions=tuple(exclusions),
    )


def evaluate_phase(phase: Phase, values: Values) -> ChartResult:
    """Evaluate `values` against the frozen limits of `phase`.

    The running average starts at its centre with the first value and has the limits of a
    long-started one throughout: the narrower ones of a young average would trust single z values
    of discrete laws too much.

    Parameters
    ----------
    phase : frozen limits
    values : shape (n,), oldest first; the points of this phase only, NaN is missing.

    Raises
    ------
    ValuesError
        An infinity, or a value that the phase's law cannot produce (a negative count).

    Examples
    --------
    >>> counts = np.random.default_rng(1).poisson(5.0, size=120)
    >>> result = evaluate_phase(freeze_phase(counts, alpha=1e-4), [5, 40, 4])
    >>> [(signal.index, signal.panel) for signal in result.signals]
    [(1, 'individuals'), (1, 'running-average')]

    """
    site_law = SITE_LAWS[phase.chart]
    array = site_law.check(as_values(values))
    z = site_law.rebuild(dict(phase.parameters)).z(array)
    points = Panel.of_levels(POINT_PANEL, array, phase.center, phase.lcl, phase.ucl)
    middle, half = phase.ewma_center, phase.ewma_limit
    average = exponential_average(z, phase.ewma_lambda, start=middle)
    running = Panel.of_levels(AVERAGE_PANEL, average, middle, middle - half, middle + half)
    points_outside = panel_signals(points, rule_set("beyond-limits"))
    return ChartResult(
        chart=phase.chart,
        rules="beyond-limits",
        estimator=phase.law,
        center=phase.center,
        sigma=phase.sigma,
        panels=(points, running),
        signals=in_order(points_outside, excursion_signals(running, RUNNING_AVERAGE_RULE)),
        flagged_points_per_1000=phase.flagged_points_per_1000,
        episodes_per_1000=phase.episodes_per_1000,
        phase=phase_to_dict(phase),
    )


def phase_to_dict(phase: Phase) -> JsonDict:
    """Return a JSON-safe dictionary; indexes count from 0, as in `Phase`."""
    stored = dataclasses.asdict(phase)
    stored["parameters"] = dict(phase.parameters)
    stored["exclusions"] = [[index, reason] for index, reason in phase.exclusions]
    return stored


def phase_from_dict(stored: Mapping[str, Any]) -> Phase:
    """Rebuild a phase from `phase_to_dict`.

    Raises
    ------
    BaselineError
        A key is missing or unknown.

    """
    names = {field.name for field in dataclasses.fields(Phase)}
    if wrong := sorted(names.symmetric_difference(stored)):
        raise BaselineError(f"not a stored phase: keys missing or unknown: {', '.join(wrong)}")
    fields = dict(stored)
    fields["parameters"] = tuple(stored["parameters"].items())
    fields["exclusions"] = tuple((index, reason) for index, reason in stored["exclusions"])
    return Phase(**fields)


def _kind(chart: str | None, known: FloatArray) -> str:
    if chart is None:
        recommended = recommend_chart(known).chart
        return "nb" if recommended == "c" else recommended
    if chart not in POINT_LIMITS:
        raise ChartError(
            f"there is no site chart '{chart}'; the site charts are: {', '.join(POINT_LIMITS)}"
        )
    return chart
