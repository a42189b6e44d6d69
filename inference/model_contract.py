"""What a model file promises: its classes, its input and how its probabilities become a mask."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from inference.classes import CLASS_NAMES, DEFECT_CLASSES
from inference.engines.choice import DEFAULT_ENGINE
from inference.errors import ModelError

METADATA_KEY: Final = "blemish"
INPUT_NAME: Final = "image"
OUTPUT_NAME: Final = "probabilities"
NORMALISATION: Final = "rg-median"
SIDE_MULTIPLE: Final = 16


@dataclass(frozen=True, slots=True)
class ModelContract:
    """The part of a model that the pipeline relies on; written into the ONNX file's metadata.

    Attributes
    ----------
    name
        What people call the model.
    classes
        Names of the output channels, in order.
    input_size
        Height and width in pixels that the model was trained for, multiples of 16.
    normalisation
        Name of the input transformation; only "rg-median" (`inference.normalise`) is known.
    thresholds
        For each defect class the probability, in (0, 1], from which a pixel is a candidate.
    minimum_area
        For each defect class the pixels below which a component is dropped.
    seed_thresholds
        For each defect class the probability, from its threshold to 1, that one pixel of a
        component must reach for the component to be kept; None where the thresholds are enough.
    engine
        What runs it unless told: one of `inference.engines.choice.ENGINE_NAMES`.

    """

    name: str
    classes: tuple[str, ...]
    input_size: tuple[int, int]
    thresholds: Mapping[str, float]
    minimum_area: Mapping[str, int]
    normalisation: str = NORMALISATION
    seed_thresholds: Mapping[str, float] | None = None
    engine: str = DEFAULT_ENGINE

    def __post_init__(self) -> None:
        if self.classes != CLASS_NAMES:
            raise ModelError(f"classes must be {CLASS_NAMES}, got {self.classes}")
        if self.normalisation != NORMALISATION:
            raise ModelError(f"normalisation must be {NORMALISATION!r}, got {self.normalisation!r}")
        if any(side <= 0 or side % SIDE_MULTIPLE for side in self.input_size):
            raise ModelError(
                f"input sides must be positive multiples of {SIDE_MULTIPLE}, got {self.input_size}"
            )
        self._check_decision()

    def _check_decision(self) -> None:
        expected = {defect_class.label for defect_class in DEFECT_CLASSES}
        for field, values in (
            ("thresholds", self.thresholds),
            ("minimum_area", self.minimum_area),
            ("seed_thresholds", self.seeds),
        ):
            if set(values) != expected:
                raise ModelError(f"{field} must name {sorted(expected)}, got {sorted(values)}")
        for label, threshold in self.thresholds.items():
            if not 0.0 < threshold <= 1.0:
                raise ModelError(f"threshold of {label} must be in (0, 1], got {threshold}")
            if not threshold <= self.seeds[label] <= 1.0:
                raise ModelError(
                    f"seed threshold of {label} must be from its threshold, {threshold:g}, to 1, "
                    f"got {self.seeds[label]}"
                )
        for label, area in self.minimum_area.items():
            if area < 0:
                raise ModelError(f"minimum area of {label} must be at least 0, got {area}")

    @property
    def seeds(self) -> Mapping[str, float]:
        """What one pixel of a component must reach, by class: the thresholds unless told."""
        return self.thresholds if self.seed_thresholds is None else self.seed_thresholds

    def to_json(self) -> str:
        """The contract as one JSON object; the engine only where it is not the usual one."""
        fields = asdict(self)
        if self.engine == DEFAULT_ENGINE:
            del fields["engine"]
        return json.dumps(fields, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ModelError
            The text is no JSON object, lacks a field, or a field has the wrong type or value.

        Examples
        --------
        >>> ModelContract.from_json("[]")
        Traceback (most recent call last):
        ...
        inference.errors.ModelError: the model's metadata is no JSON object

        """
        try:
            fields = json.loads(text)
        except json.JSONDecodeError as error:
            raise ModelError(f"the model's metadata is not JSON: {error}") from error
        if not isinstance(fields, dict):
            raise ModelError("the model's metadata is no JSON object")
        try:
            return cls(**_typed(fields))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                f"the model's metadata is incomplete or malformed: {error!r}"
            ) from error


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the types of `ModelContract`; a further field is left to newer versions."""
    height, width = fields["input_size"]
    # Files from before seeds were known have none.
    seeds = fields.get("seed_thresholds")
    return {
        "name": str(fields["name"]),
        "classes": tuple(str(name) for name in fields["classes"]),
        "input_size": (int(height), int(width)),
        "normalisation": str(fields["normalisation"]),
        "thresholds": {str(key): float(value) for key, value in fields["thresholds"].items()},
        "minimum_area": {str(key): int(value) for key, value in fields["minimum_area"].items()},
        "seed_thresholds": seeds and {str(key): float(value) for key, value in seeds.items()},
        "engine": str(fields.get("engine", DEFAULT_ENGINE)),
    }
