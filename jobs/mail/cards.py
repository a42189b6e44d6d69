"""The cards of a mail: one per stream, with a map, and in it one per characteristic, with a chart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.acknowledge_links import LinkSigner
from dashboard.address import ChartView, MapView, PartsView, address, changed
from dashboard.metric_names import defect_class_of, metric_name
from jobs.mail.change import change_in_words
from jobs.mail.chart import draw_chart
from jobs.mail.content import MailAlarm, MailPicture, MailStream, count
from jobs.mail.map import draw_map
from jobs.mail.pictures import chart_picture, gathering_since
from jobs.mail.recipients import MailingList
from jobs.mail.worst_parts import worst_parts
from jobs.monitoring.episode_kinds import kind_of
from jobs.monitoring.judging import aware
from jobs.monitoring.rule_words import limits_in_words, signal_in_words, with_unit
from jobs.settings import Settings
from spc.phase import phase_from_dict
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.records import ClassName, SignalRow, Stream
from warehouse.series import MetricSeries, metric_series

NOUNS: dict[ClassName, str] = {"stain": "stains", "scratch": "scratches"}


@dataclass(frozen=True, slots=True)
class MailSources:
    """What a mail is composed from.

    `signals` are all that hold, by id; `characteristics` and `phases` by id; `mailing` is who gets
    it; `ingest` is the run's ledger in words. Without `archive` a mail shows no parts, without `signer` it has no link
    to acknowledge.
    """

    connection: Connection
    settings: Settings
    signals: dict[str, SignalRow]
    characteristics: dict[str, CharacteristicRow]
    phases: dict[int, PhaseRow]
    mailing: MailingList
    now: datetime
    ingest: str = ""
    archive: Archive | None = None
    signer: LinkSigner | None = None


@dataclass(frozen=True, slots=True)
class _GatheredCard:
    """Where the defects of a stream have gathered, in words and as a picture."""

    words: str
    link: str
    picture: MailPicture


def stream_card(
    stream: Stream,
    characteristic_ids: Sequence[str],
    new: Sequence[SignalRow],
    sources: MailSources,
    picture_budget: int,
) -> MailStream:
    """Return the alarms of one stream and, where its defects have gathered, the map that says so.

    `new` are the signals that opened episodes, of any stream; charts are drawn for the first
    `picture_budget` characteristics.
    """
    alarms = []
    began: dict[ClassName, datetime] = {}
    mine: list[SignalRow] = []
    for place, characteristic_id in enumerate(characteristic_ids):
        row = sources.characteristics[characteristic_id]
        own = sorted(
            (one for one in new if one.characteristic_id == characteristic_id),
            key=lambda one: (one.completing_at, one.panel),
        )
        phase_row = sources.phases.get(max(one.phase_id for one in own))
        series = metric_series(
            sources.connection,
            row.stream,
            row.metric,
            model_id=None if phase_row is None else phase_row.model_id,
        )
        drawn = place < picture_budget
        alarms.append(_alarm(row, series, phase_row, own, sources=sources, drawn=drawn))
        mine += own
        if kind_of(row.metric) == "camera":
            continue
        defect_class: ClassName = "scratch" if defect_class_of(row.metric) == "scratch" else "stain"
        first = run_began(series, own)
        began[defect_class] = min(first, began.get(defect_class, first))
    cards = (_gathered(stream, one, moment, sources) for one, moment in began.items())
    gathered = next((card for card in cards if card is not None), None)
    return MailStream(
        place=(
            f"line {stream.line} · station {stream.station} · tool {stream.tool} · "
            f"family {stream.family}"
        ),
        short_place=f"{stream.station} / {stream.tool}",
        alarms=tuple(alarms),
        gathered=gathered.words if gathered else "",
        map_link=gathered.link if gathered else "",
        map_picture=gathered.picture if gathered else None,
        parts=worst_parts(mine, sources) if picture_budget > 0 else (),
    )


def _gathered(
    stream: Stream, defect_class: ClassName, began: datetime, sources: MailSources
) -> _GatheredCard | None:
    """The map of `defect_class` before and since `began`; None where nothing has gathered."""
    found = gathering_since(sources.connection, stream, defect_class, began)
    if found is None:
        return None
    before, since, gathering = found
    noun = NOUNS[defect_class]
    words = (
        f"{noun.capitalize()} gather at the {gathering.place}: {gathering.since:.0f} per "
        f"100 parts there, {gathering.before:.0f} before"
    )
    local = began.astimezone(sources.settings.zone)
    today = sources.now.astimezone(sources.settings.zone).date()
    png = draw_map(before, since, gathering, noun=noun, began=f"{local:%a} {local.day} {local:%b}")
    view = MapView(stream=stream.key, defect=defect_class, range=f"{local.date()}..{today}")
    return _GatheredCard(
        words=words,
        link=link(sources, address(view)),
        picture=MailPicture(_cid("map", stream.key), png, f"Two maps of the part. {words}"),
    )


def run_began(series: MetricSeries, signals: Sequence[SignalRow]) -> datetime:
    """Return when the earliest run that led to one of `signals` began.

    A running average needs parts to leave its limits: its run, back to where it last crossed the
    centre, tells better than its first signal when the process changed.
    """
    places = {pass_id: k for k, pass_id in enumerate(series.pass_ids)}
    firsts = [places[one.run_pass_ids[0]] for one in signals if one.run_pass_ids[0] in places]
    completed = min(one.completing_at for one in signals)
    return min(aware(series.captured_at[min(firsts)]), completed) if firsts else completed


def _alarm(
    row: CharacteristicRow,
    series: MetricSeries,
    phase_row: PhaseRow | None,
    signals: Sequence[SignalRow],
    *,
    sources: MailSources,
    drawn: bool,
) -> MailAlarm:
    """The card of one characteristic."""
    phase = None if phase_row is None else phase_from_dict(phase_row.phase)
    name = metric_name(row.metric).label
    chart = None
    if drawn:
        png = draw_chart(chart_picture(series, row, phase_row, signals), sources.settings.zone)
        marked = count(len({one.completing_pass_id for one in signals}), "point")
        words = f"Run chart of {name.lower()}, newest part at the right; {marked} marked"
        chart = MailPicture(_cid("chart", row.characteristic_id), png, words)
    view = ChartView(characteristic=row.characteristic_id, signal=signals[0].signal_id)
    return MailAlarm(
        metric=name,
        rules=tuple(dict.fromkeys(signal_in_words(one) for one in signals))[:3],
        since=signals[0].completing_at,
        latest=signals[-1].completing_at,
        signals=len({one.completing_pass_id for one in signals}),
        value="latest part " + with_unit(float(series.values[-1]), row.metric),
        center="" if phase is None else with_unit(phase.center, row.metric),
        limit="" if phase is None else limits_in_words(phase.lcl, phase.ucl, row.metric),
        link=link(sources, address(view)),
        chart=chart,
        began=change_in_words(series, phase_row, signals, sources.settings.zone),
        parts_link=link(sources, address(_parts_view(row, signals, sources))),
    )


def _parts_view(
    row: CharacteristicRow, signals: Sequence[SignalRow], sources: MailSources
) -> PartsView:
    """The list of the parts since the first signal, worst first where the list can."""
    zone = sources.settings.zone
    first = min(one.completing_at for one in signals).astimezone(zone).date()
    today = sources.now.astimezone(zone).date()
    view = PartsView(stream=row.stream.key, range=f"{first}..{today}")
    return changed(view, {"order": row.metric})


def _cid(kind: str, key: str) -> str:
    """A content id that no name from a file can break."""
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:16]}@blemish"


def link(sources: MailSources, path: str) -> str:
    """Return the address of a page as a mail shows it."""
    return sources.settings.alerts.base_url.rstrip("/") + path
