"""Limits for one false alarm in so many points under a given process: run lengths the other way round."""

from spc.errors import ChartError
from spc.laws.law import Law
from spc.options import ChartOptions
from spc.run_lengths.charts import STANDARD
from spc.run_lengths.designed import Design, Wanted
from spc.run_lengths.search import MOST
from spc.run_lengths.solvers import SOLVERS
from spc.simulation import SeriesModel

_LEAST = 2.0


def design(
    kind: str,
    law: Law | SeriesModel = STANDARD,
    *,
    points_per_episode: float,
    baseline: int | None = None,
    options: ChartOptions | None = None,
    dimensions: int = 1,
) -> Design:
    """Find the limits that give one false alarm start in so many points.

    Parameters
    ----------
    kind : "imr", "ewma", "cusum", "c", "nb", "two-part", "t2" or "mewma"
    law : of single values in control; a `SeriesModel` where they are autocorrelated.
    points_per_episode : in-control run length wanted (ARL₀), in (2, 1e9)
    baseline : points that the limits will be learnt from; their error then widens the limits, so that
        the mean rate over such baselines is 1 / `points_per_episode`. None is an endless baseline.
    options : λ, k and the estimator of sigma
    dimensions : values per point, for t2 and mewma

    Raises
    ------
    ChartError
        A kind that cannot be designed, a run length out of range, or a law that does not suit.

    Examples
    --------
    >>> round(design("imr", points_per_episode=370.4).value, 3)
    3.0
    >>> round(design("ewma", points_per_episode=500).value, 2)
    2.96
    >>> short = design("imr", points_per_episode=370.4, baseline=30)
    >>> round(short.value, 1)
    3.5

    """
    if kind not in SOLVERS:
        raise ChartError(
            f"there is no design of a {kind} chart; designed are: {', '.join(SOLVERS)}"
        )
    if not _LEAST < points_per_episode < MOST:
        raise ChartError(
            f"points per episode must be above {_LEAST:g} and below {MOST:g}, but got "
            f"{points_per_episode:g}"
        )
    model = law if isinstance(law, SeriesModel) else SeriesModel(law)
    wanted = Wanted(model, points_per_episode, baseline, options or ChartOptions(), dimensions)
    return SOLVERS[kind](kind, wanted)
