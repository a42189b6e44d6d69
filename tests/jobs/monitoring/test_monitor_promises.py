"""The figures that the monitor promises: how often it errs, and how soon it finds a change.

240 characteristics in control are watched for thirty nights, and changes are planted in one of
them. The series are simulated; limits, budget and judging are those of the nightly run.
"""

import itertools
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from jobs.configuration.chart_sections import SpcSettings
from jobs.monitoring.judging import Judge, aware, judge_phase
from jobs.monitoring.proposals import propose_limits
from spc.run_lengths.budget import divide_budget
from warehouse.metric_points import MetricSeries

START = datetime(2024, 5, 1, tzinfo=UTC)
BASELINE = 100
A_NIGHT = 50
NIGHTS = 30
CHARACTERISTICS = 240
BUDGET = 1.0
SPC = SpcSettings()
ALPHA = divide_budget(BUDGET, [7.0 * A_NIGHT] * CHARACTERISTICS).point_probability

LAWS = {
    "counts": lambda rng, n: rng.negative_binomial(3.9, 3.9 / (3.9 + 5.0), n).astype(float),
    "areas": lambda rng, n: rng.lognormal(0.1, 0.9, n) * (rng.random(n) > 0.1),
    "normal": lambda rng, n: rng.normal(50.0, 5.0, n),
    "sharpness": lambda rng, n: rng.lognormal(3.0, 0.5, n),
}
CHARTS = {"normal": "imr", "sharpness": "lognormal"}
"""Where the law is known beforehand; the others are chosen by the data."""


def series_of(values):
    times = np.datetime64("2024-05-01T00:00", "us") + np.arange(values.size) * np.timedelta64(
        1728, "s"
    )
    names = [f"p{number:06d}" for number in range(values.size)]
    return MetricSeries("x", names, names, times, values, ["m"] * values.size, [None] * values.size)


def limits_of(values, chart=None):
    series = series_of(values)
    found = propose_limits(series.values, series.captured_at, chart=chart, alpha=ALPHA, spc=SPC)
    return found.phase, aware(series.captured_at[found.length - 1]), found.length


def alarms(values, chart=None):
    """Places of the points that signal, counted from the end of the baseline."""
    phase, ends, length = limits_of(values[:BASELINE], chart)
    judged = judge_phase(phase, series_of(values), Judge("c", 1, 1, START), baseline_ends=ends)
    return sorted(int(row.completing_pass_id[1:]) - length for row in judged.signals)


def episodes(places, quiet=50):
    """Alarm starts: a signal after as many points without one as end an episode."""
    return sum(place - before > quiet for before, place in itertools.pairwise([-math.inf, *places]))


@pytest.mark.parametrize(
    "plants", [pytest.param(0.2, id="short"), pytest.param(4, id="long", marks=pytest.mark.soak)]
)
def test_false_episodes_stay_within_the_budget(plants):
    rng = np.random.default_rng(31)
    watched = int(plants * CHARACTERISTICS)
    found = 0
    for number in range(watched):
        name = list(LAWS)[number % len(LAWS)]
        values = LAWS[name](rng, BASELINE + NIGHTS * A_NIGHT)
        found += episodes(alarms(values, CHARTS.get(name)))
    expected = BUDGET * NIGHTS / 7 * plants
    # The budget is a bound on the mean of a Poisson number.
    error = math.sqrt(expected)
    print(
        f"{watched} characteristics in control over {NIGHTS} nights: {found} false episodes, "
        f"budget {expected:.1f} (SE {error:.1f})"
    )
    assert found <= expected + 3 * error


@pytest.mark.parametrize(
    "plants", [pytest.param(12, id="short"), pytest.param(300, id="long", marks=pytest.mark.soak)]
)
@pytest.mark.parametrize(("shift", "horizon"), [(0.5, 6000), (1.0, 2000), (2.0, 200)])
def test_a_planted_shift_is_found_within_the_predicted_delay(plants, shift, horizon):
    rng = np.random.default_rng(37)
    delays, predicted = [], []
    for _ in range(plants):
        values = LAWS["normal"](rng, BASELINE + horizon)
        values[BASELINE:] += 5.0 * shift
        phase, _, _ = limits_of(values[:BASELINE], "imr")
        predicted.append(_predicted(phase, shift, horizon))
        delays.append(next(iter(alarms(values, "imr")), horizon) + 1)
    middle, expected = float(np.median(delays)), float(np.median(predicted))
    error = 1.25 * float(np.std(delays)) / math.sqrt(plants)
    print(
        f"shift of {shift} sigma: found after {middle:g} parts (median of {plants}, SE {error:.1f}),"
        f" predicted {expected:.0f}"
    )
    assert abs(middle - expected) <= max(2.0, 3 * error + 3 * 1.25 * expected / math.sqrt(200))


def _predicted(phase, shift, horizon, runs=200):
    """Median run length of the two panels of frozen limits under a shift, by simulation.

    An EWMA by its recursion and a plain comparison with the limits: nothing of the monitor's code.
    """
    rng = np.random.default_rng(41)
    law = dict(phase.parameters)
    values = rng.normal(50.0 + 5.0 * shift, 5.0, (horizon, runs))
    average = np.full(runs, phase.ewma_center)
    first = np.full(runs, horizon + 1)
    for place, row in enumerate(values, start=1):
        score = (row - law["mean"]) / law["sigma"]
        average += phase.ewma_lambda * (score - average)
        outside = (
            (np.abs(average - phase.ewma_center) > phase.ewma_limit)
            | (row > phase.ucl)
            | (row < phase.lcl)
        )
        first = np.where(outside & (first > place), place, first)
    return float(np.median(first))


@pytest.mark.parametrize(
    "plants", [pytest.param(12, id="short"), pytest.param(300, id="long", marks=pytest.mark.soak)]
)
def test_a_doubling_of_the_counts_is_found_within_a_night(plants):
    rng = np.random.default_rng(43)
    delays = []
    for _ in range(plants):
        values = LAWS["counts"](rng, BASELINE)
        doubled = rng.negative_binomial(3.9, 3.9 / (3.9 + 10.0), 8 * A_NIGHT).astype(float)
        delays.append(next(iter(alarms(np.concatenate([values, doubled]))), 8 * A_NIGHT) + 1)
    middle = float(np.median(delays))
    print(f"a doubling of 5 stains a part: found after {middle:g} parts (median of {plants})")
    assert middle <= A_NIGHT


def test_the_budget_is_that_of_the_settings():
    assert timedelta(days=7) / timedelta(seconds=1728) == 7 * A_NIGHT
    assert pytest.approx(BUDGET / (CHARACTERISTICS * 7 * A_NIGHT)) == ALPHA
