"""How arriving files and manifests are read: `[inbox]` and its tables."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from jobs.configuration.checks import check_columns, check_extensions, check_pattern, grid_of
from jobs.configuration.section import Section, Texts


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
