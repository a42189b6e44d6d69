"""What a model in shadow would change, as a report: stored, printed, and approved by a person."""

from dataclasses import asdict, dataclass
from typing import Any

from jobs.upkeep.reprocess_bias import StreamBias
from jobs.upkeep.reprocess_limits import ShadowLimits
from jobs.upkeep.reprocess_measuring import Left

LEFT_LISTED = 100


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """One model on the baseline parts of a site.

    Attributes
    ----------
    measured : int
        Passes measured by this call; the others had been measured before.
    left : tuple of Left
        Passes that could not be measured by this model.

    """

    model_id: str
    name: str
    measured: int
    streams: tuple[StreamBias, ...]
    limits: tuple[ShadowLimits, ...]
    left: tuple[Left, ...]

    @property
    def parts(self) -> int:
        """Passes that are compared."""
        return sum(each.parts for each in self.streams)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for `--json` and for the journal."""
        return {
            "model_id": self.model_id,
            "name": self.name,
            "parts": self.parts,
            "measured_now": self.measured,
            "streams": [_stream(each) for each in self.streams],
            "limits": [_limits(each) for each in self.limits],
            "left": len(self.left),
            "left_listed": [asdict(each) for each in self.left[:LEFT_LISTED]],
        }


def _stream(bias: StreamBias) -> dict[str, Any]:
    return {
        "stream": bias.stream.key,
        "models_before": list(bias.models_before),
        "parts": bias.parts,
        "metrics": [asdict(each) for each in bias.metrics],
        "verdicts": {**asdict(bias.verdicts), "share": bias.verdicts.share},
    }


def _limits(each: ShadowLimits) -> dict[str, Any]:
    new = each.phase
    old = each.before.phase
    return {
        "characteristic": each.characteristic_id,
        "phase_before": each.before.phase_id,
        "refusal": each.refusal,
        "before": {name: old.get(name) for name in ("center", "lcl", "ucl", "n")},
        "proposed": None
        if new is None
        else {
            "center": new.center,
            "lcl": new.lcl,
            "ucl": new.ucl,
            "n": new.n,
            "chart": new.chart,
            "provisional": new.provisional,
        },
    }
