"""What an address says: one frozen view per page, read from and written to the query string.

Unknown names and values that do not fit are dropped: an old link still opens its page.
"""

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from dashboard.period import is_period

View = TypeVar("View", bound="AnyView")
LONGEST = 1000
"""Longest value read from an address."""
LONGEST_QUERY = 2500
"""Longest query read from an address: a server takes no address above 4,000 bytes."""
METRIC_CHOICES = (
    "stain_count",
    "total_stain_pct",
    "largest_stain_area_px",
    "scratch_count",
    "longest_scratch_px",
    "total_scratch_pct",
)


@dataclass(frozen=True, slots=True)
class AnyView:
    """Base of the views."""


@dataclass(frozen=True, slots=True)
class OverviewView(AnyView):
    """The wall of tiles; of camera and model ("camera") only what needs action, unless asked for.

    `kiosk` shows it to a room, one part after the other for `rotate` seconds each.
    """

    line: str = ""
    station: str = ""
    action: bool = False
    kind: str = field(default="process", metadata={"choices": ("process", "camera", "all")})
    group: str = field(default="station", metadata={"choices": ("station", "line")})
    kiosk: bool = False
    rotate: int = 30
    page: int = 1


@dataclass(frozen=True, slots=True)
class ChartView(AnyView):
    """One characteristic; `phase` previews a proposed phase, `signal` opens one signal.

    `zoom` is a stretch of the period (`dashboard.chart_window`), `follow` keeps up with the newest
    part instead, `advice` opens the advice on the chart.
    """

    characteristic: str = ""
    range: str = field(default="90d", metadata={"period": True})
    axis: str = field(default="time", metadata={"choices": ("time", "order")})
    clip: bool = False
    zones: bool = False
    follow: bool = False
    zoom: str = ""
    phase: int = 0
    signal: str = ""
    advice: bool = False


@dataclass(frozen=True, slots=True)
class MapView(AnyView):
    """Where the defects lie; `stream` empty is all of them."""

    stream: str = ""
    defect: str = field(default="stain", metadata={"choices": ("stain", "scratch")})
    range: str = field(default="30d", metadata={"period": True})
    compare: str = field(default="before", metadata={"period": True, "choices": ("before",)})
    measure: str = field(
        default="rate", metadata={"choices": ("count", "rate", "ratio", "difference")}
    )
    split: str = field(default="none", metadata={"choices": ("none", "station", "tool", "week")})


@dataclass(frozen=True, slots=True)
class PartView(AnyView):
    """One inspection by its pass id; `image` picks one of its images, from 1.

    `outline` says of which class outlines are shown, `opacity` how strong, %; `defect` is the
    number of the one picked out.
    """

    inspection: str = ""
    image: int = 1
    outline: str = field(
        default="shown", metadata={"choices": ("shown", "stain", "scratch", "hidden")}
    )
    opacity: int = 100
    defect: int = 0


@dataclass(frozen=True, slots=True)
class PartsView(AnyView):
    """A list of inspections; `region` is "class:left,top,right,bottom" in 0..1.

    `where` are least and greatest values: "stain_count:3..,total_stain_pct:..2". An order that ends
    in "-up" begins with the least.
    """

    stream: str = ""
    range: str = field(default="all", metadata={"period": True})
    failed: bool = False
    part: str = ""
    region: str = ""
    order: str = field(
        default="newest",
        metadata={
            "choices": (
                "newest",
                "oldest",
                *METRIC_CHOICES,
                *(f"{metric}-up" for metric in METRIC_CHOICES),
            )
        },
    )
    where: str = ""


@dataclass(frozen=True, slots=True)
class StepsView(AnyView):
    """What each process step adds; `line` and `family` empty are all of them."""

    metric: str = field(default="stain_count", metadata={"choices": METRIC_CHOICES})
    line: str = ""
    family: str = ""
    range: str = field(default="30d", metadata={"period": True})


@dataclass(frozen=True, slots=True)
class ScreeningView(AnyView):
    """All characteristics in one list; `find` is part of a name."""

    find: str = ""
    range: str = field(default="30d", metadata={"period": True})
    order: str = field(
        default="state",
        metadata={
            "choices": (
                "state",
                "parts",
                "mean",
                "zeros",
                "signals",
                "outside",
                "index",
                "trend",
                "autocorrelation",
            )
        },
    )
    down: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True)
class ParetoView(AnyView):
    """What counts most: by what, and what is counted; `stream` empty is all of them."""

    by: str = field(
        default="class",
        metadata={"choices": ("class", "criterion", "cause", "station", "tool", "lot")},
    )
    measure: str = field(default="defects", metadata={"choices": ("defects", "failed")})
    stream: str = ""
    range: str = field(default="30d", metadata={"period": True})


@dataclass(frozen=True, slots=True)
class SqlView(AnyView):
    """The SQL page: the text of a query, or the name of a saved one."""

    query: str = field(default="", metadata={"longest": LONGEST_QUERY})
    saved: str = ""


