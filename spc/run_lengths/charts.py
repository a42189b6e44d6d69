"""One front for the run length of any chart kind: exact where there is a chain, simulated elsewhere."""

from spc.errors import ChartError
from spc.kinds import chart_kind
from spc.laws.law import Law
from spc.laws.normal import Normal
from spc.options import ChartOptions
from spc.rules import rule_set
from spc.run_lengths.changes import NO_CHANGE, Change
from spc.run_lengths.copies import RUNS, SCORES, STATISTICS
from spc.run_lengths.exact import EXACT
from spc.run_lengths.one_by_one import run_one_by_one
from spc.run_lengths.result import RunLength
from spc.run_lengths.several import late_mewma_run_length
from spc.run_lengths.simulated import GroupedPaths, simulated_average, simulated_rules
from spc.run_lengths.situation import Situation
from spc.run_lengths.together import combined_run_length
from spc.simulation import SeriesModel

STANDARD = SeriesModel(Normal(0.0, 1.0))

_SEED = 20


def run_length(
    kind: str,
    law: Law | SeriesModel = STANDARD,
    *,
    rules: str = "beyond-limits",
    options: ChartOptions | None = None,
    change: Change = NO_CHANGE,
    steady: bool = False,
    size: int = 1,
    chances: float = 1.0,
    dimensions: int = 1,
    seed: int = _SEED,
) -> RunLength:
    """Run length of a chart whose limits come from an endless baseline.

    Parameters
    ----------
    kind : chart kind, such as "imr"
    law : of single values in control; a `SeriesModel` where they are autocorrelated. For p and np
        its mean is the share nonconforming, for u the rate.
    rules : name of a rule set
    options : of the chart; λ, L, k, h, given centre and sigma. For t2 and mewma the limit is
        `decision`.
    change : of the process
    steady : the change comes after a time in control without a signal, as it does on a chart that
        has run for long; else it is there from the first point on.
    size : values per subgroup
    chances : opportunities per point, for p, np, u, Laney's charts and beta-binomial
    dimensions : values per point, for t2 and mewma; the change is then a Mahalanobis distance.
    seed : of the simulation, where there is one

    Returns
    -------
    RunLength
        Exact, with no standard error, for Shewhart charts of any law with every rule over zones
        (Champ and Woodall), limits on autocorrelated values, EWMA, CUSUM, T² and MEWMA charts;
        simulated for trend and alternation, moving averages, averages of autocorrelated values,
        combined charts and the other kinds. A run chart judges a whole series and has none.

    Raises
    ------
    ChartError
        A kind without run lengths, or options it does not take.

    Examples
    --------
    >>> round(run_length("imr").arl, 1), round(run_length("imr", rules="western-electric").arl, 2)
    (370.4, 91.75)
    >>> late = run_length("ewma", change=Change(sigmas=1.0), steady=True)
    >>> round(late.arl, 1), late.median
    (10.3, 9)

    """
    model = law if isinstance(law, SeriesModel) else SeriesModel(law)
    case = Situation(
        kind=kind,
        model=model,
        rules=rule_set(rules),
        change=change,
        steady=steady and not change.is_none,
        options=options or ChartOptions(),
        size=size,
        chances=chances,
        dimensions=dimensions,
    )
    if not case.rules:
        raise ChartError("without rules a chart never signals; choose a rule set")
    chart_kind(kind)
    if kind in EXACT and (found := EXACT[kind](case)) is not None:
        return found
    if kind in STATISTICS:
        step = STATISTICS[kind](case)
        after = case.after if case.steady else None
        return simulated_average(case.paths(seed, RUNS), step, runs=RUNS, after=after)
    if kind in SCORES:
        after = case.after if case.steady else None
        paths = GroupedPaths(case.paths(seed, RUNS), case.size)
        return simulated_rules(case.rules, paths, SCORES[kind](case), runs=RUNS, after=after)
    if kind == "combined":
        return combined_run_length(case, seed)
    if kind == "mewma":
        return late_mewma_run_length(case, seed)
    return run_one_by_one(case, rules, seed)
