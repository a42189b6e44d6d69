"""What a part must meet, and how control charts begin: `[specification]`, `[spc]`."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from jobs.configuration.checks import limits_table
from jobs.configuration.section import Section


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
