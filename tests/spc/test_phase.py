"""Site charts: frozen limits under a false-alarm budget."""

import json
import math

import numpy as np
import pytest

from spc.errors import (
    BaselineError,
    ChartError,
    ConstantSeriesError,
    TooFewPointsError,
    ValuesError,
)
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.phase import evaluate_phase, freeze_phase, phase_from_dict, phase_to_dict
from spc.simulation import SeriesModel

# The real heat sinks: stain count, and stain area % (SPC.md).
STAINS = NegativeBinomial(mean=4.95, dispersion=1 / 3.94)
AREAS = ZeroLognormal(zero_share=0.03, log_mean=0.1, log_sigma=0.9)


def draw(law, n, seed=0, share=0.0, decay=0.0):
    return SeriesModel(law, share, decay).draw(np.random.default_rng(seed), n)


def flagged(result):
    return sorted({signal.index for signal in result.signals})


def test_the_chart_fits_the_data():
    assert freeze_phase(draw(STAINS, 120), alpha=1e-4).chart == "nb"
    assert freeze_phase(draw(AREAS, 120), alpha=1e-4).chart == "two-part"
    assert freeze_phase(draw(Normal(100, 5), 120), alpha=1e-4).chart == "imr"
    # Counts without surplus variation still get limits that allow for some.
    poisson = draw(NegativeBinomial(5.0, 0.0), 120)
    assert freeze_phase(poisson, alpha=1e-4).chart == "nb"
    assert freeze_phase(poisson, alpha=1e-4).ucl >= freeze_phase(poisson, chart="c", alpha=1e-4).ucl


def test_defects_have_an_upper_limit_only_and_measurements_two():
    assert freeze_phase(draw(STAINS, 120), alpha=1e-4).lcl is None
    phase = freeze_phase(draw(Normal(100, 5), 120), alpha=1e-4)
    assert phase.lcl < 85 < 115 < phase.ucl


def test_a_phase_survives_json():
    values = draw(AREAS, 100)
    phase = freeze_phase(values, alpha=1e-5, exclusions=[(3, "fell off the belt")])
    again = phase_from_dict(json.loads(json.dumps(phase_to_dict(phase))))
    assert again == phase
    one, other = (evaluate_phase(p, values).to_dict() for p in (phase, again))
    assert one == other


def test_a_dictionary_that_is_no_phase_is_refused_by_its_keys():
    stored = phase_to_dict(freeze_phase(draw(STAINS, 60), alpha=1e-4))
    del stored["ucl"]
    with pytest.raises(BaselineError, match="keys missing or unknown: ucl"):
        phase_from_dict(stored)


def test_new_points_never_move_the_limits():
    phase = freeze_phase(draw(STAINS, 120), alpha=1e-4)
    calm, stormy = (evaluate_phase(phase, draw(STAINS, 50, seed=1) * k) for k in (1, 10))
    for one, other in zip(calm.panels, stormy.panels, strict=True):
        assert np.array_equal(one.ucl, other.ucl)
        assert np.array_equal(one.center, other.center)


def test_evaluation_point_by_point_equals_evaluation_at_once():
    phase = freeze_phase(draw(STAINS, 120), alpha=1e-3)
    values = draw(STAINS, 60, seed=2) * 2
    whole = evaluate_phase(phase, values)
    for k in (1, 20, 59):
        part = evaluate_phase(phase, values[:k])
        assert list(part.signals) == [s for s in whole.signals if s.index < k]
        assert part.panels[1].value == pytest.approx(whole.panels[1].value[:k])


def test_the_running_average_starts_anew_with_each_phase():
    phase = freeze_phase(draw(STAINS, 120), alpha=1e-3)
    after_storm = evaluate_phase(phase, [40.0] * 10 + [5.0])
    assert 10 in flagged(after_storm)
    assert flagged(evaluate_phase(phase, [5.0])) == []


def test_a_missing_value_is_no_point_on_either_panel():
    phase = freeze_phase(draw(STAINS, 120), alpha=1e-3)
    result = evaluate_phase(phase, [60.0, math.nan, 60.0])
    assert all(np.isnan(panel.value[1]) for panel in result.panels)
    assert 1 not in flagged(result)


def test_a_single_bad_part_signals_on_the_points():
    phase = freeze_phase(draw(STAINS, 120), alpha=1e-4)
    result = evaluate_phase(phase, [5, 5, 60, 5])
    assert (2, "individuals", "beyond-limits-1") in {
        (s.index, s.panel, s.rule) for s in result.signals
    }


def test_a_lasting_doubling_is_found_by_the_running_average():
    delays = []
    for seed in range(15):
        phase = freeze_phase(draw(STAINS, 200, seed=seed), alpha=1e-4)
        doubled = NegativeBinomial(9.9, 1 / 3.94)
        result = evaluate_phase(phase, draw(doubled, 300, seed=100 + seed))
        signals = [s.index for s in result.signals if s.panel == "running-average"]
        delays.append(signals[0] if signals else 300)
    assert np.median(delays) < 60


