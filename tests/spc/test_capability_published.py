"""Capability cases of the literature, read from the reference folder beside the repository."""

import json

import numpy as np
import pytest

from spc.capability.capability import capability
from spc.capability.specification import Specification

pytestmark = pytest.mark.real_data


@pytest.fixture
def case(shared_data):
    def read(name):
        return json.loads((shared_data / "spc_cases" / f"{name}.json").read_text())

    return read


def test_michelson_values_have_the_certified_mean_sigma_and_pp(case):
    example = case("capability_nist_michelso")
    found = capability(example["data"], Specification(299.6, 300.1))
    tolerance = example["tolerance"]["*"]
    assert found.mean == pytest.approx(example["expected"]["mean"], abs=tolerance)
    assert found.sigma_overall == pytest.approx(example["expected"]["sigma_overall"], abs=tolerance)
    assert found.pp.value == pytest.approx(example["expected"]["pp"], abs=tolerance)
    # NIST certifies a lag-1 autocorrelation of .535; (1 − r) / (1 + r) of 100 values are 30.
    assert found.effective_n < 60


def test_indices_of_the_nist_handbook(case):
    example = case("nist_capability")
    given = example["data"]
    z = np.linspace(-1, 1, 100)
    values = given["mean"] + given["s"] * z / z.std(ddof=1)
    found = capability(values, Specification(given["lsl"], given["usl"]))
    for key, estimate in (
        ("pp", found.pp),
        ("ppk", found.ppk),
        ("cpl", found.ppl),
        ("cpu", found.ppu),
    ):
        # NIST calls those of the overall sigma Cpl and Cpu.
        assert estimate.value == pytest.approx(example["expected"][key], abs=1e-4), key


def test_indices_of_qcc(case):
    example = case("qcc_capability_indices")
    limits = example["parameters"]
    groups = np.array(example["data"])
    found = capability(
        groups.ravel(),
        Specification(limits["lsl"], limits["usl"], limits["target"]),
        subgroup=np.repeat(np.arange(3), 4),
    )
    # Its intervals have N − 1 degrees of freedom and are not expected here.
    for key in ("cp", "cpk", "pp", "ppk", "cpm"):
        value = dict(found.indices())[key].value
        assert value == pytest.approx(example["expected"][key], abs=example["tolerance"]["*"]), key
