"""Exact run lengths by chart kind; None where a chart and its process have none."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spc.run_lengths import exact_chains, exact_points
from spc.run_lengths.exact_rates import rates_by_law
from spc.run_lengths.result import RunLength
from spc.run_lengths.situation import Situation

EXACT: Mapping[str, Callable[[Situation], RunLength | None]] = MappingProxyType(
    {
        "imr": exact_points.individuals,
        "z": exact_points.individuals,
        "xbar-r": exact_points.means,
        "xbar-s": exact_points.means,
        "three-way": exact_points.means,
        "c": exact_points.counts,
        "nb": exact_points.counts,
        "u": exact_points.rates,
        "p": exact_points.items,
        "np": exact_points.items,
        "laney-p": rates_by_law,
        "laney-u": rates_by_law,
        "beta-binomial": rates_by_law,
        "two-part": exact_chains.two_part,
        "residual": exact_chains.residual,
        "ewma": exact_chains.ewma,
        "cusum": exact_chains.cusum,
        "t2": exact_chains.t2,
        "mewma": exact_chains.mewma,
    }
)
