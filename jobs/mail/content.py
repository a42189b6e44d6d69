"""What a night's mail says: plain values in, subject, text and HTML out.

Names come from files and manifests, so every one is escaped in the HTML and kept on one line in
the text and the subject. Pictures are named by content id here and attached elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

MAX_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class MailPicture:
    """One inline picture: its content id, its PNG bytes and what it shows, in words."""

    cid: str
    png: bytes
    description: str


@dataclass(frozen=True, slots=True)
class MailAlarm:
    """One characteristic with new signals.

    `rules` are in words; `since` is the first signal's time; `value`, `limit` and `center` are
    written numbers with unit, empty where there is none.
    """

    metric: str
    rules: tuple[str, ...]
    since: datetime
    latest: datetime
    signals: int
    value: str
    center: str
    limit: str
    link: str
    chart: MailPicture | None = None


@dataclass(frozen=True, slots=True)
class MailStream:
    """The alarms of one stream of parts, with a map where its defects have gathered."""

    place: str
    short_place: str
    alarms: tuple[MailAlarm, ...]
    gathered: str = ""
    map_link: str = ""
    map_picture: MailPicture | None = None


@dataclass(frozen=True, slots=True)
class LateLine:
    """Signals that completed on parts older than the alarm age: told, not alarmed."""

    metric: str
    place: str
    rule: str
    signals: int
    latest: datetime
    link: str


@dataclass(frozen=True, slots=True)
class NightMail:
    """Everything one mail tells; `ingest` is the run's ledger line, empty where nothing ran."""

    site_name: str
    zone_name: str
    created_at: datetime
    streams: tuple[MailStream, ...]
    late: tuple[LateLine, ...] = ()
    ingest: str = ""
    base_url: str = ""

    @property
    def pictures(self) -> tuple[MailPicture, ...]:
        """The inline pictures in the order of the text."""
        found: list[MailPicture] = []
        for stream in self.streams:
            found += [stream.map_picture] if stream.map_picture else []
            found += [alarm.chart for alarm in stream.alarms if alarm.chart]
        return tuple(found)


def one_line(text: str) -> str:
    r"""Return `text` on one line, control characters shown as spaces: fit for a header.

    Examples
    --------
    >>> one_line("lot 7\r\nBcc: all@example.org")
    'lot 7 Bcc: all@example.org'

    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def subject(mail: NightMail) -> str:
    """One line that tells the most on a locked phone: where, what, since when."""
    alarms = [(stream, alarm) for stream in mail.streams for alarm in stream.alarms]
    if not alarms:
        line = f"{mail.site_name}: late data, {_count(len(mail.late), 'note')}, no alarm"
    else:
        stream, alarm = alarms[0]
        since = _moment(min(alarm.since for _, alarm in alarms), mail.zone_name)
        more = f" and {len(alarms) - 1} more" if len(alarms) > 1 else ""
        line = (
            f"{mail.site_name}: {alarm.metric.lower()} at {stream.short_place}{more}, since {since}"
        )
    line = one_line(line)
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1] + "…"


def text_body(mail: NightMail) -> str:
    """The plain-text part: all facts and links, no picture."""
    return _environment(mail.zone_name).get_template("night.txt").render(mail=mail)


def html_body(mail: NightMail) -> str:
    """The HTML part; pictures are referred to by content id."""
    return _environment(mail.zone_name).get_template("night.html").render(mail=mail)


def _environment(zone_name: str) -> Environment:
    """Templates that fail on an unknown name and write times in the plant's zone."""
    environment = Environment(
        loader=PackageLoader("jobs", "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["moment"] = lambda moment: _moment(moment, zone_name)
    environment.filters["line"] = one_line
    environment.filters["count"] = _count
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _moment(moment: datetime, zone_name: str) -> str:
    """A time as the plant reads it, day and minute: `Tue 14 May 02:10`."""
    local = moment.astimezone(ZoneInfo(zone_name))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _count(number: int, noun: str) -> str:
    """A number with its noun, plural where due."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
