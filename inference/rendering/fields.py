"""Random fields: the noise from which grain, clouds and torn outlines are made."""

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# Log-log slopes of the grain's power over frequency (cycles/px), measured on real surfaces. Beyond
# the last knot the lens passes next to nothing.
_POWER_KNOTS = (0.03, 0.10, 0.22, 0.36, np.inf)
_POWER_SLOPES = (-1.6, -3.6, -5.3, -12.0)
# Smoothing in px of the one field that all clouds of a surface are cut from.
_BASE_SIGMA = 2.0


class Clouds:
    """Smooth noise for one surface, drawn once and then cut and enlarged as needed.

    Drawing and smoothing fresh noise for each of some fifty details costs more than everything
    else; a random cut of one large field looks the same.

    Parameters
    ----------
    rng
        Draws the noise and, later, what else the drawing needs.
    size
        Side in pixels of the largest window that will be asked for.

    Attributes
    ----------
    rng
        As given.

    Examples
    --------
    >>> Clouds(np.random.default_rng(1), 64).window((40, 60), 3.0).shape
    (40, 60)

    """

    __slots__ = ("_field", "_side", "rng")

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.rng = rng
        self._side = int(1.45 * size) + 8
        noise = rng.standard_normal((self._side, self._side), dtype=np.float32)
        smooth = cv2.GaussianBlur(noise, (0, 0), _BASE_SIGMA)
        # The standard deviation that smoothing leaves of white noise is 1 / (2 sigma sqrt(pi)).
        self._field = smooth * np.float32(2.0 * _BASE_SIGMA * np.sqrt(np.pi))

    def window(self, shape: tuple[int, int], sigma: float) -> FloatArray:
        """Noise smoothed with `sigma` pixels, mean about 0 and standard deviation 1.

        Parameters
        ----------
        shape
            Height and width in pixels, neither above the size given at the start.
        sigma
            In pixels; below 1.4 is taken as 1.4.

        """
        zoom = max(sigma, 1.4) / _BASE_SIGMA
        height, width = (min(int(side / zoom) + 3, self._side) for side in shape)
        top = int(self.rng.integers(0, self._side - height + 1))
        left = int(self.rng.integers(0, self._side - width + 1))
        cut = self._field[top : top + height, left : left + width]
        moved = np.array([[1.0 / zoom, 0.0, 1.0], [0.0, 1.0 / zoom, 1.0]])
        enlarged: FloatArray = cv2.warpAffine(
            cut,
            moved,
            (shape[1], shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT,
        ).astype(np.float32, copy=False)
        return enlarged


def smoothed(field: FloatArray, sigma: float) -> FloatArray:
    """Smooth `field`, shape (H, W), with a Gaussian of `sigma` pixels."""
    return cv2.GaussianBlur(field, (0, 0), sigma).astype(np.float32, copy=False)


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
    amplitude = _amplitude(size, scale, anisotropy, angle)
    parts = rng.standard_normal((*amplitude.shape, 2), dtype=np.float32)
    spectrum = parts.view(np.complex64)[..., 0] * amplitude
    field: FloatArray = np.fft.irfft2(spectrum, s=(size, size)).astype(np.float32, copy=False)
    field -= field.mean()
    field *= np.float32(1.0) / field.std()
    return field


def _amplitude(size: int, scale: float, anisotropy: float, angle: float) -> FloatArray:
    """Square root of the grain's power at the frequencies of `rfft2`."""
    fy = scale * np.fft.fftfreq(size).astype(np.float32)[:, None]
    fx = scale * np.fft.rfftfreq(size).astype(np.float32)[None, :]
    # Along the brush strokes everything is stretched, so frequencies count for more there.
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along = (fx * cos + fy * sin) * np.float32(anisotropy)
    across = (fy * cos - fx * sin) * np.float32(anisotropy**-0.5)
    # The logarithm of the power is looked up over the frequency in steps of 1/1000.
    steps = np.arange(0.0, 2.0, 0.001)
    log_power = np.zeros_like(steps)
    for slope, low, high in zip(_POWER_SLOPES, _POWER_KNOTS, _POWER_KNOTS[1:], strict=False):
        log_power += slope * (np.log(np.clip(steps, low, high)) - np.log(low))
    table = np.exp(log_power / 2.0).astype(np.float32)
    nearest = np.minimum(cv2.magnitude(along, across) * 1000.0, len(steps) - 1.0).astype(np.int32)
    amplitude: FloatArray = table[nearest]
    return amplitude
