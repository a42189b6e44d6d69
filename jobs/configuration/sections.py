"""The sections of the settings file, each a frozen model with defaults and descriptions.

The commented template that `blemish init` writes and the table in the user guide are made from
this module, so they cannot disagree with it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jobs.configuration.checks import (
    check_clock,
    check_clocks,
    check_columns,
    check_extensions,
    check_networks,
    check_pattern,
    check_time_zone,
    grid_of,
    limits_table,
    listed,
    one_line,
)
from jobs.configuration.outline import read_outline

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
    sha256: str = Field(
        default="sha256",
        description="optional; SHA-256 of the image file, 64 hexadecimal digits: other bytes are refused",
    )

    @model_validator(mode="after")
    def _distinct(self) -> "ColumnSettings":
        check_columns(self.model_dump(by_alias=True))
        return self


class ManifestLimits(Section):
    """Beyond which a manifest, or a line of it, is refused: a night must not go into one file."""

    max_bytes: int = Field(default=33_554_432, ge=1_024, description="a larger file is refused")
    max_rows: int = Field(default=200_000, ge=1, description="a file with more rows is refused")
    max_columns: int = Field(default=200, ge=5, description="a file with more columns is refused")
    max_line: int = Field(
        default=65_536, ge=256, description="a longer line is rejected, in characters"
    )


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
    recheck_files: int = Field(
        default=500,
        ge=0,
        description="known files read again in each run, in turn, to find content that was changed "
        "under the same size and time; 0: none",
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
    view_grid: Annotated[tuple[int, int] | None, BeforeValidator(grid_of)] = Field(
        default=None,
        description="rows and columns of the views that make a part, as [2, 3], counted from "
        "r1c1: defects are then placed on the part and not on their view; unset: every view shows the whole part",
    )
    views: Literal["adjoining", "separate"] = Field(
        default="adjoining",
        description="adjoining: views with a row and a column lie edge to edge, without overlap, and "
        "a defect that crosses a border between them is one; separate: each view is a surface of "
        "its own",
    )
    seam_gap_px: int = Field(
        default=1,
        ge=0,
        le=16,
        description="pixels that may lie between two pieces of one defect at a border between "
        "adjoining views",
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
    manifest_limits: ManifestLimits = ManifestLimits()


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
    image_seconds: float = Field(
        default=6.0,
        ge=0.1,
        le=600,
        description="an image that takes a process longer is refused and the process replaced; "
        "waiting for a busy machine does not count",
    )
    image_memory_mb: int = Field(
        default=1_536,
        ge=64,
        description="memory one image may take beyond what the model needs, in MB; "
        "more refuses the image",
    )


class PlausibilitySettings(Section):
    """What a picture must show to be one of a part; beyond a limit it is refused as IMPLAUSIBLE."""

    min_brightness: float = Field(
        default=12.0, ge=0, le=255, description="mean grey level; below: black"
    )
    max_brightness: float = Field(
        default=235.0, ge=0, le=255, description="mean grey level; above: white"
    )
    min_contrast: float = Field(
        default=1.5, ge=0, le=255, description="standard deviation of the grey level"
    )
    min_sharpness: float = Field(
        default=3.0,
        ge=0,
        description="variance of the Laplacian, longer side at 320 pixels; below: blurred; 0: no limit",
    )
    min_detail: float = Field(
        default=25.0,
        ge=0,
        description="the same at 80 pixels, where noise counts little; below: blurred, or no part; "
        "0: no limit",
    )
    max_dark_share: float = Field(
        default=0.25, ge=0, le=1, description="share of black pixels; 1: no limit"
    )
    max_saturated_share: float = Field(
        default=0.25, ge=0, le=1, description="share of saturated pixels; 1: no limit"
    )
    max_flat_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="share of the picture that has one grey level, as a half frame has; 1: no limit",
    )
    max_repeated_share: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="share of lines that repeat the one before; 1: no limit",
    )
    max_noise_share: float = Field(
        default=0.25, ge=0, le=1, description="share of the picture that is only noise; 1: no limit"
    )
    min_chroma: float = Field(
        default=0.0,
        ge=0,
        le=255,
        description="mean difference of the brightest and the darkest channel; gold parts have 60 "
        "and more, a grey belt none; 0: no limit",
    )


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
    digest: bool = Field(
        default=True, description="whether the first run of each plant day mails a digest"
    )
    digest_recipients: Texts = Field(
        default=(), description="addresses that get the digest; empty: those of the alerts"
    )
    failure_recipients: Texts = Field(
        default=(),
        description="addresses that hear of failed and missing runs; empty: those of the alerts",
    )

    @model_validator(mode="after")
    def _addresses(self) -> "AlertSettings":
        everybody = (*self.recipients, *self.digest_recipients, *self.failure_recipients)
        for address in (*everybody, self.sender):
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
    also_at: Annotated[Texts, BeforeValidator(check_clocks)] = Field(
        default=(),
        description="further runs each day, such as shift ends: a list of HH:MM",
    )
    every_minutes: int = Field(
        default=0, ge=0, le=1_440, description="a run each so many minutes as well; 0: none"
    )
    attempts: int = Field(
        default=3, ge=1, le=20, description="tries of one run before it is given up, and mailed"
    )
    time_limit_hours: float = Field(
        default=6.0,
        gt=0,
        le=168,
        description="a run that takes longer is ended and counts as failed",
    )
    silent_after_hours: float = Field(
        default=26.0,
        gt=0,
        le=744,
        description="without a successful run for so long, a mail and a banner say so",
    )


class ServeSettings(Section):
    """Where the pages are served."""

    host: str = Field(default="127.0.0.1", min_length=1, description="127.0.0.1: this machine only")
    port: int = Field(default=8050, ge=0, le=65_535, description="0: any free port")
    threads: int = Field(default=4, ge=1, le=64, description="requests answered side by side")
    part_outline: Texts = Field(
        default=(),
        description="drawing of the part over its defect maps: lines of points x,y from 0 to 1, "
        'as "0.1,0 0.9,0 0.9,1 0.1,1 0.1,0"',
    )

    @model_validator(mode="after")
    def _drawable(self) -> "ServeSettings":
        read_outline(self.part_outline)
        return self


class AccessSettings(Section):
    """Who may see the pages: accounts of `blemish user`, or a trusted proxy that names the person."""

    proxy_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="header in which the trusted proxy names the person, such as X-Forwarded-User; "
        "empty: none",
    )
    proxy_addresses: Annotated[Texts, BeforeValidator(check_networks)] = Field(
        default=(),
        description="addresses or networks of the trusted proxy; from anywhere else its headers "
        "count for nothing",
    )
    proxy_role: Literal["none", "viewer", "engineer", "admin"] = Field(
        default="viewer",
        description="role of people the proxy names who have no account; none: they are refused",
    )
    https: bool = Field(
        default=False,
        description="true where browsers reach the pages by HTTPS: cookies are then sent by HTTPS only",
    )
    idle_minutes: float = Field(
        default=60.0, gt=0, le=10_080, description="a session without a request for so long ends"
    )
    session_hours: float = Field(
        default=12.0, gt=0, le=744, description="every session ends after so long"
    )
    failures: int = Field(
        default=5, ge=1, le=100, description="wrong passwords in a row that lock an account"
    )
    lock_minutes: float = Field(
        default=15.0,
        gt=0,
        le=1_440,
        description="longest lock: the first is half a minute, each further failure doubles it",
    )
    password_days: float = Field(
        default=0.0,
        ge=0,
        le=3_650,
        description="an older password must be changed at login; 0: passwords do not age",
    )
    logins_per_minute: int = Field(
        default=10, ge=1, le=1_000, description="logins one address may try a minute"
    )
    exports_per_minute: int = Field(
        default=60,
        ge=1,
        le=10_000,
        description="downloads and outlines one person may ask for a minute",
    )
    requests_per_minute: int = Field(
        default=1_200, ge=60, le=100_000, description="requests one person may make a minute"
    )

    @model_validator(mode="after")
    def _trusted(self) -> "AccessSettings":
        if self.proxy_header and not self.proxy_addresses:
            raise ValueError(
                "proxy_header needs proxy_addresses: without them anybody could send the header"
            )
        return self
