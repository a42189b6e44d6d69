"""Gage R&R by analysis of variance: parts and operators random, crossed, balanced."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc, gammaincinv

from spc.arrays import FloatArray, Values
from spc.capability.draws import spread_points
from spc.capability.errors import SpecificationError
from spc.capability.interval import Estimate, of_draws, refuse_confidence
from spc.errors import ChartError
from spc.gage.errors import StudyError
from spc.gage.report import AnovaRow, GageReport
from spc.gage.study import CrossedStudy, Labels

POOLED_ABOVE = 0.25
"""An interaction with a larger p-value is added to the error, as AIAG does."""


@dataclass(frozen=True, slots=True, eq=False)
class _Squares:
    """Mean squares as numbers, or as arrays of what they may be in truth."""

    parts: FloatArray
    operators: FloatArray
    interaction: FloatArray
    error: FloatArray


def gage_anova(
    values: Values,
    parts: Labels,
    operators: Labels,
    *,
    pooled_above: float = POOLED_ABOVE,
    tolerance: float | None = None,
    confidence: float = 0.95,
) -> GageReport:
    """Split the variation of repeated measurements into gage and parts.

    The interaction of operators and parts is tested against the error; where its p-value is above
    `pooled_above` it is pooled with the error. Negative variances are 0. With one operator there
    is repeatability and part variation only.

    Parameters
    ----------
    values : shape (n,), none missing
    parts, operators : shape (n,), labels
        Every operator measures every part equally often, at least twice.
    pooled_above : in [0, 1]
    tolerance : width of the specification, above 0
    confidence : of the interval of %GRR, which is a generalised one (Hamada and Weerahandi 2000)

    Raises
    ------
    StudyError, ValuesError, ConstantSeriesError
        As `CrossedStudy.of`, and where repeats never differ at all although parts do not either.
    ChartError, SpecificationError
        An option out of its range.

    Examples
    --------
    Two parts that differ by 4, measured by one operator with repeats that differ by 1: the mean
    squares are 16 between and ½ within, so PV² = (16 − ½) / 2.

    >>> found = gage_anova([0, 1, 4, 5], ["a", "a", "b", "b"], ["x"] * 4)
    >>> round(found.ev**2, 6), round(found.pv**2, 6)
    (0.5, 7.75)

    """
    if not 0 <= pooled_above <= 1:
        raise ChartError(f"pooled_above is a p-value between 0 and 1, but got {pooled_above}")
    refuse_tolerance(tolerance)
    refuse_confidence(confidence)
    study = CrossedStudy.of(values, parts, operators)
    analysis = rows = _analysis(study.cells)
    tested = rows["interaction"].p
    pooled = tested is not None and tested > pooled_above
    if pooled:
        rows = _pooled(rows)
        analysis = {**analysis, "pooled": replace(rows["error"], source="pooled error")}
    ev, av, interaction, pv = (
        math.sqrt(float(each)) for each in _variances(_means(rows), study.cells.shape)
    )
    if ev + av + interaction + pv == 0:
        raise StudyError("neither parts nor measurements vary; nothing can be said of the gage")
    return GageReport(
        method="anova",
        parts=study.cells.shape[0],
        operators=study.cells.shape[1],
        trials=study.cells.shape[2],
        ev=ev,
        av=av,
        interaction=interaction,
        pv=pv,
        interaction_p=tested,
        pooled=pooled,
        grr_interval=_interval(rows, study.cells.shape, (ev, av, interaction, pv), confidence),
        tolerance=tolerance,
        anova=tuple(row for row in analysis.values() if row.freedom > 0),
    )


def refuse_tolerance(tolerance: float | None) -> None:
    """Refuse a width of the specification that is not above 0.

    Raises
    ------
    SpecificationError
        It is not.

    """
    if tolerance is not None and not (math.isfinite(tolerance) and tolerance > 0):
        raise SpecificationError(
            f"the tolerance is the width of the specification and above 0, but got {tolerance}"
        )


def _analysis(cells: FloatArray) -> dict[str, AnovaRow]:
    """Two-way analysis of variance; F of parts and operators against the interaction."""
    p, o, r = cells.shape
    mean = cells.mean()
    in_cells = cells.mean(axis=2)
    part = o * r * float(np.sum((cells.mean(axis=(1, 2)) - mean) ** 2))
    operator = p * r * float(np.sum((cells.mean(axis=(0, 2)) - mean) ** 2))
    between = r * float(np.sum((in_cells - mean) ** 2))
    error = float(np.sum((cells - in_cells[:, :, None]) ** 2))
    crossed = max(between - part - operator, 0.0) if o > 1 else 0.0
    within = _row("error", p * o * (r - 1), error)
    interaction = _row("interaction", (p - 1) * (o - 1), crossed, within)
    against = interaction if o > 1 else within
    return {
        "parts": _row("parts", p - 1, part, against),
        "operators": _row("operators", o - 1, operator, against),
        "interaction": interaction,
        "error": within,
    }


def _pooled(rows: dict[str, AnovaRow]) -> dict[str, AnovaRow]:
    """Add the interaction to the error and test parts and operators against the sum."""
    interaction, error = rows["interaction"], rows["error"]
    both = _row(
        "error",
        interaction.freedom + error.freedom,
        interaction.sum_of_squares + error.sum_of_squares,
    )
    parts, operators = rows["parts"], rows["operators"]
    return {
        "parts": _row("parts", parts.freedom, parts.sum_of_squares, both),
        "operators": _row("operators", operators.freedom, operators.sum_of_squares, both),
        "interaction": AnovaRow("interaction", 0, 0.0, both.mean_square),
        "error": both,
    }


def _row(source: str, freedom: int, total: float, against: AnovaRow | None = None) -> AnovaRow:
    if freedom == 0:
        return AnovaRow(source, 0, 0.0, 0.0)
    square = total / freedom
    if against is None or against.mean_square == 0:
        return AnovaRow(source, freedom, total, square)
    f = square / against.mean_square
    return AnovaRow(source, freedom, total, square, f, float(fdtrc(freedom, against.freedom, f)))


def _means(rows: dict[str, AnovaRow]) -> _Squares:
    return _Squares(*(np.array(row.mean_square) for row in rows.values()))


def _variances(squares: _Squares, shape: tuple[int, ...]) -> tuple[FloatArray, ...]:
    """Variances of error, operators, interaction and parts, by the expected mean squares."""
    p, o, r = shape
    if o == 1:
        parts = (squares.parts - squares.error) / r
        nothing = np.zeros_like(squares.error)
        return squares.error, nothing, nothing, np.maximum(parts, 0)
    return (
        squares.error,
        np.maximum((squares.operators - squares.interaction) / (p * r), 0),
        np.maximum((squares.interaction - squares.error) / r, 0),
        np.maximum((squares.parts - squares.interaction) / (o * r), 0),
    )


def _interval(
    rows: dict[str, AnovaRow],
    shape: tuple[int, ...],
    deviations: tuple[float, ...],
    confidence: float,
) -> Estimate:
    """Interval of %GRR: every mean square may be its own times ν / χ²_ν."""
    points = dict(zip(rows, spread_points(4), strict=True))

    def drawn(name: str) -> FloatArray:
        # A pooled interaction is the error itself.
        row = rows["error"] if rows[name].freedom == 0 else rows[name]
        at = points["error"] if rows[name].freedom == 0 else points[name]
        freedom = row.freedom
        true: FloatArray = row.mean_square * freedom / (2 * gammaincinv(freedom / 2, at))
        return true

    squares = _Squares(*(drawn(name) for name in rows))
    error, operators, interaction, parts = _variances(squares, shape)
    gage = error + operators + interaction
    share = 100 * np.sqrt(gage / (gage + parts))
    ev, av, crossed, pv = deviations
    found = 100 * math.hypot(ev, av, crossed) / math.hypot(ev, av, crossed, pv)
    return of_draws(found, share, confidence)
