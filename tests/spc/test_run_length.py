"""Run lengths of charts of normal values against published tables."""

import json
import math

import numpy as np
import pytest

from spc.baseline import Baseline
from spc.errors import ChartError
from spc.ewma import ewma_chart
from spc.rules import rule_set
from spc.run_lengths.correlated import correlated_run_length
from spc.run_lengths.cusum import cusum_run_length
from spc.run_lengths.ewma import ewma_run_length
from spc.run_lengths.residual import residual_response, residual_run_length
from spc.run_lengths.survival import Survival, chain_survival

UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)


@pytest.fixture(scope="module")
def tables(shared_data):
    return json.loads((shared_data / "spc_cases" / "arl_tables.json").read_text())["expected"]


@pytest.mark.real_data
def test_ewma_run_lengths_are_those_of_lucas_and_saccucci(tables):
    table = tables["lucas_saccucci_T3"]
    for smoothing, width, printed in zip(
        table["lambda"], table["L"], table["published"], strict=True
    ):
        for shift, arl in zip(table["mu"], printed, strict=True):
            found = ewma_run_length(smoothing, width, shift=shift).arl
            # To the printed digits: three, or two decimals below 10.
            assert abs(found - arl) <= (0.5 if arl > 100 else 0.05 if arl > 10 else 0.005)


@pytest.mark.real_data
def test_ewma_and_cusum_run_lengths_of_the_sas_manual(tables):
    printed = tables["sas_qc"]
    found = ewma_run_length(0.25, 3.0, shift=1.0).arl
    assert found == pytest.approx(printed["ewma(.25,3,mu=1)"]["published"], abs=1e-9)
    one_sided = {"shift": 2.5, "two_sided": False}
    # The manual's own value is wrong from the eighth digit on: R's package spc is taken there.
    plain = cusum_run_length(0.25, 8.0, **one_sided).arl
    assert plain == pytest.approx(printed["cusum1(.25,8,2.5)"]["R_spc"], abs=1e-10)
    head = cusum_run_length(0.25, 8.0, head_start=0.1, **one_sided).arl
    assert head == pytest.approx(printed["cusum1 hs=.1"]["R_spc"], abs=1e-10)
    # SAS/QC manual 1999, two-sided.
    assert cusum_run_length(0.25, 8.0, shift=2.5).arl == pytest.approx(4.1500826715, abs=5e-6)


@pytest.mark.parametrize(
    ("smoothing", "printed"),
    [
        # Crowder (1987), Technometrics 29, table 1, L = 2, shifts 0, .25, .5 …; 3.95 at 1.25 is a
        # known misprint and left out.
        (0.5, {0: 26.45, 0.25: 20.12, 0.5: 11.89, 0.75: 7.29, 1: 4.91, 2: 1.94, 3: 1.26, 4: 1.05}),
        (
            0.05,
            {0: 127.53, 0.25: 43.94, 0.5: 18.97, 0.75: 11.64, 1: 8.38, 2: 4.04, 3: 2.76, 4: 2.15},
        ),
    ],
)
def test_ewma_run_lengths_are_those_of_crowder(smoothing, printed):
    for shift, arl in printed.items():
        # The last digit is cut in places, not rounded.
        assert ewma_run_length(smoothing, 2.0, shift=shift).arl == pytest.approx(arl, abs=0.0075)


def test_run_lengths_with_exact_limits_are_those_of_rhoads():
    # Rhoads, Montgomery and Mastrangelo (1996), Quality Engineering 9, table 1: λ = .03, L = 2.437.
    printed = {1.0: 6.5, 1.5: 3.3, 2.0: 2.2, 3.0: 1.3, 4.0: 1.1}
    for shift, arl in printed.items():
        found = ewma_run_length(0.03, 2.437, shift=shift, asymptotic=False).arl
        assert found == pytest.approx(arl, abs=0.07)


