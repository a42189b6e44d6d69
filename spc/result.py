"""What an evaluated chart is: panels of plotted points with their limits, and signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from spc.arrays import FloatArray, constant

JsonDict = dict[str, object]
Contributions = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One plotted statistic with its centre line and limits.

    Attributes
    ----------
    name : such as "individuals", "moving-range", "running-average".
    value, center, lcl, ucl : shape (n,)
        One entry per point of the series; NaN where there is no value or no limit.

    """

    name: str
    value: FloatArray
    center: FloatArray
    lcl: FloatArray
    ucl: FloatArray

    @classmethod
    def of_levels(
        cls, name: str, value: FloatArray, center: float, lcl: float | None, ucl: float | None
    ) -> Self:
        """Make a panel whose centre and limits are the same for every point; None is no limit."""
        n = value.size
        low, high = (np.nan if limit is None else limit for limit in (lcl, ucl))
        return cls(name, value, constant(center, n), constant(low, n), constant(high, n))

    def to_dict(self) -> JsonDict:
        """Return JSON-safe lists; missing entries are None."""
        return {
            "name": self.name,
            "value": _listed(self.value),
            "center": _listed(self.center),
            "lcl": _listed(self.lcl),
            "ucl": _listed(self.ucl),
        }


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that was broken at its completing point.

    Attributes
    ----------
    index : of the completing point, from 0.
    panel : name of the panel.
    rule : id such as "nelson-5"; `spc.rules.rule_in_words` explains it.
    run : first and last index of the points that led to it, both included; last is `index`.

    """

    index: int
    panel: str
    rule: str
    run: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ChartResult:
    """An evaluated chart.

    Attributes
    ----------
    chart : kind, such as "imr".
    rules : name of the rule set.
    estimator : how sigma was estimated, None where a law gives the limits.
    center, sigma : of the first panel; sigma is None where a law gives the limits.
    panels : one per plotted statistic.
    signals : ordered by completing point.
    flagged_points_per_1000, episodes_per_1000 : expected false alarms in control, the error of
        estimating the limits included; None where not computed.
    phase : where the limits come from, JSON-safe.
    advice : what an engineer should know about the choice of chart, None without.
    contributions : shape (n,) by name of the variable: its share in the first panel's statistic;
        only multivariate charts have any.

    """

    chart: str
    rules: str
    estimator: str | None
    center: float
    sigma: float | None
    panels: tuple[Panel, ...]
    signals: tuple[Signal, ...]
    flagged_points_per_1000: float | None = None
    episodes_per_1000: float | None = None
    phase: JsonDict = field(default_factory=dict)
    advice: str | None = None
    contributions: Contributions = field(default_factory=dict)

    def to_dict(self) -> JsonDict:
        """Return what `blemish chart --json` prints: indexes count from 1, missing is None."""
        report: JsonDict = {
            "chart": self.chart,
            "rules": self.rules,
            "estimator": self.estimator,
            "center": _number(self.center),
            "sigma": _number(self.sigma),
            "phase": self.phase,
            "panels": [panel.to_dict() for panel in self.panels],
            "signals": [
                {
                    "index": signal.index + 1,
                    "panel": signal.panel,
                    "rule": signal.rule,
                    "run": [signal.run[0] + 1, signal.run[1] + 1],
                }
                for signal in self.signals
            ],
            "flagged_points_per_1000": _number(self.flagged_points_per_1000),
            "episodes_per_1000": _number(self.episodes_per_1000),
            "advice": self.advice,
        }
        if self.contributions:
            report["contributions"] = {
                name: _listed(values) for name, values in self.contributions.items()
            }
        return report


def _listed(array: FloatArray) -> list[float | None]:
    return [
        None if missing else value
        for value, missing in zip(array.tolist(), np.isnan(array).tolist(), strict=True)
    ]


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)
