"""What one evaluation of a chart needs: the points that teach its limits, and those it judges."""

from collections.abc import Callable
from dataclasses import dataclass, field

from spc.arrays import BoolArray, FloatArray
from spc.options import ChartOptions
from spc.result import ChartResult


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Points to evaluate, and the baseline that gives their limits.

    Attributes
    ----------
    base : points of the baseline, excluded ones missing; the first axis counts them.
    points : points to evaluate.
    rules : name of a rule set, or rules in short form.
    options : what the user sets.
    taught : shape (n,)
        Which of `points` have taught the limits. Charts whose limits differ between phase I and
        phase II need it; None where the points are new.
    names : of the variables of a multivariate chart, or of the part types of a z chart.
    times : shape (points of the baseline,), seconds, rising; None where they are not known.

    """

    base: FloatArray
    points: FloatArray
    rules: str = "nelson"
    options: ChartOptions = field(default_factory=ChartOptions)
    taught: BoolArray | None = None
    names: tuple[str, ...] = ()
    times: FloatArray | None = None


Evaluate = Callable[[Task], ChartResult]
