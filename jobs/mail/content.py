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
    """One inline picture: its content id, its bytes and what it shows, in words."""

    cid: str
    data: bytes
    description: str
    content_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class MailAlarm:
    """One characteristic with new signals.

    `rules` are in words; `since` is the first signal's time; `began` says when the process probably
    changed; `value`, `limit` and `center` are written numbers with unit, empty where there is none.
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
    began: str = ""
    parts_link: str = ""


@dataclass(frozen=True, slots=True)
class MailPart:
    """One of the worst parts: its name, what was found on it, its page and its picture."""

    name: str
    words: str
    link: str
    picture: MailPicture | None = None


@dataclass(frozen=True, slots=True)
class MailStream:
    """The alarms of one stream of parts, with a map where its defects have gathered."""

    place: str
    short_place: str
    alarms: tuple[MailAlarm, ...]
    gathered: str = ""
    map_link: str = ""
    map_picture: MailPicture | None = None
    parts: tuple[MailPart, ...] = ()


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
class EpisodeLine:
    """One alert in a list: what and where, since when, how it stands, and why."""

    headline: str
    since: datetime
    words: str
    link: str


@dataclass(frozen=True, slots=True)
class NightMail:
    """Everything one mail tells; `ingest` is the run's ledger line, empty where nothing ran.

    `camera` says that the inspection itself is in question, not the process. `muted` are alerts
    that are not mailed on their own, each with the reason.
    """

    site_name: str
    zone_name: str
    created_at: datetime
    streams: tuple[MailStream, ...]
    late: tuple[LateLine, ...] = ()
    ingest: str = ""
    base_url: str = ""
    camera: bool = False
    muted: tuple[EpisodeLine, ...] = ()
    acknowledge_link: str = ""

    @property
    def pictures(self) -> tuple[MailPicture, ...]:
        """The inline pictures in the order of the text."""
        found: list[MailPicture] = []
        for stream in self.streams:
            found += [stream.map_picture] if stream.map_picture else []
            found += [part.picture for part in stream.parts if part.picture]
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
        return short_line(f"{mail.site_name}: late data, {count(len(mail.late), 'note')}, no alarm")
    stream, alarm = alarms[0]
    since = moment_words(min(alarm.since for _, alarm in alarms), mail.zone_name)
    more = f" and {len(alarms) - 1} more" if len(alarms) > 1 else ""
    what = alarm.metric.lower()
    if mail.camera and not what.startswith(("camera", "model")):
        what = f"camera: {what}"
    return short_line(f"{mail.site_name}: {what} at {stream.short_place}{more}, since {since}")


def short_line(text: str) -> str:
    """Return `text` on one line that fits a subject."""
    line = one_line(text)
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1] + "…"


def text_body(mail: NightMail) -> str:
    """The plain-text part: all facts and links, no picture."""
    return render("night.txt", mail.zone_name, mail=mail, subject=subject(mail))


def html_body(mail: NightMail) -> str:
    """The HTML part; pictures are referred to by content id."""
    return render("night.html", mail.zone_name, mail=mail, subject=subject(mail))


def render(template: str, zone_name: str, **values: object) -> str:
    """Fill one of our templates; times are written in the plant's zone."""
    return _environment(zone_name).get_template(template).render(**values)


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
    environment.filters["moment"] = lambda moment: moment_words(moment, zone_name)
    environment.filters["line"] = one_line
    environment.filters["count"] = count
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    return environment


def moment_words(moment: datetime, zone_name: str) -> str:
    """A time as the plant reads it, day and minute: `Tue 14 May 02:10`."""
    local = moment.astimezone(ZoneInfo(zone_name))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def count(number: int, noun: str) -> str:
    """A number with its noun, plural where due."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
