"""What a capability study reports."""

from dataclasses import dataclass

from spc.capability.interval import NOTHING, Estimate
from spc.capability.specification import Specification
from spc.result import JsonDict


@dataclass(frozen=True, slots=True)
class Capability:
    """Capability of one metric.

    Attributes
    ----------
    method : such as "normal", "two-part".
    estimator : of sigma within ("rbar", "mr", …); else the law that was fitted.
    n : values, or counts, that are not missing.
    cp, cpk, cpl, cpu, cpm : by sigma within; Cpk is the smaller of Cpl and Cpu.
    pp, ppk, ppl, ppu, cpm_overall : by the overall sigma, or by the law's percentiles.
    ppm : parts per million expected beyond the limits.
    equivalent_ppk : Ppk of a normal process with the same share beyond the worse limit.
    observed_ppm : parts per million of the sample itself beyond the limits.
    mean, sigma_within, sigma_overall, freedom_within, freedom_overall : None where without sense.
    effective_n : independent values that the sample is worth; n where it looks independent.
    ppk_correlated : Ppk with the interval that counts the correlation; empty for independence.
    parameters : of the law or transformation, by name.
    intervals : (index, name of its interval).
    notes : what a reader should know, as sentences.
    confidence : of every interval.

    """

    method: str
    estimator: str
    n: int
    specification: Specification
    cp: Estimate = NOTHING
    cpk: Estimate = NOTHING
    cpl: Estimate = NOTHING
    cpu: Estimate = NOTHING
    cpm: Estimate = NOTHING
    pp: Estimate = NOTHING
    ppk: Estimate = NOTHING
    ppl: Estimate = NOTHING
    ppu: Estimate = NOTHING
    cpm_overall: Estimate = NOTHING
    ppm: Estimate = NOTHING
    equivalent_ppk: Estimate = NOTHING
    observed_ppm: float | None = None
    mean: float | None = None
    sigma_within: float | None = None
    sigma_overall: float | None = None
    freedom_within: float | None = None
    freedom_overall: float | None = None
    effective_n: float | None = None
    ppk_correlated: Estimate = NOTHING
    parameters: tuple[tuple[str, float], ...] = ()
    intervals: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    confidence: float = 0.95

    def indices(self) -> tuple[tuple[str, Estimate], ...]:
        """Return every index by name, stated or not, in the order of reports."""
        return (
            ("cp", self.cp),
            ("cpk", self.cpk),
            ("pp", self.pp),
            ("ppk", self.ppk),
            ("cpm", self.cpm),
            ("cpl", self.cpl),
            ("cpu", self.cpu),
            ("ppl", self.ppl),
            ("ppu", self.ppu),
            ("cpm_overall", self.cpm_overall),
        )

    def to_dict(self) -> JsonDict:
        """Return what `blemish capability --json` prints; what is not stated is None."""
        return {
            **{name: estimate.to_dict() for name, estimate in self.indices()},
            "estimator": self.estimator,
            "ppm": self.ppm.value,
            "equivalent_ppk": self.equivalent_ppk.value,
            "ppm_interval": _bounds(self.ppm),
            "equivalent_ppk_interval": _bounds(self.equivalent_ppk),
            "observed_ppm": self.observed_ppm,
            "method": self.method,
            "n": self.n,
            "effective_n": self.effective_n,
            "ppk_correlated": self.ppk_correlated.to_dict(),
            "mean": self.mean,
            "sigma": {"within": self.sigma_within, "overall": self.sigma_overall},
            "degrees_of_freedom": {"within": self.freedom_within, "overall": self.freedom_overall},
            "specification": {
                "lsl": self.specification.lower,
                "usl": self.specification.upper,
                "target": self.specification.target,
            },
            "parameters": dict(self.parameters),
            "confidence": self.confidence,
            "intervals": dict(self.intervals),
            "notes": list(self.notes),
        }


def _bounds(estimate: Estimate) -> dict[str, float | None]:
    return {"low": estimate.low, "high": estimate.high}
