"""Decimation keeps what a person looks for in a chart."""

import numpy as np
import pytest

from dashboard.figures.decimation import decimate


def test_a_short_series_is_drawn_whole():
    assert decimate(np.arange(10.0), 10).tolist() == list(range(10))


def test_the_extremes_of_every_bucket_stay():
    values = np.random.default_rng(1).normal(size=5_000)
    chosen = decimate(values, 100)
    for bucket in range(50):
        part = slice(bucket * 100, (bucket + 1) * 100)
        assert bucket * 100 + values[part].argmax() in chosen
        assert bucket * 100 + values[part].argmin() in chosen


def test_no_more_points_than_about_the_budget_are_drawn():
    assert decimate(np.random.default_rng(1).normal(size=1_000_003), 2_000).size <= 2_002


def test_every_signal_stays_whatever_its_value():
    values = np.zeros(100_000)
    signals = range(1, 100_000, 997)
    assert set(signals) <= set(decimate(values, 50, keep=signals).tolist())


def test_a_gap_stays_a_gap():
    values = np.ones(10_000)
    values[5_000:5_003] = np.nan
    assert np.isnan(values[decimate(values, 100)]).any()


def test_a_series_without_any_value_gives_places_within_it():
    chosen = decimate(np.full(1_001, np.nan), 10)
    assert chosen.min() == 0
    assert chosen.max() == 1_000


def test_indices_ascend_and_differ():
    chosen = decimate(np.random.default_rng(2).normal(size=9_999), 64, keep=(3, 3, 9_998))
    assert (np.diff(chosen) > 0).all()


def test_a_budget_too_small_for_one_bucket_is_refused():
    with pytest.raises(ValueError, match="at least 4, but got 3"):
        decimate(np.arange(10.0), 3)
