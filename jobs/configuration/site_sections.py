"""What the plant calls itself and whose clock it reads: `[site]`."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from jobs.configuration.checks import check_time_zone, one_line
from jobs.configuration.section import Section


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
