"""Site charts on the series of 1000 real heat sinks."""

import csv

import numpy as np
import pytest

from spc.chart import chart
from spc.phase import evaluate_phase, freeze_phase

pytestmark = pytest.mark.real_data

METRICS = {
    "stain_count": "nb",
    "stain_area_pct": "two-part",
    "largest_stain_area_pct": "two-part",
    "scratch_count": "nb",
    "scratch_area_pct": "two-part",
}


@pytest.fixture(scope="module")
def series(shared_data):
    with (shared_data / "heat_sink" / "spc_series.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in METRICS}


@pytest.mark.parametrize("metric", METRICS)
def test_site_charts_flag_at_most_three_percent_of_the_parts_after_the_baseline(series, metric):
    values = series[metric]
    # As many false alarms as a textbook chart promises: .0027 a point.
    phase = freeze_phase(values[:300], alpha=2.7e-3)
    assert phase.chart == METRICS[metric]
    result = evaluate_phase(phase, values[300:])
    assert len({s.index for s in result.signals}) <= 0.03 * 700


@pytest.mark.parametrize("metric", METRICS)
def test_slow_levels_of_the_real_series_are_seen_and_make_limits_provisional(series, metric):
    phase = freeze_phase(series[metric][:300], alpha=2.7e-3)
    assert phase.effective_n < 100
    assert phase.provisional


def test_the_textbook_chart_flags_what_the_design_page_says(series):
    # SPC.md: I-MR on raw values, limits from parts 0-299: .011, .064, .086 and .057 of parts 300-999.
    published = {
        "stain_count": 0.011,
        "stain_area_pct": 0.064,
        "largest_stain_area_pct": 0.086,
        "scratch_count": 0.057,
    }
    for metric, expected in published.items():
        result = chart(
            series[metric], kind="imr", rules="beyond-limits", baseline=(1, 300), figures=False
        )
        flagged = {s.index for s in result.signals if s.panel == "individuals" and s.index >= 300}
        assert len(flagged) / 700 == pytest.approx(expected, abs=0.0006), metric


def test_negative_binomial_limits_flag_none_of_the_real_counts(series):
    # SPC.md: negative binomial, upper .99865: .000 of stain and scratch counts.
    for metric in ("stain_count", "scratch_count"):
        result = chart(
            series[metric], kind="nb", rules="beyond-limits", baseline=(1, 300), figures=False
        )
        assert [s for s in result.signals if s.index >= 300] == []