@dataclass(frozen=True, slots=True)
class LimitsView(AnyView):
    """Limits tried out on a characteristic.

    `first` and `last` are days of the baseline, `exclude` pass ids left out of it with "|" between
    them; `since` says from when the limits would hold.
    """

    characteristic: str = ""
    first: str = ""
    last: str = ""
    method: str = field(
        default="auto", metadata={"choices": ("auto", "nb", "c", "two-part", "lognormal", "imr")}
    )
    since: str = field(default="baseline", metadata={"choices": ("baseline", "now")})
    exclude: str = ""


@dataclass(frozen=True, slots=True)
class AlertsView(AnyView):
    """Alert episodes; `alert` opens the form of one."""

    state: str = field(default="open", metadata={"choices": ("open", "all")})
    kind: str = field(default="any", metadata={"choices": ("any", "process", "camera")})
    alert: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class HealthView(AnyView):
    """How camera and model do."""

    line: str = ""
    station: str = ""
    range: str = field(default="30d", metadata={"period": True})
    page: int = 1


@dataclass(frozen=True, slots=True)
class SettingsView(AnyView):
    """The characteristics; `find` is part of a name, `edit` opens the form of one."""

    stream: str = ""
    find: str = ""
    edit: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class SettingsStreamsView(AnyView):
    """The streams; `edit` opens the form of one."""

    edit: str = ""


@dataclass(frozen=True, slots=True)
class RecipientsView(AnyView):
    """Who gets mails; `edit` opens the form of one by its place in the list from 1, 0 is none."""

    edit: int = 0
    new: bool = False


@dataclass(frozen=True, slots=True)
class MachineView(AnyView):
    """The settings of the file; `find` is part of a name."""

    find: str = ""


@dataclass(frozen=True, slots=True)
class ReprocessView(AnyView):
    """Models measured in shadow; `model` is the one whose report is shown."""

    model: str = ""


@dataclass(frozen=True, slots=True)
class AuditView(AnyView):
    """The audit trail; `find` is part of who, what, subject or reason."""

    find: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class HelpView(AnyView):
    """What the words and the keys mean."""


def read_view(kind: type[View], search: str | None) -> View:
    """Read a view from a query string; what is missing or does not fit keeps its default.

    Examples
    --------
    >>> read_view(OverviewView, "?station=wash&action=1&page=x&colour=red")
    OverviewView(line='', station='wash', action=True, kind='process', group='station', kiosk=False, rotate=30, page=1)

    """
    # Cut before it is parsed: an address of a megabyte is no address.
    given = parse_qsl((search or "").removeprefix("?")[: 8 * LONGEST])
    return changed(kind(), dict(given))


def changed(view: View, given: dict[str, Any]) -> View:
    """Return `view` with the values of `given` that fit."""
    values = {one.name: getattr(view, one.name) for one in fields(view)}
    for one in fields(view):
        if one.name in given:
            fitting = _fitting(one.default, given[one.name], dict(one.metadata))
            values[one.name] = values[one.name] if fitting is None else fitting
    return type(view)(**values)


def _fitting(default: object, value: object, metadata: dict[str, Any]) -> object | None:
    """Return `value` as the type of `default`; None when it does not fit."""
    text = "" if value is None else str(value)
    if isinstance(default, bool):
        return text.lower() in {"1", "true"}
    if isinstance(default, int):
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    if len(text) > metadata.pop("longest", LONGEST):
        return None
    choices = metadata.get("choices", ())
    if text in choices or (metadata.get("period") and is_period(text)):
        return text
    return None if metadata else text


def query_of(view: AnyView) -> str:
    """Write a view as a query string with its "?"; defaults are left out.

    Examples
    --------
    >>> query_of(ChartView(characteristic="L1/wash & rinse/T1/HS:stain_count", clip=True))
    '?characteristic=L1%2Fwash+%26+rinse%2FT1%2FHS%3Astain_count&clip=1'
    >>> query_of(MapView())
    ''

    """
    given = {
        one.name: "1" if getattr(view, one.name) is True else getattr(view, one.name)
        for one in fields(view)
        if getattr(view, one.name) != one.default
    }
    return f"?{urlencode(given)}" if given else ""


PATHS: dict[type[AnyView], str] = {
    OverviewView: "/",
    ChartView: "/chart",
    MapView: "/map",
    PartView: "/part",
    PartsView: "/parts",
    StepsView: "/steps",
    ScreeningView: "/screening",
    ParetoView: "/pareto",
    LimitsView: "/limits",
    HealthView: "/health",
    AuditView: "/audit",
    AlertsView: "/alerts",
    SqlView: "/sql",
    SettingsView: "/settings",
    SettingsStreamsView: "/settings/streams",
    RecipientsView: "/settings/recipients",
    MachineView: "/settings/machine",
    ReprocessView: "/reprocess",
    HelpView: "/help",
}


def address(view: AnyView) -> str:
    """Return the path and query of a view, for a link.

    Examples
    --------
    >>> address(PartView(inspection="a/b"))
    '/part?inspection=a%2Fb'

    """
    return PATHS[type(view)] + query_of(view)
