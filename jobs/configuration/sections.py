"""The sections of the settings file, each a frozen model with defaults and descriptions.

The commented template that `blemish init` writes and the table in the user guide are made from
this module, so they cannot disagree with it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jobs.configuration.checks import (
    check_clock,
    check_columns,
    check_extensions,
    check_pattern,
    check_time_zone,
    limits_table,
    listed,
    one_line,
)

# TOML has lists only; a frozen model keeps tuples.
Texts = Annotated[tuple[str, ...], BeforeValidator(listed), Field(strict=False)]


class Section(BaseModel):
    """One table of the settings file: frozen, typed, no key beside its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, allow_inf_nan=False
    )


class SiteSettings(Section):
    """What the plant calls itself, and whose clock it reads."""

    name: Annotated[str, BeforeValidator(one_line)] = Field(
        default="blemish", min_length=1, max_length=80, description="shown on pages and in mails"
    )
    time_zone: Annotated[str, BeforeValidator(check_time_zone)] = Field(
        default="UTC",
        description="IANA name of the plant's time zone: times without an offset are read in it, "
        "and every page and mail shows it",
    )


class ColumnSettings(Section):
    """Name of each manifest column in your files, where it differs from ours."""

    part_id: str = Field(default="part_id", description="the part; kept as text, byte for byte")
    image: str = Field(default="image", description="path of the image, relative to the manifest")
    captured_at: str = Field(default="captured_at", description="ISO 8601 time of the picture")
    lot: str = Field(default="lot", description="lot or batch; may be empty")
    station: str = Field(
        default="station", description="inspection station; empty means [inbox] station"
    )
    line: str = Field(default="line", description="optional; production line")
    tool: str = Field(default="tool", description="optional; tool, mould or cavity")
    family: str = Field(default="family", description="optional; part family")
    view: str = Field(default="view", description="optional; the tile of the part, as r1c2 or 1,2")
    passed: Annotated[
        str, Field(alias="pass", description="optional; name of one pass through the station")
    ] = "pass"
    um_per_px: str = Field(default="um_per_px", description="optional; micrometres per pixel")

    @model_validator(mode="after")
    def _distinct(self) -> "ColumnSettings":
        check_columns(self.model_dump(by_alias=True))
        return self


class InboxSettings(Section):
    """How arriving files are read."""

    file_pattern: Annotated[Texts, BeforeValidator(check_pattern)] = Field(
        default=("{part_id}_r{row}c{col}", "{part_id}"),
        description="how a file name (without extension) names the part when no manifest does; "
        "the first that fits is taken. Fields: part_id, row, col, lot, line, station, tool, family",
    )
    extensions: Annotated[Texts, BeforeValidator(check_extensions)] = Field(
        default=(".png", ".jpg", ".jpeg", ".bmp"),
        description="files with another ending are ignored and counted",
    )
    manifest: Literal["optional", "required"] = Field(
        default="optional",
        description="required: an image waits until a manifest row names it; "
        "optional: without a row the file name and the file's time are used",
    )
    quiet_seconds: float = Field(
        default=30.0,
        ge=0,
        le=86_400,
        description="a file younger than this that cannot be decoded is still being written: "
        "it is tried again, not quarantined",
    )
    pass_minutes: float = Field(
        default=10.0,
        gt=0,
        le=1_440,
        description="views of one part at one station within this many minutes are one inspection",
    )
    views_expected: int | None = Field(
        default=None, ge=1, le=4_096, description="views that make a whole part; unset: not known"
    )
    line: str = Field(
        default="line-1", min_length=1, description="production line, where nothing names it"
    )
    station: str = Field(
        default="station-1", min_length=1, description="station, where nothing names it"
    )
    tool: str = Field(default="tool-1", min_length=1, description="tool, where nothing names it")
    family: str = Field(
        default="part", min_length=1, description="part family, where nothing names it"
    )
    um_per_px: float | None = Field(
        default=None,
        gt=0,
        description="micrometres per pixel, where no manifest says; unset: areas stay in pixels",
    )
    columns: ColumnSettings = ColumnSettings()


class InferenceSettings(Section):
    """How images are measured."""

    model: str = Field(
        default="", description="ONNX file, relative to the site; empty: the shipped model"
    )
    workers: int = Field(default=2, ge=1, le=64, description="processes that measure side by side")
    threads: int = Field(default=1, ge=1, le=64, description="threads in each of them")
    max_bytes: int = Field(default=67_108_864, ge=1_024, description="larger files are refused")
    max_pixels: int = Field(
        default=25_000_000, ge=1_024, description="more pixels are refused unread"
    )
    max_side: int = Field(
        default=10_000, ge=16, description="a longer side is refused unread, in pixels"
    )
    min_side: int = Field(default=16, ge=1, description="a shorter side is refused, in pixels")