def test_a_lasting_drop_is_found_too():
    phase = freeze_phase(draw(STAINS, 200), alpha=1e-4)
    first = evaluate_phase(phase, np.zeros(30)).signals[0]
    assert (first.panel, first.rule, first.run[0]) == ("running-average", "running-average-1", 0)


@pytest.mark.parametrize(
    ("law", "n", "share", "decay"),
    [
        (STAINS, 100, 0.0, 0.0),
        (STAINS, 300, 0.7, 0.8),
        (AREAS, 100, 0.0, 0.0),
        (AREAS, 300, 0.7, 0.8),
        (ZeroLognormal(0.7, 0.0, 1.0), 100, 0.0, 0.0),
        (NegativeBinomial(0.2, 0.0), 150, 0.0, 0.0),
        (Normal(100.0, 5.0), 50, 0.0, 0.0),
    ],
)
def test_alarm_starts_in_control_stay_within_the_budget(law, n, share, decay):
    alpha, points, rates = 2e-3, 4000, []
    for seed in range(20):
        phase = freeze_phase(draw(law, n, seed, share, decay), alpha=alpha)
        index = flagged(evaluate_phase(phase, draw(law, points, 1000 + seed, share, decay)))
        rates.append(np.count_nonzero(np.diff([-9, *index]) > 1) / points)
    assert np.mean(rates) <= alpha + 2 * np.std(rates) / math.sqrt(len(rates))


def test_the_stated_figures_are_within_the_budget_and_episodes_below_flags():
    for law in (STAINS, AREAS, Normal(0.0, 1.0)):
        phase = freeze_phase(draw(law, 150), alpha=1e-4)
        assert 0 < phase.episodes_per_1000 < phase.flagged_points_per_1000 <= 0.1 + 1e-12


def test_limits_widen_as_the_budget_shrinks():
    values = draw(AREAS, 150)
    wide, narrow = (freeze_phase(values, alpha=alpha) for alpha in (1e-6, 1e-3))
    assert wide.ucl > narrow.ucl
    assert wide.ewma_limit > narrow.ewma_limit


def test_a_heavy_tail_widens_the_limit_and_says_so():
    values = np.exp(np.random.default_rng(3).standard_t(3, size=200))
    phase = freeze_phase(values, alpha=1e-4)
    assert phase.law == "lognormal with zeros, limit widened for a heavy tail"
    counts = np.append(draw(STAINS, 150), 60.0)
    assert "heavy tail" in freeze_phase(counts, alpha=1e-4).law
    assert "heavy tail" in freeze_phase(100 + np.log(values), chart="imr", alpha=1e-4).law


def test_excluded_points_do_not_count():
    values = draw(STAINS, 100)
    disturbed = values.copy()
    disturbed[50] = 500.0
    phase = freeze_phase(disturbed, alpha=1e-4, exclusions=[(50, "oil on the lens")])
    assert phase.n == 99
    assert phase.ucl < 60
    assert phase.exclusions == ((50, "oil on the lens"),)


def test_limits_are_provisional_below_a_hundred_effective_points():
    assert freeze_phase(draw(STAINS, 99), alpha=1e-4).provisional
    assert not freeze_phase(draw(STAINS, 100), alpha=1e-4).provisional
    correlated = freeze_phase(draw(STAINS, 200, 1, 1.0, 0.8), alpha=1e-4)
    assert correlated.provisional
    assert correlated.effective_n < 60


def test_below_twenty_points_a_site_has_no_limits():
    with pytest.raises(TooFewPointsError, match="19 values are too few for limits on a site; 20"):
        freeze_phase([*draw(STAINS, 19), math.nan], alpha=1e-4)


def test_a_constant_series_never_gets_limits_of_width_zero():
    with pytest.raises(ConstantSeriesError, match="no variation"):
        freeze_phase(np.zeros(50), alpha=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0.0}, r"alpha must be in \(0, 0.1\], but got 0"),
        ({"alpha": 1e-4, "ewma_lambda": 1.5}, r"ewma_lambda must be in \(0, 1\]"),
        ({"alpha": 1e-4, "chart": "xbar"}, "no site chart 'xbar'; the site charts are: nb, c,"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, message):
    with pytest.raises(ChartError, match=message):
        freeze_phase(draw(STAINS, 60), **options)


def test_a_count_phase_refuses_a_value_that_is_no_count():
    phase = freeze_phase(draw(STAINS, 60), alpha=1e-4)
    with pytest.raises(ValuesError, match=r"values\[1\] is -3"):
        evaluate_phase(phase, [4, -3])
