"""The data report: what a data set holds, and which labels deserve a second look."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inference.datasets.contents import Contents, contents_of
from inference.datasets.dataset import Dataset
from inference.datasets.facts import ImageFacts, facts_of
from inference.datasets.loading import load_image
from inference.datasets.seams import check_seams
from inference.datasets.suspicion import Suspicion


@dataclass(frozen=True, slots=True)
class DataReport:
    """The report of a data set; `to_dict` is what `blemish dataset --json` prints.

    Attributes
    ----------
    folder, layout
        Of the data set.
    contents
        What it holds.
    seams
        Borders that two tiles share.
    suspicions
        Labels that may be wrong, by image name.
    labels
        The label file of each image in `suspicions`.

    """

    folder: str
    layout: str
    contents: Contents
    seams: int
    suspicions: tuple[Suspicion, ...]
    labels: dict[str, Path]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain lists, numbers and None."""
        return {
            "folder": self.folder,
            "layout": self.layout,
            **asdict(self.contents),
            "seams": self.seams,
            "suspicious": [
                asdict(each) | {"label": str(self.labels[each.name])} for each in self.suspicions
            ],
        }


def read_facts(
    dataset: Dataset, progress: Callable[[int, int], None] | None = None
) -> tuple[ImageFacts, ...]:
    """Read every image and mask, one at a time, and keep what a report needs.

    Parameters
    ----------
    dataset
        Whose files are read.
    progress
        Called with the number of images read and that of all.

    Raises
    ------
    DatasetError
        An image or a label cannot be used; the first one is named.

    """
    facts = []
    for done, item in enumerate(dataset.items, start=1):
        image, mask = load_image(item)
        facts.append(facts_of(item, mask, sha256=image.sha256))
        if progress is not None:
            progress(done, len(dataset.items))
    return tuple(facts)


def data_report(dataset: Dataset, facts: Sequence[ImageFacts]) -> DataReport:
    """The report over the facts of a data set's images.

    Raises
    ------
    DatasetError
        There is no image.

    """
    seams = check_seams(facts)
    found = [*(each for image in facts for each in image.suspicions), *seams.suspicions]
    found += _identical(facts)
    suspected = {each.name for each in found}
    return DataReport(
        folder=str(dataset.folder),
        layout=dataset.layout,
        contents=contents_of(facts),
        seams=seams.compared,
        suspicions=tuple(sorted(found, key=lambda each: (each.name, each.kind))),
        labels={item.name: item.label for item in dataset.items if item.name in suspected},
    )


def _identical(facts: Sequence[ImageFacts]) -> list[Suspicion]:
    """Images that are there again as another part: a split may put them into two sets."""
    first: dict[str, ImageFacts] = {}
    found = []
    for image in facts:
        other = first.setdefault(image.sha256, image)
        if other.part != image.part:
            detail = f"the same file as {other.name}, which is part {other.part}"
            found.append(Suspicion("identical", image.name, None, None, detail))
    return found
