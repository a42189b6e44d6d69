"""The chart kinds by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from spc import count_kinds, group_kinds, several_kinds, single_kinds
from spc.advising.combined_kind import evaluate_combined, evaluate_combined_rates
from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.false_alarms import Draw
from spc.layout import Layout
from spc.options import ChartOptions, one_of
from spc.result import ChartResult
from spc.task import Evaluate, Task

InControl = Callable[[FloatArray, ChartOptions], Draw]


@dataclass(frozen=True, slots=True)
class ChartKind:
    """One chart kind.

    Attributes
    ----------
    evaluate : learns limits and evaluates points.
    in_control : how points like those of the baseline are drawn, to replay false alarms; None for
        charts that judge a whole series or bring their figures with them.
    layout : what one point is made of.
    panels : the panels whose flags count as false alarms, None for all. Moving ranges, ranges and
        standard deviations are left out, as the published figures for the rules do.
    remembers : whether a point carries those before it, so that one outside is not itself to blame.
    advised : whether `spc.advice` knows what values the chart suits.

    """

    evaluate: Evaluate
    in_control: InControl | None
    layout: Layout = Layout.SINGLE
    panels: frozenset[str] | None = None
    remembers: bool = False
    advised: bool = False


def _by_law(measured: Evaluate, counted: Evaluate, task: Task) -> ChartResult:
    """EWMA and CUSUM have one form for measurements and one for counts."""
    law = one_of("law", task.options.law, ("normal", *count_kinds.COUNT_LAWS))
    return measured(task) if law == "normal" else counted(task)


_INDIVIDUALS = frozenset({"individuals"})
_MEANS = frozenset({"means"})
_series = single_kinds.series_in_control
_ewma = partial(_by_law, single_kinds.evaluate_ewma, count_kinds.evaluate_count_ewma)
_cusum = partial(_by_law, single_kinds.evaluate_cusum, count_kinds.evaluate_count_cusum)
_xbar = group_kinds.evaluate_xbar
_items = group_kinds.items_in_control
_several = several_kinds.points_in_control

KINDS: Mapping[str, ChartKind] = MappingProxyType(
    {
        "imr": ChartKind(
            single_kinds.evaluate_imr, _series, Layout.MEANS, _INDIVIDUALS, advised=True
        ),
        "c": ChartKind(count_kinds.evaluate_c, count_kinds.counts_in_control, advised=True),
        "nb": ChartKind(count_kinds.evaluate_nb, _series, advised=True),
        "two-part": ChartKind(count_kinds.evaluate_two_part, _series, advised=True),
        "ewma": ChartKind(_ewma, _series, remembers=True, advised=True),
        "cusum": ChartKind(_cusum, _series, remembers=True, advised=True),
        # Its false alarms come with its limits, from the same simulated futures.
        "combined": ChartKind(evaluate_combined, None, Layout.MEANS, remembers=True),
        "ma": ChartKind(single_kinds.evaluate_ma, _series, remembers=True),
        "residual": ChartKind(single_kinds.evaluate_residual, _series),
        "g": ChartKind(count_kinds.evaluate_g, count_kinds.gaps_in_control),
        "t": ChartKind(count_kinds.evaluate_t, count_kinds.times_in_control),
        "run": ChartKind(single_kinds.evaluate_run, None, remembers=True),
        "z": ChartKind(
            group_kinds.evaluate_z,
            group_kinds.parts_in_control,
            Layout.PARTS,
            frozenset({"z"}),
        ),
        "three-way": ChartKind(
            group_kinds.evaluate_three_way,
            group_kinds.groups_in_control,
            Layout.SUBGROUPS,
            _MEANS,
        ),
        "t2": ChartKind(several_kinds.evaluate_t2, _several, Layout.SEVERAL_OR_SUBGROUPS),
        "mewma": ChartKind(several_kinds.evaluate_mewma, _several, Layout.SEVERAL, remembers=True),
    }
    | {
        kind: ChartKind(
            partial(_xbar, kind), group_kinds.groups_in_control, Layout.SUBGROUPS, _MEANS
        )
        for kind in ("xbar-r", "xbar-s")
    }
    | {
        kind: ChartKind(
            partial(group_kinds.evaluate_items, kind), partial(_items, kind), Layout.OPPORTUNITIES
        )
        for kind in ("p", "np", "u", "laney-p", "laney-u", "beta-binomial")
    }
)

# What these charts are where counts come with their opportunities.
_OVER_OPPORTUNITIES: Mapping[str, ChartKind] = MappingProxyType(
    {
        "nb": ChartKind(
            partial(group_kinds.evaluate_items, "nb"), partial(_items, "nb"), Layout.OPPORTUNITIES
        ),
        "combined": ChartKind(evaluate_combined_rates, None, Layout.OPPORTUNITIES, remembers=True),
    }
)


def chart_kind(name: str, *, over: bool = False) -> ChartKind:
    """Return the chart kind `name`, `over` opportunities where it has that form, too.

    Raises
    ------
    ChartError
        There is none of that name; the message lists those that there are.

    """
    if name not in KINDS:
        raise ChartError(f"there is no chart kind '{name}'; the kinds are: {', '.join(KINDS)}")
    if over and name in _OVER_OPPORTUNITIES:
        return _OVER_OPPORTUNITIES[name]
    return KINDS[name]
