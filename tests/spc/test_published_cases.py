"""Worked examples of the literature, read from the reference folder beside the repository."""

import json

import numpy as np
import pytest

from spc.chart import chart
from spc.options import ChartOptions

pytestmark = pytest.mark.real_data


@pytest.fixture
def case(shared_data):
    def read(name):
        return json.loads((shared_data / "spc_cases" / f"{name}.json").read_text())

    return read


def tolerance(case, key):
    return case["tolerance"].get(key, case["tolerance"]["*"])


def flagged(result, panel):
    name = result.panels[panel].name
    return sorted({s.index + 1 for s in result.signals if s.panel == name})


@pytest.mark.parametrize(
    "name", ["nist_imr_flowrate", "wheeler_emp15_xmr", "montgomery_6_5_imr_phase1_frozen"]
)
def test_individuals_and_moving_range(case, name):
    example = case(name)
    last = example["parameters"].get("freeze", len(example["data"]))
    result = chart(example["data"], kind="imr", baseline=(1, last), figures=False)
    individuals, ranges = result.panels
    found = {
        "center": result.center,
        "ucl": individuals.ucl[0],
        "lcl": individuals.lcl[0],
        "mr_center": ranges.center[0],
        "mr_ucl": ranges.ucl[0],
    }
    for key, value in found.items():
        assert abs(value - example["expected"][key]) <= tolerance(example, key), key


def test_phase_two_of_montgomery_6_5_signals_at_the_last_two_loans(case):
    example = case("montgomery_6_5_imr_phase1_frozen")
    result = chart(
        example["data"], kind="imr", rules="beyond-limits", baseline=(1, 20), figures=False
    )
    assert [i for i in flagged(result, 0) if i > 20] == example["expected"]["signals_beyond"]


@pytest.mark.parametrize("name", ["nist_c_chart_wafers", "montgomery_7_3_circuit_c_revised"])
def test_counts(case, name):
    example = case(name)
    # The wafers are given by their total only, as 25 equal counts: the mean is then given.
    constant = len(set(example["data"])) == 1
    options = ChartOptions(center=example["expected"]["center"]) if constant else None
    panel = chart(example["data"], kind="c", options=options, figures=False).panels[0]
    for key in ("center", "lcl", "ucl"):
        expected = example["expected"][key]
        assert getattr(panel, key)[-1] == pytest.approx(expected, abs=tolerance(example, key))


def test_ewma_of_montgomery_9_2(case):
    example = case("montgomery_9_2_ewma")
    options = ChartOptions(center=10.0, sigma=1.0, smoothing=0.1, width=2.7)
    result = chart(example["data"], kind="ewma", options=options, figures=False)
    panel = result.panels[0]
    # Montgomery, table 9.10: z1 = 9.945 and limits 9.73 and 10.27 at the first point.
    assert panel.value[0] == pytest.approx(9.945, abs=1e-9)
    assert (panel.lcl[0], panel.ucl[0]) == pytest.approx((9.73, 10.27), abs=1e-9)
    assert flagged(result, 0) == example["expected"]["signals"]


def test_sigma_does_not_depend_on_the_type_of_the_numbers(case):
    example = case("wheeler_emp15_xmr")
    whole, decimal = (
        chart(np.array(example["data"], dtype=kind), kind="imr", figures=False).sigma
        for kind in (int, float)
    )
    assert whole == decimal


@pytest.mark.parametrize(
    ("name", "kind", "second"),
    [
        ("montgomery_6_3_xbar_s", "xbar-s", ("s_center", "s_ucl")),
        ("qcc_pistonrings_xbar_r", "xbar-r", ("r_center", "r_ucl")),
    ],
)
def test_means_of_subgroups(case, name, kind, second):
    example = case(name)
    groups = np.array(example["data"])
    result = chart(groups.ravel(), kind=kind, size=groups.shape[1], figures=False)
    means, spread = result.panels
    found = {
        "center": means.center[0],
        "lcl": means.lcl[0],
        "ucl": means.ucl[0],
        second[0]: spread.center[0],
        second[1]: spread.ucl[0],
    }
    for key, value in found.items():
        assert abs(value - example["expected"][key]) <= tolerance(example, key), key


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("montgomery_7_1_orangejuice_p_trial", "p"),
        ("wheeler_264_p", "p"),
        ("laney_p_hand", "laney-p"),
        ("montgomery_7_4_u_supply_chain", "u"),
        ("montgomery_pcmanufact_u", "u"),
        ("montgomery_7_5_dyedcloth_u", "u"),
    ],
)
def test_counts_with_opportunities(case, name, kind):
    example = case(name)
    result = chart(
        example["data"]["D"],
        kind=kind,
        opportunities=example["data"]["n"],
        rules="beyond-limits",
        figures=False,
    )
    panel = result.panels[0]
    # Where opportunities vary, the limits in the cases are those of the first point.
    for key in ("center", "lcl", "ucl"):
        expected = example["expected"][key]
        assert getattr(panel, key)[0] == pytest.approx(expected, abs=tolerance(example, key)), key
    if "signals" in example["expected"]:
        assert flagged(result, 0) == example["expected"]["signals"]
    if "ucl_list" in example["expected"]:
        assert panel.ucl == pytest.approx(example["expected"]["ucl_list"], abs=1e-6)


def test_cusum_of_montgomery_9_1(case):
    example = case("montgomery_9_1_cusum")
    options = ChartOptions(center=10.0, sigma=1.0, slack=0.5, decision=5.0)
    result = chart(example["data"], kind="cusum", options=options, figures=False)
    assert result.signals[0].index + 1 == example["expected"]["first_signal"]
    high = result.panels[0].value
    assert high[28:30] == pytest.approx(
        [example["expected"]["c29"], example["expected"]["c30"]], abs=0.005
    )
    # Montgomery: the sum has been above 0 for seven periods, so the shift came between 22 and 23.
    assert result.signals[0].run[0] + 1 == 23
