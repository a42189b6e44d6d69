"""The layouts of labelled folders: which file is the image, which its label.

Where a folder fits several, the first of these is taken: `images/` with `masks/`, `images/` with
`labels/`, one folder with NAME_image and NAME_mask, folders NAME_json with `img.png` and
`label.png`, outlines NAME.json. Label images are what the annotators released; outlines
are drawn anew, so they come last.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.datasets.files import (
    by_name,
    image_files,
    is_mask_name,
    json_files,
    listed,
    masks_by_name,
)
from inference.errors import DatasetError

_JSON_FOLDER: Final = "_json"
_IMAGE: Final = "img.png"
_LABEL: Final = "label.png"


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """A layout's word, and (name, image, label) of each item in the order of the names."""

    layout: str
    files: tuple[tuple[str, Path, Path], ...]


def find_files(folder: Path) -> FoundFiles:
    """The images and labels of a folder.

    Raises
    ------
    DatasetError
        The folder is missing, empty or of no known layout; an image has no label or a label no
        image; two files have one name.

    """
    if not folder.is_dir():
        raise DatasetError(f"no folder {folder}")
    found = (
        _images_and(folder, "masks")
        or _images_and(folder, "labels")
        or _tagged(folder)
        or _json_folders(folder / "jsons")
        or _json_folders(folder)
        or _outlines(folder)
    )
    if found is None:
        raise DatasetError(
            f"{folder} holds no labelled images: a data set is images/ with masks/ or labels/, "
            "NAME_image.png with NAME_mask.png, jsons/NAME_json/ with img.png and label.png, or "
            "images with labelme's NAME.json"
        )
    return found


def _images_and(folder: Path, labels: str) -> FoundFiles | None:
    """`images/` with a folder of label images."""
    if not (folder / "images").is_dir() or not (folder / labels).is_dir():
        return None
    masks = masks_by_name(image_files(folder / labels))
    if not masks and labels == "labels":
        return None
    images = by_name(image_files(folder / "images"))
    if not images:
        raise DatasetError(f"{folder / 'images'} holds no image (.png, .jpg, .bmp)")
    return FoundFiles(f"images+{labels}", _paired(images, masks, folder / labels))


def _tagged(folder: Path) -> FoundFiles | None:
    """One folder with NAME_image (or NAME) and NAME_mask."""
    files = image_files(folder)
    masks = masks_by_name(path for path in files if is_mask_name(path.stem))
    if not masks:
        return None
    images = by_name(path for path in files if not is_mask_name(path.stem))
    return FoundFiles("tagged", _paired(images, masks, folder))


def _json_folders(folder: Path) -> FoundFiles | None:
    """Folders NAME_json with `img.png` and `label.png`, as labelme exports them."""
    if not folder.is_dir():
        return None
    exports = sorted(folder.glob(f"*{_JSON_FOLDER}"))
    labelled = [path for path in exports if path.is_dir()]
    if not any((path / _LABEL).is_file() for path in labelled):
        return None
    for wanted in (_IMAGE, _LABEL):
        if lacking := [path.name for path in labelled if not (path / wanted).is_file()]:
            raise DatasetError(
                f"{len(lacking)} of {len(labelled)} folders in {folder} have no {wanted}: "
                f"{listed(lacking)}"
            )
    return FoundFiles(
        "jsons",
        tuple(
            (path.name.removesuffix(_JSON_FOLDER), path / _IMAGE, path / _LABEL)
            for path in labelled
        ),
    )


def _outlines(folder: Path) -> FoundFiles | None:
    """Labelme's NAME.json in `jsons/`, `labels/` or beside the images."""
    images = folder / "images" if (folder / "images").is_dir() else folder
    for place in (folder / "jsons", folder / "labels", images):
        if place.is_dir() and (labels := by_name(json_files(place))):
            pictures = by_name(image_files(images))
            if pictures:
                return FoundFiles("outlines", _paired(pictures, labels, place))
    return None


def _paired(
    images: dict[str, Path], labels: dict[str, Path], place: Path
) -> tuple[tuple[str, Path, Path], ...]:
    """Images and labels of the same names; each needs the other."""
    if lacking := sorted(images.keys() - labels.keys()):
        raise DatasetError(
            f"{len(lacking)} of {len(images)} images have no label in {place}: "
            f"{listed(images[name].name for name in lacking)}; "
            "label them (an image without defects has an empty mask) or move them away"
        )
    if lacking := sorted(labels.keys() - images.keys()):
        raise DatasetError(
            f"{len(lacking)} of {len(labels)} labels in {place} have no image: "
            f"{listed(labels[name].name for name in lacking)}"
        )
    return tuple((name, images[name], labels[name]) for name in sorted(images))
