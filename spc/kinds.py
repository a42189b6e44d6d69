"""The chart kinds by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from spc import group_kinds, single_kinds
from spc.arrays import FloatArray
from spc.false_alarms import Draw
from spc.layout import Layout
from spc.options import ChartOptions
from spc.result import ChartResult

Evaluate = Callable[[FloatArray, FloatArray, str, ChartOptions], ChartResult]


@dataclass(frozen=True, slots=True)
class ChartKind:
    """One chart kind.

    Attributes
    ----------
    evaluate : takes the points of the baseline, the points to evaluate, the rule set and the
        options; the first axis counts the points.
    in_control : how points like those of the baseline are drawn, to replay false alarms.
    layout : what one point is made of.
    panels : the panels whose flags count as false alarms, None for all. Moving ranges, ranges and
        standard deviations are left out, as the published figures for the rules do.

    """

    evaluate: Evaluate
    in_control: Callable[[FloatArray, ChartOptions], Draw]
    layout: Layout = Layout.SINGLE
    panels: frozenset[str] | None = None


_INDIVIDUALS = frozenset({"individuals"})
_MEANS = frozenset({"means"})
_series = single_kinds.series_in_control
_items = group_kinds.items_in_control
_groups = group_kinds.groups_in_control

KINDS: Mapping[str, ChartKind] = MappingProxyType(
    {
        "imr": ChartKind(single_kinds.evaluate_imr, _series, panels=_INDIVIDUALS),
        "c": ChartKind(single_kinds.evaluate_c, single_kinds.counts_in_control),
        "nb": ChartKind(single_kinds.evaluate_nb, _series),
        "two-part": ChartKind(single_kinds.evaluate_two_part, _series),
        "ewma": ChartKind(single_kinds.evaluate_ewma, _series),
        "cusum": ChartKind(single_kinds.evaluate_cusum, _series),
    }
    | {
        kind: ChartKind(partial(group_kinds.evaluate_xbar, kind), _groups, Layout.SUBGROUPS, _MEANS)
        for kind in ("xbar-r", "xbar-s")
    }
    | {
        kind: ChartKind(
            partial(group_kinds.evaluate_items, kind),
            partial(_items, kind),
            Layout.OPPORTUNITIES,
        )
        for kind in ("p", "np", "u", "laney-p", "laney-u")
    }
)
