import cv2
import numpy as np

from inference.classes import DefectClass
from inference.defects import find_defects
from inference.overlay import OUTLINE_COLOURS, draw_overlay, encode_png
from inference.reading import read_image


def drawn(mask, level=80):
    pixels = np.full((*mask.shape, 3), level, dtype=np.uint8)
    defects = find_defects(mask, np.ones(mask.shape, dtype=np.float32))
    return pixels, draw_overlay(pixels, mask, defects)


def test_a_scratch_is_outlined_around_not_on_its_pixels():
    mask = np.zeros((40, 40), dtype=np.uint8)
    mask[20, 10:30] = DefectClass.SCRATCH
    pixels, overlay = drawn(mask)
    assert (pixels == 80).all()
    outline = (overlay == OUTLINE_COLOURS[DefectClass.SCRATCH]).all(axis=2)
    # 3 x 22 pixels around the line less its own 20.
    assert outline.sum() == 3 * 22 - 20
    assert (overlay[mask > 0] == 80).all()
    assert (overlay[~outline] == 80).all()


def test_the_largest_stain_alone_gets_a_circle():
    mask = np.zeros((80, 80), dtype=np.uint8)
    mask[10:20, 10:20] = DefectClass.STAIN
    mask[60:64, 60:64] = DefectClass.STAIN
    _, overlay = drawn(mask)
    white = (overlay > 150).all(axis=2)
    # Radius of 9 x 9 is 6.4, and 2 more to stay clear of the outline: x from 14.5 - 8.4 to + 8.4.
    y, x = np.nonzero(white)
    assert abs(x.min() - 6) <= 1
    assert abs(x.max() - 23) <= 1
    assert y.max() < 30


def test_a_stain_in_the_corner_can_be_drawn():
    mask = np.zeros((20, 20), dtype=np.uint8)
    mask[:3, :3] = DefectClass.STAIN
    assert drawn(mask)[1].shape == (20, 20, 3)


def test_a_mask_file_gives_its_values_back():
    mask = np.random.default_rng(1).integers(0, 3, (33, 47), dtype=np.uint8)
    file = encode_png(mask)
    assert read_image(file).colour == "grey"
    back = cv2.imdecode(np.frombuffer(file, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(back, mask)
