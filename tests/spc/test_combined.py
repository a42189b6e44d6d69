"""The combined chart: three panels over one law."""

import numpy as np
import pytest
from scipy import stats

from spc.combined import CombinedLimits, combined_chart, flagged_points, predicted_values
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal

UNIT = CombinedLimits(
    law=Normal(mean=0.0, sigma=1.0),
    center=0.0,
    level_smoothing=0.5,
    average_smoothing=0.5,
    lcl=None,
    ucl=3.0,
    residual=2.5,
    average=1.2,
)


def test_each_panel_signals_what_it_watches():
    # By hand: levels 0, 1, 1.5, 1.75 before the points; residuals 2, 1, 0.5, 1.5; averages 1, 1.5, 1.75, 2.5.
    result = combined_chart(np.array([2.0, 2.0, 2.0, 3.25]), UNIT)
    _, residual, average = result.panels
    assert residual.value.tolist() == [2.0, 1.0, 0.5, 1.5]
    assert average.value.tolist() == [1.0, 1.5, 1.75, 2.5]
    assert {(s.index, s.panel) for s in result.signals if s.panel == "individuals"} == {
        (3, "individuals")
    }
    assert min(s.index for s in result.signals if s.panel == "running-average") == 1
    assert not [s for s in result.signals if s.panel == "residual"]


def test_a_jump_from_the_present_level_is_a_residual_signal_only():
    # By hand: before the last point the level is -1.96875, so the residual is 2.96875 > 2.5.
    quiet = CombinedLimits(UNIT.law, 0.0, 0.5, 0.5, None, 3.0, 2.5, 9.0)
    result = combined_chart(np.array([-2.0] * 6 + [1.0]), quiet)
    assert [(s.index, s.panel) for s in result.signals] == [(6, "residual")]


def test_defects_have_no_alarm_for_a_single_low_value_and_measurements_do():
    low = np.array([0.0, -5.0, 0.0])
    assert "individuals" not in {s.panel for s in combined_chart(low, UNIT).signals}
    both = CombinedLimits(UNIT.law, 0.0, 0.5, 0.5, -3.0, 3.0, 2.5, 9.0)
    assert {(s.index, s.panel) for s in combined_chart(low, both).signals} == {
        (1, "individuals"),
        (1, "residual"),
    }


def test_a_missing_value_is_on_no_panel_and_the_level_carries_on():
    result = combined_chart(np.array([2.0, np.nan, 2.0]), UNIT)
    # By hand: the level 1 of the first point stands when the third comes.
    assert result.panels[1].value[[0, 2]].tolist() == [2.0, 1.0]
    assert all(np.isnan(panel.value[1]) for panel in result.panels)


@pytest.mark.parametrize("law", [Normal(5.0, 2.0), NegativeBinomial(mean=4.0, dispersion=0.4)])
def test_many_series_at_once_are_flagged_as_one_by_one(law):
    z = np.random.default_rng(3).normal(size=(20, 80))
    values = predicted_values(law, z)
    seen = law.z(values.ravel()).reshape(values.shape)
    limits = CombinedLimits(law, 0.1, 0.2, 0.05, None, float(np.quantile(values, 0.97)), 1.9, 0.3)
    together = flagged_points(values, seen, limits)
    assert together.any()
    for row, flagged in zip(values, together, strict=True):
        alone = {signal.index for signal in combined_chart(row, limits).signals}
        assert alone == set(np.flatnonzero(flagged).tolist())


@pytest.mark.parametrize("dispersion", [0.0, 0.25, 2.0])
def test_quantiles_of_counts_are_those_of_scipy(dispersion):
    law = NegativeBinomial(mean=3.0, dispersion=dispersion)
    # scipy: the negative binomial with n = 1/dispersion and p = 1 / (1 + dispersion · mean).
    other = (
        stats.poisson(3.0)
        if dispersion == 0
        else stats.nbinom(1 / dispersion, 1 / (1 + dispersion * 3.0))
    )
    probability = np.random.default_rng(1).random(500)
    assert law.quantile(probability).tolist() == other.ppf(probability).tolist()
