"""Run length of charts of independent points with zone and run rules (Champ and Woodall 1987).

A point is reduced to its zone; the rule set remembers what it needs (`spc.run_lengths.
rule_automaton`); the chain over these memories gives the run length, whatever the law is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spc.arrays import BoolArray, FloatArray, IntArray
from spc.errors import ChartError
from spc.laws.law import Law
from spc.laws.normal import Normal
from spc.rule import Rule
from spc.run_lengths.result import RunLength
from spc.run_lengths.rule_automaton import Symbol, automaton, steps
from spc.run_lengths.survival import Survival, chain_survival, quasi_stationary
from spc.run_lengths.tails import region_probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Kinds of points that the rules tell apart, and how likely each is.

    Attributes
    ----------
    symbols : the kinds.
    probability : shape (symbols,), sums to 1.

    """

    symbols: tuple[Symbol, ...]
    probability: FloatArray


def zone_run_length(
    rules: Sequence[Rule], zones: Zones, *, in_control: Zones | None = None
) -> RunLength:
    """Run length of a rule set over independent points, exact.

    Parameters
    ----------
    rules : without trend and alternation
    zones : of the points, made with the same rules
    in_control : where given, the points had these zones for long without a signal before.

    Raises
    ------
    ChartError
        No rules, or one that compares values with each other.

    Examples
    --------
    >>> from spc.rules import rule_set
    >>> rules = rule_set("western-electric")
    >>> round(zone_run_length(rules, normal_zones(rules)).arl, 2)
    91.75

    """
    survival = zone_survival(rules, zones, in_control=in_control)
    start = "from the start" if in_control is None else "steady state"
    return RunLength.of_survival(survival, f"Markov chain of the rules, shift {start}")


def zone_survival(
    rules: Sequence[Rule], zones: Zones, *, in_control: Zones | None = None
) -> Survival:
    """Law of the run length; parameters as `zone_run_length`."""
    if not rules:
        raise ChartError("without rules a chart never signals; choose a rule set")
    every = zones.symbols
    if in_control is not None:
        every = tuple(dict.fromkeys(every + in_control.symbols))
    machine = automaton(tuple(rules), every)
    start = np.zeros(machine.states)
    start[0] = 1.0
    if in_control is not None:
        calm = steps(machine, spread(in_control, every))
        start = quasi_stationary(calm(start), calm)
    advance = steps(machine, spread(zones, every))
    return chain_survival(advance(start), advance, before=np.ones(1))


def zone_edges(rules: Sequence[Rule]) -> FloatArray:
    """Return the z values at which the zones of `rules` meet; 0 is one of them."""
    distances = {rule.k for rule in rules if not rule.is_limit}
    return np.array(sorted({0.0} | distances | {-k for k in distances}))


def zones_of_law(
    rules: Sequence[Rule], law: Law, *, center: float, sigma: float, width: float = 3.0
) -> Zones:
    """Zones of values of `law` on a chart with limits at `center` ± `width` · `sigma`.

    Zones are those of z = (x − center) / sigma, as on charts of measurements.
    """
    cuts = np.union1d(zone_edges(rules), [-width, width])
    probability = region_probabilities(law, center + cuts * sigma)
    z = np.empty(probability.size)
    z[1::2] = cuts
    z[2:-1:2] = (cuts[:-1] + cuts[1:]) / 2
    z[0], z[-1] = cuts[0] - 1, cuts[-1] + 1
    return _gather(rules, z, np.abs(z) > width, probability)


def normal_zones(
    rules: Sequence[Rule], *, shift: float = 0.0, scale: float = 1.0, width: float = 3.0
) -> Zones:
    """Zones of normal values with the mean `shift` and sigma `scale`, in sigma of the chart."""
    return zones_of_law(rules, Normal(shift, scale), center=0.0, sigma=1.0, width=width)


def zones_of_atoms(
    rules: Sequence[Rule], z: FloatArray, outside: BoolArray, probability: FloatArray
) -> Zones:
    """Zones of a discrete statistic, such as counts.

    Parameters
    ----------
    z : shape (m,), of each possible value, under the law of the chart
    outside : shape (m,), whether it is outside the limits
    probability : shape (m,), of each value under the law of the points

    """
    return _gather(rules, z, outside, probability)


def _gather(
    rules: Sequence[Rule], z: FloatArray, outside: BoolArray, probability: FloatArray
) -> Zones:
    """Join the points that the rules cannot tell apart, so that the automaton is known already."""
    edges = zone_edges(rules)
    region = _regions(edges, z)
    key = 2 * region + outside
    typical = np.empty(2 * edges.size + 1)
    typical[1::2] = edges
    typical[2:-1:2] = (edges[:-1] + edges[1:]) / 2
    typical[0], typical[-1] = edges[0] - 1, edges[-1] + 1
    total = np.bincount(key, weights=probability, minlength=2 * typical.size)
    found = np.flatnonzero(total > 0)
    symbols = tuple(Symbol(float(typical[one // 2]), bool(one % 2)) for one in found.tolist())
    share = total[found]
    return Zones(symbols, share / share.sum())


def _regions(edges: FloatArray, z: FloatArray) -> IntArray:
    """Even numbers lie between edges, odd ones on them."""
    index = np.searchsorted(edges, z, side="left")
    on_edge = np.append(edges, np.nan)[index] == z
    region: IntArray = 2 * index + on_edge
    return region


def spread(zones: Zones, every: tuple[Symbol, ...]) -> FloatArray:
    """Return the probabilities of `zones` over all symbols `every`."""
    probability = dict(zip(zones.symbols, zones.probability.tolist(), strict=True))
    return np.array([probability.get(symbol, 0.0) for symbol in every])
