"""Files written and read back by Pillow, the other program most people would use."""

import io

import numpy as np
import pytest

from inference.reading import read_image

Image = pytest.importorskip("PIL.Image", reason="Pillow comes with matplotlib")

RAMP = np.arange(32 * 40, dtype=np.uint32).reshape(32, 40)
RGB = np.dstack([RAMP % 256, RAMP * 7 % 256, RAMP * 3 % 256]).astype(np.uint8)


def written(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
@pytest.mark.parametrize(
    ("mode", "colour"),
    [("RGB", "rgb"), ("RGBA", "rgba"), ("L", "grey"), ("P", "palette"), ("1", "grey")],
)
def test_files_without_loss_have_the_pixels_that_pillow_reads(kind, mode, colour):
    data = written(Image.fromarray(RGB).convert(mode), kind)
    image = read_image(data)
    pillow = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert np.array_equal(image.pixels, pillow[..., ::-1])
    # BMP has no grey: it is a palette of greys.
    assert image.colour == ("palette" if kind == "BMP" and colour == "grey" else colour)


def test_a_cmyk_jpeg_comes_back_in_the_colours_it_was_made_from():
    even = np.full((32, 32, 3), (200, 90, 20), dtype=np.uint8)
    data = written(Image.fromarray(even).convert("CMYK"), "JPEG", quality=98)
    image = read_image(data)
    assert image.colour == "cmyk"
    assert np.abs(image.pixels.astype(int) - (20, 90, 200)).max() <= 3


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_jpegs_differ_from_pillow_by_rounding_only(subsampling):
    smooth = Image.fromarray(RGB[:8, :8]).resize((64, 48))
    data = written(smooth, "JPEG", quality=90, subsampling=subsampling)
    pillow = np.asarray(Image.open(io.BytesIO(data)))
    difference = read_image(data).pixels[..., ::-1].astype(int) - pillow
    assert np.abs(difference).max() <= 4
