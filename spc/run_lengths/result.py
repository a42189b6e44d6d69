"""What is known of a run length."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from spc.arrays import IntArray
from spc.errors import ChartError
from spc.result import JsonDict
from spc.run_lengths.survival import Survival

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class RunLength:
    """Law of the number of points until a chart signals, the signalling point included.

    Attributes
    ----------
    arl : average run length.
    sdrl : standard deviation of the run length.
    quantiles : (probability, points) pairs: the chart signals within so many points with at least
        that probability.
    standard_error : of `arl`, where it was simulated; None where it is exact.
    method : how it was found, in words.

    """

    arl: float
    sdrl: float
    quantiles: tuple[tuple[float, int], ...]
    standard_error: float | None
    method: str

    @property
    def median(self) -> int:
        """Points within which half of the runs signal."""
        return dict(self.quantiles)[0.5]

    @property
    def episodes_per_1000(self) -> float:
        """Alarm starts per 1000 points, 1000 / ARL: not the share of flagged points."""
        return 1000 / self.arl

    @classmethod
    def of_survival(cls, survival: Survival, method: str) -> Self:
        """Return mean, deviation and quantiles of an exact law.

        Raises
        ------
        ChartError
            The chart never signals.

        """
        if survival.is_endless:
            raise ChartError(
                "this chart never signals: its run length is infinite; set narrower limits"
            )
        quantiles = tuple((p, survival.quantile(p)) for p in PROBABILITIES)
        return cls(survival.mean, survival.deviation, quantiles, None, method)

    @classmethod
    def of_sample(cls, lengths: IntArray, method: str, *, censored: int = 0) -> Self:
        """Return mean, deviation and quantiles of simulated runs.

        Parameters
        ----------
        lengths : shape (n,), points until the signal, or until the simulation ended.
        censored : how many of the longest had no signal. Their rest is taken as geometric with the
            rate of all, which then gives mean and deviation, as charts forget how they started.

        Raises
        ------
        ChartError
            No run had a signal.

        """
        signalled = lengths.size - censored
        if signalled == 0:
            raise ChartError(
                f"no signal in {int(lengths.sum())} simulated points; set narrower limits"
            )
        arl = float(lengths.sum() / signalled)
        sdrl = float(lengths.std(ddof=1)) if censored == 0 else arl
        known = np.sort(lengths)
        quantiles = []
        for p in PROBABILITIES:
            rank = math.ceil(p * lengths.size)
            within = rank <= signalled
            points = int(known[rank - 1]) if within else math.ceil(-arl * math.log1p(-p))
            quantiles.append((p, points))
        note = f"{method}, {censored} runs cut" if censored else method
        return cls(arl, sdrl, tuple(quantiles), sdrl / math.sqrt(signalled), note)

    def to_dict(self) -> JsonDict:
        """Return a JSON-safe dictionary."""
        return {
            "arl": self.arl,
            "sdrl": self.sdrl,
            "quantiles": {str(p): points for p, points in self.quantiles},
            "standard_error": self.standard_error,
            "method": self.method,
        }
