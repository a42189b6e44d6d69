"""Run rules as a finite automaton: what a chart must remember to know when a rule completes.

A rule over zones needs a short memory: a counter, or which of the last points lay beyond (Champ and
Woodall 1987). Each rule and side is a small automaton; the states of a rule set are the
combinations of theirs that can occur. Trends and alternation compare values, not zones, and have no
such automaton.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spc.arrays import IntArray
from spc.errors import ChartError
from spc.rule import Pattern, Rule

# What a state holds: a counter, two counters, or one yes/no per point of a window.
_Memory = tuple[int, ...]
_Step = Callable[[_Memory, "Symbol"], _Memory | None]

SIGNAL = -1
_ORDERED = frozenset({Pattern.TREND, Pattern.ALTERNATION})


@dataclass(frozen=True, slots=True)
class Symbol:
    """One kind of point: a z value typical of its zone, and whether it is outside the limits."""

    z: float
    outside: bool


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """States of a rule set; state 0 is the start.

    Attributes
    ----------
    following : shape (states, symbols)
        The state after each symbol, `SIGNAL` where a rule completes.

    """

    following: IntArray

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.following.shape[0])


def has_automaton(rules: Sequence[Rule]) -> bool:
    """Whether every rule looks at zones only, so that its run length is exact.

    Examples
    --------
    >>> from spc.rules import rule_set
    >>> has_automaton(rule_set("western-electric")), has_automaton(rule_set("nelson"))
    (True, False)

    """
    return not any(rule.pattern in _ORDERED for rule in rules)


@lru_cache(maxsize=64)
def automaton(rules: tuple[Rule, ...], symbols: tuple[Symbol, ...]) -> Automaton:
    """Build the automaton of `rules` over `symbols`.

    Raises
    ------
    ChartError
        A rule compares values with each other.

    Examples
    --------
    >>> from spc.rules import rule_set
    >>> points = tuple(Symbol(z, abs(z) > 3) for z in (-3.5, -2.5, -0.5, 0.5, 2.5, 3.5))
    >>> automaton(rule_set("beyond-limits"), points).states
    1

    """
    if not has_automaton(rules):
        raise ChartError("trends and alternation have no exact run length; simulate them")
    parts = [part for rule in rules for part in _parts(rule)]
    tables = [_tabulate(start, step, symbols) for start, step in parts]
    return Automaton(_product(tables, len(symbols)))


def _product(tables: list[IntArray], symbols: int) -> IntArray:
    """Combine the automata of single rules, keeping the combinations that occur."""
    rows = [table.tolist() for table in tables]
    start = (0,) * len(rows)
    number: dict[tuple[int, ...], int] = {start: 0}
    waiting, following = [start], []
    for state in waiting:
        here = [row[memory] for row, memory in zip(rows, state, strict=True)]
        out = []
        for after in zip(*here, strict=True) if here else ():
            if SIGNAL in after:
                out.append(SIGNAL)
                continue
            if after not in number:
                number[after] = len(number)
                waiting.append(after)
            out.append(number[after])
        following.append(out or [0] * symbols)
    return np.array(following, dtype=np.intp)


def _tabulate(start: _Memory, step: _Step, symbols: Sequence[Symbol]) -> IntArray:
    """List the states of one rule and side."""
    number: dict[Hashable, int] = {start: 0}
    waiting, table = [start], []
    for memory in waiting:
        row = []
        for symbol in symbols:
            after = step(memory, symbol)
            if after is None:
                row.append(SIGNAL)
                continue
            if after not in number:
                number[after] = len(number)
                waiting.append(after)
            row.append(number[after])
        table.append(row)
    return np.array(table, dtype=np.intp)


def _parts(rule: Rule) -> list[tuple[_Memory, _Step]]:
    if rule.is_limit:
        return [((), lambda memory, symbol: None if symbol.outside else memory)]
    match rule.pattern:
        case Pattern.BEYOND:
            start = (0,) * (rule.m - 1)
            return [(start, _beyond(rule, side)) for side in (1, -1)]
        case Pattern.ONE_SIDE:
            return [((0,), _counter(rule.m, counts)) for counts in (_above_center, _below_center)]
        case Pattern.WITHIN:
            return [((0,), _counter(rule.m, lambda z: abs(z) < rule.k))]
        case Pattern.EITHER_SIDE:
            return [((0,), _counter(rule.m, lambda z: abs(z) > rule.k))]
        case _:
            return [((0, 0, 0), _both_sides(rule))]


def _above_center(z: float) -> bool:
    return z > 0


def _below_center(z: float) -> bool:
    return z < 0


def _counter(m: int, counts: Callable[[float], bool]) -> _Step:
    def step(memory: _Memory, symbol: Symbol) -> _Memory | None:
        length = memory[0] + 1 if counts(symbol.z) else 0
        return None if length >= m else (length,)

    return step


def _beyond(rule: Rule, side: int) -> _Step:
    """Remember which of the last m − 1 points lay beyond, the newest first."""

    def step(memory: _Memory, symbol: Symbol) -> _Memory | None:
        beyond = int(side * symbol.z > rule.k)
        if beyond and sum(memory) + 1 >= rule.n:
            return None
        return _forget((beyond, *memory)[: rule.m - 1], rule)

    return step


def _forget(window: _Memory, rule: Rule) -> _Memory:
    """Drop points that cannot be part of a completed pattern any more: fewer states."""
    kept = list(window)
    for age, beyond in enumerate(window, start=1):
        # After t more points, at best all beyond, those of age up to m − t still count.
        useful = any(sum(window[: rule.m - t]) >= rule.n - t for t in range(1, rule.m - age + 1))
        kept[age - 1] = beyond if useful else 0
    return tuple(kept)


def _both_sides(rule: Rule) -> _Step:
    """Remember the length of the run beyond, of its one-sided end, and the side of that."""

    def step(memory: _Memory, symbol: Symbol) -> _Memory | None:
        length, tail, side = memory
        if not abs(symbol.z) > rule.k:
            return (0, 0, 0)
        newest = 1 if symbol.z > 0 else -1
        length = min(length + 1, rule.m)
        tail = min(tail + 1, rule.m) if newest == side else 1
        return None if length >= rule.m and tail < rule.m else (length, tail, newest)

    return step


def steps(
    machine: Automaton, probability: NDArray[np.float64]
) -> Callable[..., NDArray[np.float64]]:
    """Return the function that carries the states' probabilities one point further.

    Parameters
    ----------
    probability : shape (symbols,)

    """
    lasting = machine.following.ravel() != SIGNAL
    target = machine.following.ravel()[lasting]

    def advance(state: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = np.multiply.outer(state, probability).ravel()[lasting]
        return np.bincount(target, weights=moved, minlength=machine.states).astype(np.float64)

    return advance
