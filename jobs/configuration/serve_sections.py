"""When runs start, who may see the pages, what a query may use: `[schedule]`, `[serve]`, `[access]`, `[sql]`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from jobs.configuration.checks import check_clock, check_clocks, check_networks
from jobs.configuration.outline import read_outline
from jobs.configuration.section import Section, Texts


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


class SqlSettings(Section):
    """What one query of the SQL page may use; `blemish sql` has no limits."""

    seconds: float = Field(default=20.0, ge=1, le=3_600, description="time one query may take")
    memory_mib: int = Field(
        default=512, ge=64, le=65_536, description="memory one query may take, MiB"
    )
    at_once: int = Field(
        default=2,
        ge=1,
        le=32,
        description="queries that run side by side: each takes up to one processor and its memory",
    )
    wait_seconds: float = Field(
        default=5.0, ge=0, le=300, description="a query waits so long for its turn, then is refused"
    )
    rows: int = Field(
        default=10_000, ge=100, le=200_000, description="rows of an answer shown on the page"
    )
    answer_mib: int = Field(
        default=4, ge=1, le=64, description="size of an answer shown on the page, MiB"
    )
    file_rows: int = Field(
        default=1_000_000, ge=1_000, le=100_000_000, description="rows of a CSV or Parquet file"
    )
    file_mib: int = Field(
        default=256, ge=1, le=16_384, description="size of a CSV or Parquet file, MiB"
    )
