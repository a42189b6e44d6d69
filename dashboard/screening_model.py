"""The list of all characteristics, sorted by one figure, cut into pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.address import ScreeningView
from dashboard.state_words import state_look
from spc.capability.observed import index_of_share
from spc.drift.straight_line import slope_p_value
from warehouse.screening import ScreenedCharacteristic

PAGE_SIZE = 50
FEW_DAYS = 5
"""Below so many days with data no trend is judged."""
TREND_RISK = 0.01
"""Share of steady characteristics whose daily means would seem to have a trend."""
_FEW_POINTS = 20


@dataclass(frozen=True, slots=True)
class ScreenedRow:
    """One characteristic as the list shows it; None where a figure cannot be had.

    `signal_rate` per 1,000 parts; `outside_share` and `index` (equivalent Ppk) by the parts
    counted beyond the specification, `index_at_least` where none was; `weekly` the change a week
    as a share of the mean, and only where the daily means have a trend.
    """

    facts: ScreenedCharacteristic
    signal_rate: float | None
    outside_share: float | None
    index: float | None
    index_at_least: bool
    weekly: float | None


@dataclass(frozen=True, slots=True)
class Screening:
    """One page of the list."""

    rows: tuple[ScreenedRow, ...]
    total: int
    page: int
    pages: int


def screening_model(found: Sequence[ScreenedCharacteristic], view: ScreeningView) -> Screening:
    """Sort and cut the list as `view` asks; what has no figure comes last either way."""
    rows = [
        screened_row(one)
        for one in found
        if view.find.casefold() in one.characteristic_id.casefold()
    ]
    key = ORDERS[view.order]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    # Sorting is stable, so equals keep the order of their names.
    known.sort(key=lambda row: key(row) or 0.0, reverse=view.down)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(view.page, 1), pages)
    shown = [*known, *unknown][(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Screening(rows=tuple(shown), total=len(rows), page=page, pages=pages)


def screened_row(facts: ScreenedCharacteristic) -> ScreenedRow:
    """Return the rates and the trend of one characteristic."""
    share, index, at_least = None, None, False
    if facts.outside is not None and facts.n >= _FEW_POINTS:
        share = facts.outside / facts.n
        at_least = facts.outside == 0
        # Where none was found, three in n is the upper 95 % bound of the share (rule of three).
        index = index_of_share(3.0 / facts.n if at_least else share)
    return ScreenedRow(
        facts=facts,
        signal_rate=1000.0 * facts.signals / facts.n if facts.n else None,
        outside_share=share,
        index=index,
        index_at_least=at_least,
        weekly=_weekly_trend(facts),
    )


def _weekly_trend(facts: ScreenedCharacteristic) -> float | None:
    """Change a week over the mean; None without a trend by the t-test of the slope."""
    slope, explained, mean = facts.slope, facts.explained, facts.mean
    if not slope or explained is None or not mean or facts.days < FEW_DAYS:
        return None
    # Rounding can leave a little more than the whole.
    if slope_p_value(min(explained, 1.0), facts.days) > TREND_RISK:
        return None
    return 7.0 * slope / mean


Order = Callable[[ScreenedRow], float | None]
ORDERS: dict[str, Order] = {
    "state": lambda row: -float(state_look(row.facts.state).rank),
    "parts": lambda row: float(row.facts.n),
    "mean": lambda row: row.facts.mean,
    "zeros": lambda row: row.facts.zeros,
    "signals": lambda row: row.signal_rate,
    "outside": lambda row: row.outside_share,
    "index": lambda row: None if row.index is None else -row.index,
    "trend": lambda row: None if row.weekly is None else abs(row.weekly),
    "autocorrelation": lambda row: row.facts.autocorrelation,
}
"""What the list can be sorted by; the greatest is the worst."""
