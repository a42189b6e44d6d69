"""Chart kinds of several variables: Hotelling T² and MEWMA."""

from dataclasses import replace

import numpy as np

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.false_alarms import Draw
from spc.mewma import DEFAULT_ARL, DEFAULT_SMOOTHING, mewma_chart
from spc.multivariate import MultiBaseline
from spc.options import ChartOptions
from spc.result import ChartResult
from spc.t2 import DEFAULT_PROBABILITY, t2_chart
from spc.task import Task


def evaluate_t2(task: Task) -> ChartResult:
    """Hotelling T² of single points or subgroups."""
    task.options.refuse_others("t2", "probability")
    probability = task.options.probability
    probability = DEFAULT_PROBABILITY if probability is None else probability
    baseline = _learnt(task.base, task.names)
    result = t2_chart(
        task.points,
        baseline,
        names=task.names,
        taught=task.taught,
        probability=probability,
        rules=task.rules,
    )
    return replace(result, phase=baseline.to_dict(task.names) | {"probability": probability})


def evaluate_mewma(task: Task) -> ChartResult:
    """MEWMA; λ = .1 and a run length of 370 by default."""
    options = task.options
    options.refuse_others("mewma", "center", "smoothing", "decision", "arl")
    if options.decision is not None and options.arl is not None:
        raise ChartError("give the limit (h) or the run length (arl) that it is to have, not both")
    baseline = _learnt(task.base, task.names)
    if options.center is not None:
        baseline = replace(baseline, mean=np.full(len(task.names), options.center))
    smoothing = DEFAULT_SMOOTHING if options.smoothing is None else options.smoothing
    arl = DEFAULT_ARL if options.arl is None else options.arl
    result = mewma_chart(
        task.points,
        baseline,
        names=task.names,
        smoothing=smoothing,
        limit=options.decision,
        arl=arl,
        rules=task.rules,
    )
    settings = {"smoothing": smoothing, "limit": float(result.panels[0].ucl[0])}
    if options.decision is None:
        settings["arl"] = arl
    return replace(result, phase=baseline.to_dict(task.names) | settings)


def points_in_control(base: FloatArray, _options: ChartOptions) -> Draw:
    """Draw normal points (or subgroups of the usual size) with the baseline's mean and covariance."""
    names = tuple(str(number) for number in range(base.shape[-1]))
    learnt = _learnt(base, names)
    root = np.linalg.cholesky(learnt.covariance)
    shape = base.shape[1:]

    def draw(random: np.random.Generator, n: int) -> FloatArray:
        drawn: FloatArray = learnt.mean + random.normal(size=(n, *shape)) @ root.T
        return drawn

    return draw


def _learnt(base: FloatArray, names: tuple[str, ...]) -> MultiBaseline:
    if base.ndim == 3:
        return MultiBaseline.of_groups(base, names)
    return MultiBaseline.of_points(base, names)
