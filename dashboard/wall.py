"""The order of the overview wall: which tiles, in which groups, worst first."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.address import OverviewView
from dashboard.metric_names import NAMES
from dashboard.state_words import state_look
from warehouse.errors import WarehouseError
from warehouse.records import INSPECTOR_METRICS, StateRow, Stream
from warehouse.series import StreamSummary

AT_ONCE = 50
"""Tiles on one page of the wall."""
FEW_PARTS = 100
"""Streams with fewer inspections are collapsed."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One characteristic on the wall."""

    state: StateRow
    stream: Stream
    metric: str

    @property
    def needs_action(self) -> bool:
        """Whether a person should look at it."""
        return state_look(self.state.state).needs_action

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Worst first; then more open signals, then the usual order of metrics."""
        metrics = list(NAMES)
        place = metrics.index(self.metric) if self.metric in NAMES else len(metrics)
        rank = state_look(self.state.state).rank
        return (rank, -self.state.open_signals, place, self.stream.key)


@dataclass(frozen=True, slots=True)
class Group:
    """The tiles of one station, or of a whole line where `station` is empty, worst first."""

    line: str
    station: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """One page of the wall; `collapsed` are the tiles of streams with few parts."""

    groups: tuple[Group, ...]
    collapsed: tuple[Tile, ...]
    shown: int
    matching: int
    needing_action: int
    pages: int
    page: int = 1


def tiles_of(states: Iterable[StateRow]) -> list[Tile]:
    """Return a tile for each state whose id names a stream and a metric."""
    found = []
    for state in states:
        key, _, metric = state.characteristic_id.rpartition(":")
        try:
            found.append(Tile(state, Stream.from_key(key), metric))
        except WarehouseError:
            continue
    return found


def wall(
    states: Iterable[StateRow],
    streams: Iterable[StreamSummary],
    view: OverviewView,
    *,
    at_once: int = AT_ONCE,
) -> Wall:
    """Arrange the wall that `view` asks for, `at_once` tiles of it.

    Tiles are cut to pages before they are grouped, so the worst are on the first page whatever
    their station. A tile that needs action is never collapsed.
    """
    inspected = {summary.stream.key: summary.inspections for summary in streams}
    matching = sorted(
        (tile for tile in tiles_of(states) if _asked_for(tile, view)), key=lambda tile: tile.order
    )
    few = [
        tile
        for tile in matching
        if inspected.get(tile.stream.key, FEW_PARTS) < FEW_PARTS and not tile.needs_action
    ]
    # A young site has nothing else to show.
    collapsed = few if len(few) < len(matching) else []
    hidden = {tile.state.characteristic_id for tile in collapsed}
    open_tiles = [tile for tile in matching if tile.state.characteristic_id not in hidden]
    pages = max(1, -(-len(open_tiles) // at_once))
    page = min(max(view.page, 1), pages)
    shown = open_tiles[(page - 1) * at_once : page * at_once]
    return Wall(
        groups=_grouped(shown, view.group),
        collapsed=tuple(collapsed[:at_once]),
        shown=len(shown),
        matching=len(matching),
        needing_action=sum(tile.needs_action for tile in matching),
        pages=pages,
        page=page,
    )


def _asked_for(tile: Tile, view: OverviewView) -> bool:
    return (
        view.line in ("", tile.stream.line)
        and view.station in ("", tile.stream.station)
        and (tile.needs_action or not view.action)
        and _of_kind(tile, view)
    )


def _of_kind(tile: Tile, view: OverviewView) -> bool:
    """Trouble with a camera is shown among the process, too: it may explain what is seen there."""
    camera = tile.metric in INSPECTOR_METRICS
    if view.kind == "process":
        return not camera or tile.needs_action
    return view.kind == "all" or camera


def _grouped(tiles: list[Tile], by: str) -> tuple[Group, ...]:
    """Group tiles by station or line; the group of the worst tile comes first."""
    found: dict[tuple[str, str], list[Tile]] = {}
    for tile in tiles:
        station = tile.stream.station if by == "station" else ""
        found.setdefault((tile.stream.line, station), []).append(tile)
    return tuple(Group(line, station, tuple(tiles)) for (line, station), tiles in found.items())
