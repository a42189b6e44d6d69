"""Reviews: what people say of the defects a model found, and which ones it missed.

A verdict belongs to one measurement of one image: another model's defects have other numbers. Rows
are only ever added; of each defect the latest counts, and "withdrawn" takes the one before back.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from warehouse.errors import TransitionError
from warehouse.journal import audit
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime
from warehouse.records import ClassName, ImageRow

Verdict = Literal["agree", "false call", "missed", "withdrawn"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

review: Final = Table(
    "review",
    METADATA,
    Column("review_id", Integer, primary_key=True),
    Column("image_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("model_id", String(64), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("pass_id", "line", "station", "tool")),
    Column("family", Text, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    # One of the two: a defect of the model, or one of those it missed, numbered from 1.
    Column("defect_no", Integer),
    Column("missed_no", Integer),
    Column(
        "defect_class",
        String(16),
        CheckConstraint("defect_class IN ('scratch', 'stain')"),
        nullable=False,
    ),
    Column(
        "verdict",
        String(16),
        CheckConstraint("verdict IN ('agree', 'false call', 'missed', 'withdrawn')"),
        nullable=False,
    ),
    *(Column(name, Integer) for name in ("box_x", "box_y", "box_width", "box_height")),
    Column("remark", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("(defect_no IS NULL) <> (missed_no IS NULL)"),
    Index("review_of_image", "image_id", "revision"),
    Index("review_of_time", "captured_at"),
)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box on an image: left upper corner and size, px of the original."""

    x: int
    y: int
    width: int
    height: int

    def lies_in(self, width: int, height: int) -> bool:
        """Tell whether it has an area and lies within an image of this size.

        Examples
        --------
        >>> Box(2, 3, 10, 1).lies_in(12, 4), Box(2, 3, 11, 1).lies_in(12, 4)
        (True, False)

        """
        inside = self.x + self.width <= width and self.y + self.height <= height
        return inside and min(self.x, self.y) >= 0 and min(self.width, self.height) >= 1


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer says of one defect of an image.

    Attributes
    ----------
    defect_no
        The defect of the model; None for one that it missed.
    missed_no
        The missed one meant; None with a `box` for a new one.

    """

    verdict: Verdict
    defect_class: ClassName
    defect_no: int | None = None
    missed_no: int | None = None
    box: Box | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One stored verdict, with the stream and the time of capture of its image."""

    review_id: int
    image_id: str
    revision: int
    model_id: str
    pass_id: str
    line: str
    station: str
    tool: str
    family: str
    captured_at: datetime
    defect_no: int | None
    missed_no: int | None
    defect_class: ClassName
    verdict: Verdict
    box_x: int | None
    box_y: int | None
    box_width: int | None
    box_height: int | None
    remark: str
    created_by: str
    created_at: datetime

    @property
    def name(self) -> str:
        """What it is of, such as "defect 3", as the audit trail names it."""
        number = (
            f"missed {self.missed_no}" if self.defect_no is None else f"defect {self.defect_no}"
        )
        return f"{self.pass_id}: {number} of image {self.image_id[:12]}.{self.revision}"

    @property
    def box(self) -> Box | None:
        """The drawn box; None for a defect of the model."""
        x, y, width, height = self.box_x, self.box_y, self.box_width, self.box_height
        if x is None or y is None or width is None or height is None:
            return None
        return Box(x, y, width, height)


_COLUMNS: Final = tuple(review.c[field.name] for field in fields(ReviewRow))
_SUBJECT: Final = (review.c.image_id, review.c.revision, review.c.defect_no, review.c.missed_no)


def store_review(
    journal: Journal, image: ImageRow, opinion: Opinion, *, who: str, now: datetime
) -> ReviewRow:
    """Add what a reviewer says of a defect of `image`; audited.

    Returns
    -------
    ReviewRow
        As stored; the one that stands already where the same person says the same again.

    Raises
    ------
    TransitionError
        Nobody is named, the verdict does not fit the defect, the box does not lie in the image, or
        there is nothing to take back.

    """
    _check(image, opinion, who)
    with journal.writing() as connection:
        number = opinion.missed_no
        if opinion.verdict == "missed" and number is None:
            number = _next_missed(connection, image)
        before = _standing_of(connection, image, opinion.defect_no, number)
        said = (opinion.verdict, opinion.defect_class, opinion.box, opinion.remark, who)
        if before is not None and said == _said(before):
            return before
        if opinion.verdict == "withdrawn" and (before is None or before.verdict == "withdrawn"):
            raise TransitionError("there is no verdict to take back")
        row = _row(image, opinion, number, who, now)
        added = connection.execute(insert(review).values(_values(row)))
        audit.append(
            connection,
            at=now,
            who=who,
            what=f"review: {opinion.verdict}",
            subject=row.name,
            before=None if before is None else _told(before),
            after=_told(row),
            reason=opinion.remark,
        )
        key = added.inserted_primary_key
        assert key is not None
        found = connection.execute(_rows().where(review.c.review_id == key[0])).one()
    return ReviewRow(*found)


