"""Random fields: the noise from which grain, clouds and torn outlines are made."""

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# Log-log slopes of the grain's power over frequency (cycles/px), measured on real surfaces.
_POWER_KNOTS = (0.03, 0.10, 0.22, 0.75)
_POWER_SLOPES = (-1.6, -3.6, -5.3)


def clouds(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> FloatArray:
    """Gaussian noise smoothed with `sigma` pixels, mean about 0 and standard deviation 1.

    Parameters
    ----------
    shape
        Height and width in pixels.
    sigma
        Standard deviation of the smoothing in pixels.

    Returns
    -------
    shape (H, W)

    Examples
    --------
    >>> clouds(np.random.default_rng(1), (40, 60), 3.0).shape
    (40, 60)

    """
    # Wide noise is made small and enlarged: the same to the eye and twenty times cheaper.
    shrink = max(1, int(sigma / 2.5))
    height, width = (side // shrink + 2 for side in shape)
    scaled = sigma / shrink
    pad = int(3 * scaled) + 1
    noise = rng.standard_normal((height + 2 * pad, width + 2 * pad), dtype=np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), scaled)[pad:-pad, pad:-pad]
    # The standard deviation that smoothing leaves of white noise is 1 / (2 sigma sqrt(pi)).
    smooth = smooth * np.float32(2.0 * scaled * np.sqrt(np.pi))
    if shrink == 1:
        return np.ascontiguousarray(smooth[: shape[0], : shape[1]], dtype=np.float32)
    large = cv2.resize(smooth, (width * shrink, height * shrink), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[: shape[0], : shape[1]], dtype=np.float32)


def grain(
    rng: np.random.Generator,
    size: int,
    *,
    scale: float = 1.0,
    anisotropy: float = 1.0,
    angle: float = 0.0,
) -> FloatArray:
    """Noise with the power spectrum of real grain, standard deviation 1, shape (size, size).

    `scale` above 1 makes it coarser, `anisotropy` above 1 stretches it along `angle` (radians).
    """
    spectrum = np.fft.rfft2(rng.standard_normal((size, size), dtype=np.float32))
    spectrum *= _amplitude(size, scale, anisotropy, angle)
    field = np.fft.irfft2(spectrum, s=(size, size)).astype(np.float32)
    return field / np.float32(field.std())


def _amplitude(size: int, scale: float, anisotropy: float, angle: float) -> FloatArray:
    """Square root of the grain's power at the frequencies of `rfft2`."""
    fy = scale * np.fft.fftfreq(size).astype(np.float32)[:, None]
    fx = scale * np.fft.rfftfreq(size).astype(np.float32)[None, :]
    # Along the brush strokes everything is stretched, so frequencies count for more there.
    along = (fx * np.cos(angle) + fy * np.sin(angle)) * anisotropy
    across = (fy * np.cos(angle) - fx * np.sin(angle)) / np.sqrt(anisotropy)
    frequency = np.clip(np.hypot(along, across), _POWER_KNOTS[0], None)
    log_power = np.zeros_like(frequency)
    for slope, low, high in zip(_POWER_SLOPES, _POWER_KNOTS, _POWER_KNOTS[1:], strict=False):
        top = high if high != _POWER_KNOTS[-1] else np.inf
        log_power += slope * (np.log(np.clip(frequency, low, top)) - np.log(low))
    amplitude: FloatArray = np.exp(log_power / 2.0).astype(np.float32)
    return amplitude
