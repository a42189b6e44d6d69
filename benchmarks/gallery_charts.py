"""The charts of the gallery: what is drawn and what there is to see.

In the sentences `{before}` and `{after}` say how many points have signals before and after the stains
double, `{first}` is the first one after, `{begun}` where its run begins and `{late}` which point
after the change it is, `{confirmed}` the first one after on the last panel, `{ucl}` the
upper limit at the last point of the first panel (`{c_ucl}` that of the c chart), `{flagged}` how many
of 1000 points the chart flags in control.
"""

from dataclasses import dataclass

PARTS_TABLE = "docs/images/gallery/parts.csv"
DAYS_TABLE = "docs/images/gallery/days.csv"


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture: its file's name without the ending, a title, the request, the sentences."""

    name: str
    title: str
    request: str
    sentences: str

    @property
    def by_day(self) -> bool:
        """Whether a point is a day of parts."""
        return self.request.startswith(DAYS_TABLE) or "--subgroup day" in self.request

    @property
    def command(self) -> str:
        """The command that draws it, to be run in the root of the repository."""
        base = "1:18" if self.by_day else "1:90"
        return f"blemish chart {self.request} --baseline {base} --html {self.name}.html"


ENTRIES = (
    Entry(
        "combined",
        "What blemish does by itself: value, residual and running average",
        f"{PARTS_TABLE} --value stain_count",
        "Three panels share one budget of false alarms, {flagged} flagged points per 1000: before the "
        "change {before}. The first signal stands at point {first}, the {late} part with twice the "
        "stains; the running average confirms at point {confirmed} that the shift lasts.",
    ),
    Entry(
        "c",
        "Poisson counts: c, and why it alarms too often",
        f"{PARTS_TABLE} --value stain_count --chart c --rules beyond-limits",
        "The limit of {ucl} trusts that parts differ by chance alone, but some parts are dirtier "
        "than others: of 1000 sound parts {flagged} would be flagged, ten times what three sigma "
        "promise. Before the change {before}, and nothing happened there.",
    ),
    Entry(
        "nb",
        "Counts of parts that differ: nb",
        f"{PARTS_TABLE} --value stain_count --chart nb --rules beyond-limits",
        "The same counts with the limits of a negative binomial law, at {ucl} where c has its limit "
        "at {c_ucl}: before the change {before}, and {flagged} of 1000 would be flagged. The doubling "
        "still shows at point {first}.",
    ),
    Entry(
        "imr",
        "Individuals and moving range: imr",
        f"{PARTS_TABLE} --value stain_count --chart imr",
        "The textbook's chart with all of Nelson's rules takes counts for normal values: its lower "
        "limit lies below zero, where no count can be. Before the change {before}, and {flagged} of "
        "1000 would be flagged for ever, so an alarm by itself says little about what begins at "
        "point {first}.",
    ),
    Entry(
        "two-part",
        "Sizes with zeros: two-part",
        f"{PARTS_TABLE} --value longest_scratch_px --chart two-part --rules beyond-limits",
        "Parts without a scratch leave gaps in the upper panel, which charts the length of the "
        "longest on a lognormal law (its limit of {ucl} px is longer than a part, as the law's tail "
        "is longer than that of scratches), and the lower one has the running share of parts with "
        "one. Only "
        "the stains were doubled, and the scratches say so: after the change {after}.",
    ),
    Entry(
        "ewma",
        "Running average: ewma",
        f"{PARTS_TABLE} --value stain_count --chart ewma",
        "The limits open up over the first points and are then level, because the first "
        "averages still hold mostly the centre they start from. Before the change {before}; the {late} part after "
        "it, point {first}, alarms.",
    ),
    Entry(
        "cusum",
        "Sums of what is too much: cusum",
        f"{PARTS_TABLE} --value stain_count --chart cusum --law nb",
        "The upper sum grows by all that a part has beyond the reference value, and climbs without "
        "end once the stains double. The slope begins where the change does, so the chart also says "
        "when it began: the run of the first signal, at point {first}, starts with part {begun}.",
    ),
    Entry(
        "ma",
        "Mean of the last five: ma",
        f"{PARTS_TABLE} --value stain_count --chart ma",
        "A plain mean of five parts is easier to explain than an EWMA: before the change {before}, and "
        "the first signal comes with point {first}. Neighbouring points share values, so one "
        "disturbance flags several in a row.",
    ),
    Entry(
        "run",
        "The median and nothing else: run",
        f"{PARTS_TABLE} --value stain_count --chart run",
        "No law is assumed: the test counts how long the values stay on one side of the median. "
        "That is slow, for a doubling of the mean still leaves some parts below the median, and "
        "the first signal comes with point {first}.",
    ),
    Entry(
        "xbar-s",
        "Means of days and their spread: xbar-s",
        f"{PARTS_TABLE} --value stain_count --chart xbar-s --subgroup day",
        "Each point is a day of five parts; the second panel is the standard deviation within it. "
        "Both move on day {first}, the first day of the change, for counts that are larger scatter "
        "more.",
    ),
    Entry(
        "three-way",
        "Days that differ by nature: three-way",
        f"{PARTS_TABLE} --value stain_count --chart three-way --subgroup day --rules beyond-limits",
        "The limits of the means come from how much days differ from each other, not from the "
        "scatter of parts within a day. Here days do not differ by nature, so the limits are nearly "
        "those of xbar-s, and day {first} signals on both charts.",
    ),
    Entry(
        "p",
        "Share of failed parts: p",
        f"{DAYS_TABLE} --value failed --opportunities inspected --chart p",
        "A part fails where more than 3 % of its surface is stained; each point is the share of five "
        "parts. Most of what the counts know is gone in a yes or no: after the change {after}, "
        "the first of them day {first}.",
    ),
    Entry(
        "t2",
        "Two columns at once: t2",
        f"{PARTS_TABLE} --value stain_count,scratch_count --chart t2",
        "One number for both counts, with the limits of phase I up to part 90 and those of phase II "
        "from there on. Before the change {before}, one with many scratches; from point {first} on the "
        "list of signals names `stain_count` as what adds most.",
    ),
    Entry(
        "mewma",
        "Running average of two columns: mewma",
        f"{PARTS_TABLE} --value stain_count,scratch_count --chart mewma",
        "The running average of both columns as one distance from their mean, which finds small "
        "lasting shifts. Before the change {before}; the first signal is point {first}, and from then "
        "on the distance stays large.",
    ),
)

INTRODUCTION = """\
# Gallery

One table, many charts: what each kind shows, and what it misses.

[parts.csv](images/gallery/parts.csv) holds what 120 rendered parts show, five a day: numbers of
stains and scratches, the stained share of the surface, the largest stain, the longest scratch. From
part 91 on (day 19) the parts have **twice as many stains**; nothing else changes.
[days.csv](images/gallery/days.csv) has the parts of each day of which more than 3 % is stained. Every
chart learns its limits from the time before the change, shaded in the picture. Diamonds are points
with signals, numbered as in the page's list; a broad orange stroke is the run that led to one.

Each command runs as it stands in the root of the repository and writes the page from which the
picture is taken. `python -m benchmarks.gallery docs/gallery.md` renders the parts, draws the pictures
and writes this page. All kinds and options are in [charts](charts.md#kinds); not drawn here are the
ones that need other data: rare events (`g`, `t`), several part types (`z`), autocorrelated values
(`residual`), and large samples (`np`, `u`, `laney-p`, `laney-u`, `beta-binomial`).
"""