class Limits(Section):
    """Specification limits of one metric; a missing side is no limit."""

    lower: float | None = Field(default=None, description="smallest value that passes")
    upper: float | None = Field(default=None, description="largest value that passes")

    @model_validator(mode="after")
    def _ordered(self) -> "Limits":
        if self.lower is None and self.upper is None:
            raise ValueError("needs upper, lower or both")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"lower {self.lower:g} is above upper {self.upper:g}")
        return self


Specification = Annotated[Limits | None, BeforeValidator(limits_table)]


class SpecificationSettings(Section):
    """What a part must meet to pass: a number is an upper limit, or {lower = …, upper = …}."""

    stain_count: Specification = Field(default=None, description="stains on the part")
    total_stain_pct: Specification = Field(
        default=None, description="stained share of the surface, %"
    )
    largest_stain_area_px: Specification = Field(default=None, description="largest stain, px²")
    total_stain_area_px: Specification = Field(default=None, description="stained area, px²")
    scratch_count: Specification = Field(default=None, description="scratches on the part")
    longest_scratch_px: Specification = Field(default=None, description="longest scratch, px")
    total_scratch_pct: Specification = Field(default=None, description="scratched share, %")
    total_scratch_area_px: Specification = Field(default=None, description="scratched area, px²")
    largest_stain_area_mm2: Specification = Field(
        default=None, description="largest stain, mm²; needs the scale, as the three below"
    )
    longest_scratch_mm: Specification = Field(default=None, description="longest scratch, mm")
    total_stain_area_mm2: Specification = Field(default=None, description="stained area, mm²")
    total_scratch_area_mm2: Specification = Field(default=None, description="scratched area, mm²")


class SpcSettings(Section):
    """How control charts begin and how often they may err."""

    minimum_points: int = Field(
        default=20, ge=2, description="points before limits are drawn at all"
    )
    approve_points: int = Field(
        default=100, ge=2, description="points before limits may be approved"
    )
    false_alarms_per_week: float = Field(
        default=1.0, gt=0, le=1_000, description="false alarms you accept per week over all charts"
    )
    ewma_lambda: float = Field(
        default=0.2, gt=0, le=1, description="weight of the newest part in the running average"
    )

    @model_validator(mode="after")
    def _ordered(self) -> "SpcSettings":
        if self.minimum_points > self.approve_points:
            raise ValueError(
                f"minimum_points {self.minimum_points} is above approve_points "
                f"{self.approve_points}"
            )
        return self


class AlertSettings(Section):
    """Who is told, and of what."""

    recipients: Texts = Field(default=(), description="addresses; empty: alerts stay on the pages")
    sender: Annotated[str, Field(alias="from", description="address the mail comes from")] = (
        "blemish@localhost"
    )
    max_age_hours: float = Field(
        default=72.0,
        gt=0,
        description="a signal on an older part is shown on the pages but not mailed",
    )
    base_url: str = Field(
        default="http://127.0.0.1:8050", description="address of the pages, for the links in mails"
    )

    @model_validator(mode="after")
    def _addresses(self) -> "AlertSettings":
        for address in (*self.recipients, self.sender):
            if not address.isprintable() or " " in address or address.count("@") != 1:
                raise ValueError(f"{address!r} is not a mail address")
        return self


class SmtpSettings(Section):
    """The mail server."""

    host: str = Field(
        default="", description="empty: mails are kept in the outbox and shown as pending"
    )
    port: int = Field(default=587, ge=1, le=65_535, description="587 starttls, 465 tls, 25 none")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none: plain text"
    )
    user: str = Field(default="", description="empty: no login")
    password_env: str = Field(
        default="BLEMISH_SMTP_PASSWORD",
        description="environment variable that holds the password; it never stands in this file",
    )
    timeout_seconds: float = Field(
        default=20.0, gt=0, le=600, description="patience with the server"
    )


class ScheduleSettings(Section):
    """When the nightly run starts."""

    nightly_at: Annotated[str, BeforeValidator(check_clock)] = Field(
        default="02:00", description="HH:MM in the plant's time zone"
    )


class ServeSettings(Section):
    """Where the pages are served."""

    host: str = Field(default="127.0.0.1", min_length=1, description="127.0.0.1: this machine only")
    port: int = Field(default=8050, ge=0, le=65_535, description="0: any free port")
    threads: int = Field(default=4, ge=1, le=64, description="requests answered side by side")
