"""Where the limits of a chart come from, as lines that a person reads."""

from collections.abc import Mapping
from typing import Any

from spc.result import ChartResult

# In this order; what a phase has beyond them is told after them.
_NAMES: Mapping[str, str] = {
    "method": "method",
    "points": "points used",
    "estimator": "estimator of sigma",
    "center": "centre",
    "sigma": "sigma",
    "sigma_between": "sigma between subgroups",
    "sigma_within": "sigma within subgroups",
    "sigma_total": "sigma in all",
    "sigma_z": "sigma of z",
    "degrees_of_freedom": "degrees of freedom",
    "law": "law",
    "parameters": "its parameters",
    "model": "model",
    "kept_of_shift": "share of a shift left in the residuals",
    "smoothing": "λ",
    "width": "L",
    "span": "span",
    "slack": "k",
    "decision": "h",
    "head_start": "first value of the sums",
    "sides": "sides",
    "detect": "mean to find",
    "arl": "run length in control",
    "limit": "limit",
    "probability": "probability of a false alarm at a point",
    "mean": "means",
    "parts": "part types",
}


def provenance(result: ChartResult) -> list[tuple[str, str]]:
    """Return what the phase of `result` says, as pairs of a name and a text."""
    phase = result.phase
    rows = [("rules", result.rules)]
    if {"first", "last"} <= phase.keys():
        words = f"points {phase['first']} to {phase['last']}"
        rows.append(("baseline", words + (", provisional" if phase.get("provisional") else "")))
    rows += [
        (name, _text(phase[key]))
        for key, name in _NAMES.items()
        if phase.get(key) not in (None, [], {})
    ]
    stages = phase.get("stages")
    if isinstance(stages, list):
        rows += [(f"stage {stage['stage']}", _stage(stage)) for stage in stages]
    grouping = phase.get("subgrouping")
    if isinstance(grouping, Mapping):
        rows.append(("subgroups", _grouping(grouping)))
    return rows


def steps(result: ChartResult) -> list[tuple[str, str, str, str, str]]:
    """Return the steps by which points were left out: who, why, and the limits that came of it."""
    told = result.phase.get("steps")
    if not isinstance(told, list):
        return []
    return [
        (
            ", ".join(str(each["index"]) for each in step["excluded"]) or "none",
            "; ".join(dict.fromkeys(each["reason"] for each in step["excluded"])),
            _text(step["lcl"]),
            _text(step["center"]),
            _text(step["ucl"]),
        )
        for step in told
    ]


def _stage(phase: Mapping[str, Any]) -> str:
    told = [f"points {phase['first']} to {phase['last']}"]
    told += [f"{_NAMES[key]} {_text(phase[key])}" for key in ("center", "sigma") if phase.get(key)]
    return ", ".join(told)


def _grouping(grouping: Mapping[str, Any]) -> str:
    words = f"{len(grouping['members'])} subgroups by {grouping['method']}"
    left_out = grouping.get("left_out")
    return f"{words}; values {left_out[0]} to {left_out[1]} left out" if left_out else words


def _text(value: object) -> str:
    """Return a value of a phase in words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_text(each) for each in value)
    return str(value)