@pytest.mark.parametrize("asymptotic", [True, False])
def test_run_lengths_of_the_ewma_chart_itself_agree(asymptotic):
    random, lengths = np.random.default_rng(1), []
    for _ in range(600):
        values = random.normal(size=900)
        result = ewma_chart(values, UNIT, width=2.0, asymptotic=asymptotic)
        lengths.append(result.signals[0].index + 1 if result.signals else 900)
    expected = ewma_run_length(0.2, 2.0, asymptotic=asymptotic).arl
    assert abs(np.mean(lengths) - expected) < 3 * np.std(lengths) / math.sqrt(len(lengths))


@pytest.mark.parametrize(
    ("head_start", "printed"),
    [
        # Lucas and Crosier (1982), Technometrics 24, table 1: k = .5, h = 4, without and with h/2.
        (0.0, {0: 168, 0.25: 74.2, 0.5: 26.6, 0.75: 13.3, 1: 8.38, 2: 3.34, 3: 2.19}),
        (2.0, {0: 149, 0.25: 62.7, 0.5: 20.1, 0.75: 8.97, 1: 5.29, 2: 2.01, 3: 1.32}),
    ],
)
def test_two_sided_cusum_run_lengths_are_those_of_lucas_and_crosier(head_start, printed):
    for shift, arl in printed.items():
        found = cusum_run_length(0.5, 4.0, shift=shift, head_start=head_start).arl
        assert abs(found - arl) <= (0.55 if arl > 100 else 0.055 if arl > 10 else 0.0055)


def test_one_sided_cusum_run_lengths_are_those_of_vance():
    # Vance (1986), J. Quality Technology 18, table 1: k = 0, h = 10.
    printed = {
        -0.25: 2071.51, -0.125: 400.28, 0: 124.66, 0.125: 59.30, 0.25: 36.71, 0.5: 20.37, 1: 10.75,
    }  # fmt: skip
    for shift, arl in printed.items():
        found = cusum_run_length(0.0, 10.0, shift=shift, two_sided=False).arl
        assert found == pytest.approx(arl, rel=5e-5, abs=0.0051)


@pytest.mark.parametrize(
    ("shift", "arl"),
    # Montgomery, table 9.3: k = 1/2, h = 5; 139.49 is printed as 139.
    [(0.0, 465), (0.25, 139), (0.5, 38.0), (0.75, 17.0), (1.0, 10.4), (1.5, 5.75), (2.0, 4.01)],
)
def test_cusum_run_lengths_are_those_of_montgomery(shift, arl):
    assert cusum_run_length(0.5, 5.0, shift=shift).arl == pytest.approx(arl, rel=0.0036)


@pytest.mark.real_data
def test_limits_on_ar1_values_have_the_run_lengths_of_kramer_and_schmid(tables):
    table = tables["kramer_schmid_ar1"]
    for decay, printed, by_r in zip(
        table["alpha"], table["published"], table["R_spc"], strict=True
    ):
        found = correlated_run_length(-table["c"], table["c"], decay=decay).arl
        assert found == pytest.approx(by_r, abs=1e-4)
        assert found == pytest.approx(printed, abs=0.02)


def test_a_level_with_much_noise_and_one_without_agree_with_the_limits_between():
    # Share 0 is independence (370.4), share 1 is AR(1); in between lies in between.
    lengths = [
        correlated_run_length(-3.0, 3.0, share=share, decay=0.5).arl
        for share in (0.0, 0.3, 0.9, 0.98, 1.0)
    ]
    assert lengths[0] == pytest.approx(370.398, abs=1e-3)
    assert lengths == sorted(lengths)
    assert lengths[3] == pytest.approx(lengths[4], rel=0.01)


def test_a_geometric_run_length_has_the_mean_deviation_and_quantiles_of_textbooks():
    # Geometric with p = .0027: mean 1/p, deviation √(1 − p)/p, median ⌈ln .5 / ln(1 − p)⌉ = 257.
    law = Survival.geometric(0.0027)
    assert law.mean == pytest.approx(1 / 0.0027)
    assert law.deviation == pytest.approx(math.sqrt(1 - 0.0027) / 0.0027)
    assert law.quantile(0.5) == math.ceil(math.log(0.5) / math.log(1 - 0.0027))


