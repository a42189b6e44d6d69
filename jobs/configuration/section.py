"""What every table of the settings file is: a frozen model with defaults and descriptions.

The commented template that `blemish init` writes and docs/settings.md are made from the models, so
they cannot disagree with them.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from jobs.configuration.checks import listed

# TOML has lists only; a frozen model keeps tuples.
Texts = Annotated[tuple[str, ...], BeforeValidator(listed), Field(strict=False)]


class Section(BaseModel):
    """One table of the settings file: frozen, typed, no key beside its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, allow_inf_nan=False
    )
