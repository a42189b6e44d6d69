"""How images are measured, and what a picture must show: `[inference]`, `[plausibility]`."""

from pydantic import Field

from inference.engines.choice import DEFAULT_ENGINE, DEFAULT_PRECISION, EngineName, Precision
from jobs.configuration.section import Section


class InferenceSettings(Section):
    """How images are measured."""

    model: str = Field(
        default="", description="ONNX file, relative to the site; empty: the shipped model"
    )
    engine: EngineName = Field(
        default=DEFAULT_ENGINE,
        description='library that runs the model: "onnxruntime", or "openvino" with the extra of that '
        "name; the numbers of one never continue the limits of the other",
    )
    precision: Precision = Field(
        default=DEFAULT_PRECISION,
        description='"fp32": the model file itself; "int8": its 8-bit twin NAME_int8.onnx beside it, '
        "quicker, and a model of its own",
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
