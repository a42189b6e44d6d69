"""Stages: parts of a series with limits of their own, drawn as one chart."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from spc.arrays import IntArray
from spc.errors import ValuesError
from spc.result import ChartResult, Panel, Signal
from spc.subgrouping import Labels, Membership


def stage_starts(stage: Labels, n: int, members: Membership | None) -> tuple[IntArray, list[str]]:
    """Return the index of the first point of each stage, and the labels of the stages.

    Parameters
    ----------
    stage : shape (values,), neighbours with equal labels form a stage
    n : number of points
    members : which values form which point; None where each value is one

    Raises
    ------
    ValuesError
        Not one label a value, or a subgroup with values of two stages.

    Examples
    --------
    >>> stage_starts(["before", "before", "after"], 3, None)
    (array([0, 2]), ['before', 'after'])

    """
    labels = np.asarray(stage).astype(np.str_)
    values = n if members is None else members.n
    if labels.shape != (values,):
        raise ValuesError(f"{values} values, but {labels.size} stage labels; one each")
    if members is not None:
        firsts = labels[members.starts]
        mixed = np.flatnonzero(labels[: members.end] != firsts[members.group[: members.end]])
        if mixed.size:
            raise ValuesError(
                f"values[{mixed[0]}] belongs to stage '{labels[mixed[0]]}', but its subgroup began in "
                "another; let stages begin with a subgroup"
            )
        labels = firsts
    starts = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
    return starts, labels[starts].tolist()


def joined(results: Sequence[ChartResult], starts: IntArray, labels: Sequence[str]) -> ChartResult:
    """Join the charts of the stages: limits change from stage to stage, and no run reaches across.

    Centre, sigma and figures are those of the last stage; `phase["stages"]` has the phase of each.
    """
    last = results[-1]
    offsets = starts.tolist()
    panels = tuple(
        Panel(
            parts[0].name,
            *(
                np.concatenate([getattr(part, line) for part in parts])
                for line in ("value", "center", "lcl", "ucl")
            ),
        )
        for parts in zip(*(result.panels for result in results), strict=True)
    )
    signals = tuple(
        Signal(
            signal.index + offset,
            signal.panel,
            signal.rule,
            (signal.run[0] + offset, signal.run[1] + offset),
        )
        for result, offset in zip(results, offsets, strict=True)
        for signal in result.signals
    )
    stages = [
        {"stage": label, **result.phase} for label, result in zip(labels, results, strict=True)
    ]
    return replace(
        last,
        panels=panels,
        signals=signals,
        phase=last.phase | {"stages": stages},
        contributions={
            name: np.concatenate([result.contributions[name] for result in results])
            for name in last.contributions
        },
    )