def test_deviation_and_quantiles_of_a_chain_are_those_of_its_powers():
    matrix = np.array([[0.6, 0.3], [0.1, 0.8]])
    first = np.array([0.7, 0.2])
    law = chain_survival(first, lambda p: p @ matrix, before=np.ones(1))
    # P(N > n) summed by hand over 2,000 points.
    left, state = [1.0], first
    while len(left) < 2000:
        left.append(state.sum())
        state = state @ matrix
    left = np.array(left)
    mean = left.sum()
    square = ((2 * np.arange(left.size) + 1) * left).sum()
    assert law.mean == pytest.approx(mean, rel=1e-9)
    assert law.deviation == pytest.approx(math.sqrt(square - mean**2), rel=1e-9)
    for p in (0.05, 0.5, 0.95):
        assert law.quantile(p) == int(np.argmax(left <= 1 - p))


def test_steady_state_delays_of_a_cusum_agree_with_simulation():
    found = cusum_run_length(0.5, 5.0, shift=1.0, steady=True)
    random = np.random.default_rng(3)
    delays = []
    sums = np.zeros((2, 20_000))
    for point in range(400):
        z = random.normal(size=sums.shape[1]) + (point >= 60)
        sums = np.maximum(sums + np.array([z, -z]) - 0.5, 0)
        signal = (sums > 5).any(axis=0)
        if point >= 60:
            delays += [point - 59] * int(signal.sum())
        sums = sums[:, ~signal]
    error = np.std(delays) / math.sqrt(len(delays))
    # The two sums are taken as unrelated when the shift comes, which costs less than .1 %.
    assert abs(np.mean(delays) - found.arl) < 3 * error + 0.01


def test_a_residual_chart_keeps_only_one_minus_phi_of_a_shift():
    # Convention 12: after the first point (1 − φ) of the shift is left; innovations have √(1 − φ²).
    first, *rest = residual_response(1.0, 0.8)
    assert first == pytest.approx(1 / 0.6)
    assert rest[-1] == pytest.approx(0.2 / 0.6, abs=1e-9)
    limits = rule_set("beyond-limits")
    assert residual_run_length(limits, share=1.0, decay=0.8).arl == pytest.approx(370.398, abs=1e-3)
    # A level chart of independent values would see the same shift after 43.9 points.
    assert residual_run_length(limits, share=1.0, decay=0.8, shift=1.0).arl > 150


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ewma_run_length(0.0, 3.0), r"smoothing \(lambda\) must be in \(0, 1\]"),
        (lambda: ewma_run_length(0.2, -1.0), r"width \(L\) must be finite and above 0"),
        (lambda: ewma_run_length(0.2, 3.0, scale=0.0), "scale must be above 0"),
        (lambda: cusum_run_length(-0.5, 5.0), r"slack \(k\) must be at least 0"),
        (lambda: cusum_run_length(0.5, 0.0), r"decision \(h\) must be finite and above 0"),
        (lambda: cusum_run_length(0.5, 5.0, head_start=5.0), r"head_start must be in \[0, 5\)"),
        (lambda: cusum_run_length(0.5, 5.0, scale=-1.0), "scale must be above 0"),
        (lambda: correlated_run_length(3.0, -3.0, decay=0.5), "must lie below the upper one"),
        (lambda: correlated_run_length(-3.0, 3.0, share=2.0, decay=0.5), "share must be in"),
        (lambda: ewma_run_length(0.2, 30.0), "this chart never signals"),
        (
            lambda: residual_run_length(rule_set("nelson")[:1], share=1.0, decay=-0.5),
            r"decay in \[0, 1\)",
        ),
    ],
)
def test_impossible_charts_have_no_run_length(call, message):
    with pytest.raises(ChartError, match=message):
        call()