def standing_reviews(
    journal: Journal,
    *,
    image_ids: Collection[str] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[ReviewRow]:
    """Return the verdicts that count, without those taken back, in the order they were given.

    Parameters
    ----------
    image_ids
        Only of these images.
    start, end
        Only of images captured in [start, end).

    """
    chosen: list[ColumnElement[bool]] = []
    if image_ids is not None:
        chosen.append(review.c.image_id.in_(list(image_ids)))
    if start is not None:
        chosen.append(review.c.captured_at >= start)
    if end is not None:
        chosen.append(review.c.captured_at < end)
    # All verdicts on one defect are about one image: what chooses rows chooses all of them.
    newest = select(func.max(review.c.review_id)).where(*chosen).group_by(*_SUBJECT)
    wanted = _rows().where(review.c.review_id.in_(newest), review.c.verdict != "withdrawn")
    with journal.reading() as connection:
        found = connection.execute(wanted.order_by(review.c.review_id))
        return [ReviewRow(*row) for row in found]


def _check(image: ImageRow, opinion: Opinion, who: str) -> None:
    if not who.strip():
        raise TransitionError("a verdict needs the name of whoever gives it")
    if opinion.verdict == "missed":
        if opinion.defect_no is not None or opinion.box is None:
            raise TransitionError("a missed defect has a box and no number of the model's")
        if not opinion.box.lies_in(image.width, image.height):
            raise TransitionError(
                f"the box {asdict(opinion.box)} does not lie in the image of "
                f"{image.width} × {image.height} px; draw it again"
            )
    elif opinion.box is not None or (opinion.defect_no is None) == (opinion.missed_no is None):
        raise TransitionError(f"'{opinion.verdict}' is said of one defect, without a box")
    elif opinion.missed_no is not None and opinion.verdict != "withdrawn":
        raise TransitionError("a missed defect can only be taken back")


def _row(
    image: ImageRow, opinion: Opinion, missed_no: int | None, who: str, now: datetime
) -> ReviewRow:
    box = opinion.box
    return ReviewRow(
        review_id=0,
        image_id=image.image_id,
        revision=image.revision,
        model_id=image.model_id,
        pass_id=image.pass_id,
        line=image.line,
        station=image.station,
        tool=image.tool,
        family=image.family,
        captured_at=image.captured_at,
        defect_no=opinion.defect_no,
        missed_no=missed_no,
        defect_class=opinion.defect_class,
        verdict=opinion.verdict,
        box_x=box.x if box else None,
        box_y=box.y if box else None,
        box_width=box.width if box else None,
        box_height=box.height if box else None,
        remark=opinion.remark,
        created_by=who,
        created_at=now,
    )


def _next_missed(connection: Connection, image: ImageRow) -> int:
    highest = select(func.max(review.c.missed_no)).where(
        review.c.image_id == image.image_id, review.c.revision == image.revision
    )
    return (connection.scalar(highest) or 0) + 1


def _standing_of(
    connection: Connection, image: ImageRow, defect_no: int | None, missed_no: int | None
) -> ReviewRow | None:
    wanted = _rows().where(
        review.c.image_id == image.image_id,
        review.c.revision == image.revision,
        review.c.defect_no.is_(None) if defect_no is None else review.c.defect_no == defect_no,
        review.c.missed_no.is_(None) if missed_no is None else review.c.missed_no == missed_no,
    )
    found = connection.execute(wanted.order_by(review.c.review_id.desc()).limit(1)).first()
    return None if found is None else ReviewRow(*found)


def _said(row: ReviewRow) -> tuple[object, ...]:
    return (row.verdict, row.defect_class, row.box, row.remark, row.created_by)


def _told(row: ReviewRow) -> dict[str, Any]:
    """Return what the audit trail keeps of a verdict."""
    names = ("verdict", "defect_class", "model_id", "remark")
    told = {name: getattr(row, name) for name in names}
    return told | ({} if row.box is None else {"box": asdict(row.box)})


def _values(row: ReviewRow) -> dict[str, Any]:
    values = asdict(row)
    # The database counts.
    del values["review_id"]
    return values


def _rows() -> Select[Any]:
    return select(*_COLUMNS)
