import cv2
import numpy as np
import pytest

from inference.errors import DatasetError
from inference.pairs import ImagePair, find_pairs, images_without_mask


def write(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, array)[1].tobytes())
    return path


def picture(height=20, width=24):
    return np.full((height, width, 3), 90, dtype=np.uint8)


def mask(height=20, width=24, value=0):
    return np.full((height, width), value, dtype=np.uint8)


def test_images_and_masks_of_one_folder_are_paired_by_their_tag(tmp_path):
    for name in ("b", "a"):
        write(tmp_path / f"{name}_image.png", picture())
        write(tmp_path / f"{name}_mask.png", mask())
    (tmp_path / "pairs.csv").write_text("a,b\n")
    assert find_pairs(tmp_path, tmp_path) == (
        ImagePair(tmp_path / "a_image.png", tmp_path / "a_mask.png"),
        ImagePair(tmp_path / "b_image.png", tmp_path / "b_mask.png"),
    )


def test_images_and_masks_of_two_folders_are_paired_by_their_stem(tmp_path):
    images, masks = tmp_path / "images", tmp_path / "masks"
    write(images / "0001.jpg", picture())
    write(masks / "0001.bmp", mask())
    write(images / "0002_image.png", picture())
    write(masks / "0002_mask.png", mask())
    write(images / "0003.png", picture())
    write(masks / "0004.png", mask())
    assert [pair.mask.name for pair in find_pairs(images, masks)] == ["0001.bmp", "0002_mask.png"]
    assert images_without_mask(images, masks) == (images / "0003.png",)


def test_an_image_is_never_its_own_mask(tmp_path):
    write(tmp_path / "0001.png", picture())
    with pytest.raises(DatasetError, match=r"no image in .* has a mask in .*ends in .png or .bmp"):
        find_pairs(tmp_path, tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"no folder .*absent"):
        find_pairs(tmp_path / "absent", tmp_path)


def test_a_name_that_two_files_have_is_refused(tmp_path):
    for suffix in ("png", "bmp"):
        write(tmp_path / "images" / f"a.{suffix}", picture())
    write(tmp_path / "masks" / "a.png", mask())
    with pytest.raises(DatasetError, match=r"a.bmp and .*a.png have the same name, a; remove"):
        find_pairs(tmp_path / "images", tmp_path / "masks")
