"""By what a model can be run, and in which precision: names, for settings and options."""

from typing import Final, Literal, TypeAlias, get_args

EngineName: TypeAlias = Literal["onnxruntime", "openvino"]
DEFAULT_ENGINE: Final[EngineName] = "onnxruntime"
ENGINE_NAMES: Final[tuple[EngineName, ...]] = get_args(EngineName)

Precision: TypeAlias = Literal["fp32", "int8"]
# Why not the quicker one: docs/adr/0006-float32-measures.md.
DEFAULT_PRECISION: Final[Precision] = "fp32"
