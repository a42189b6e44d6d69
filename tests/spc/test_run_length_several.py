"""Run lengths of T² and MEWMA charts against published tables."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from spc.errors import ChartError
from spc.run_lengths.mewma import mewma_run_length, t2_run_length
from spc.run_lengths.mewma_chain import mewma_chain_run_length


@pytest.fixture(scope="module")
def molnau(shared_data):
    text = (shared_data / "spc_cases" / "arl_tables.json").read_text()
    return json.loads(text)["expected"]["molnau_mewma"]


@pytest.mark.real_data
def test_the_chain_of_25_rings_has_the_run_lengths_of_molnau(molnau):
    smoothing, limit, dimensions = molnau["r"], molnau["H4"], molnau["p"]
    for distance, arl in zip(molnau["delta"][1:], molnau["published"][1:], strict=True):
        found = mewma_chain_run_length(smoothing, limit, dimensions, distance=distance)
        # Two printed decimals; the slowest one differs by .03.
        assert found.arl == pytest.approx(arl, abs=0.0051 if distance >= 1 else 0.03)
    in_control = mewma_chain_run_length(smoothing, limit, dimensions, rings=50).arl
    assert in_control == pytest.approx(molnau["published"][0], rel=2.5e-3)


@pytest.mark.parametrize(
    ("distance", "printed"),
    # Molnau et al. (2001), p = 4, r = .1, h4 = 12.73.
    [(0.0, 199.78), (0.5, 35.05), (1.0, 12.17), (1.5, 7.22), (2.0, 5.19), (3.0, 3.42)],
)
def test_four_variables_have_the_published_run_lengths(distance, printed):
    exact = mewma_run_length(0.1, 12.73, 4, distance=distance).arl
    assert exact == pytest.approx(printed, rel=4e-3)
    chain = mewma_chain_run_length(
        0.1, 12.73, 4, distance=distance, rings=50 if not distance else 25
    )
    assert chain.arl == pytest.approx(printed, rel=6e-4)


@pytest.mark.real_data
def test_the_exact_run_lengths_of_twenty_variables_are_near_the_published_chain(molnau):
    for distance, arl in zip(molnau["delta"], molnau["published"], strict=True):
        found = mewma_run_length(molnau["r"], molnau["H4"], molnau["p"], distance=distance).arl
        # The published chain of 25 rings is up to 2.1 % short of its limit.
        assert found == pytest.approx(arl, rel=0.022)


def test_finer_chains_come_to_the_exact_run_length():
    exact = mewma_run_length(0.1, 37.01, 20).arl
    coarse, fine = (mewma_chain_run_length(0.1, 37.01, 20, rings=m).arl for m in (100, 200))
    # The error falls with the square of the width.
    assert fine + (fine - coarse) / 3 == pytest.approx(exact, rel=2e-4)


def test_the_exact_run_length_of_twenty_variables_agrees_with_simulation():
    random = np.random.default_rng(7)
    z, lengths, point = np.zeros((1500, 20)), [], 0
    limit = 37.01 * 0.1 / 1.9
    while len(z):
        point += 1
        x = random.normal(size=z.shape)
        x[:, 0] += 0.5
        z = 0.9 * z + 0.1 * x
        signal = (z**2).sum(axis=1) > limit
        lengths += [point] * int(signal.sum())
        z = z[~signal]
    exact = mewma_run_length(0.1, 37.01, 20, distance=0.5).arl
    assert abs(np.mean(lengths) - exact) < 3 * np.std(lengths) / math.sqrt(len(lengths))


def test_no_memory_is_hotellings_chart():
    assert mewma_run_length(1.0, 10.6, 3).arl == t2_run_length(10.6, 3).arl
    # scipy's noncentral law in place of ours.
    expected = 1 / stats.ncx2(3, 4.0).sf(10.6)
    assert t2_run_length(10.6, 3, distance=2.0).arl == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: t2_run_length(0.0, 2), "limit must be above 0"),
        (lambda: mewma_run_length(0.0, 8.0, 2), r"smoothing \(lambda\) must be in"),
        (lambda: mewma_run_length(0.1, 8.0, 1), "at least 2 values per point; use ewma"),
    ],
)
def test_impossible_charts_have_no_run_length(call, message):
    with pytest.raises(ChartError, match=message):
        call()
