"""Training, validation and test sets that never share a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.classes import DEFECT_CLASSES
from inference.datasets.dataset import Dataset, LabelledImage
from inference.datasets.loading import load_mask
from inference.errors import DatasetError

SHARES: Final = (0.70, 0.15, 0.15)
_SET_NAMES: Final = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """Names of the items of each set, in the order of the data set."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    def by_set(self) -> dict[str, tuple[str, ...]]:
        """The names by the word of their set: "train", "validation", "test"."""
        return dict(zip(_SET_NAMES, (self.train, self.validation, self.test), strict=True))


def split_by_part(
    dataset: Dataset, *, seed: int, shares: tuple[float, float, float] = SHARES
) -> Split:
    """Deal the parts to the three sets, in random order.

    Parts are dealt in groups of the same classes (none, scratch, stain, both), each to the set that
    lacks most images, so that every set gets its share of each group but for about one part. The
    same seed and the same data give the same split.

    Parameters
    ----------
    dataset
        Its masks are read once, to know the classes.
    seed
        Not negative.
    shares
        Of the images: training, validation and test; none negative, together 1.

    Raises
    ------
    DatasetError
        There are fewer parts than sets, the shares or the seed are out of range, or a mask cannot
        be read.

    """
    if seed < 0:
        raise DatasetError(f"seed must be at least 0, but got {seed}")
    if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise DatasetError(f"shares must be three numbers from 0 with the sum 1, but got {shares}")
    members: dict[str, list[LabelledImage]] = {}
    for item in dataset.items:
        members.setdefault(item.part, []).append(item)
    needed = sum(share > 0 for share in shares)
    if len(members) < needed:
        raise DatasetError(
            f"{dataset.folder} shows {len(members)} parts; {needed} sets that share no part "
            f"need at least {needed}"
        )
    dealt = _deal(_shuffled(members, seed), {part: len(of) for part, of in members.items()}, shares)
    train, validation, test = (
        tuple(item.name for item in dataset.items if dealt[item.part] == number)
        for number in range(3)
    )
    return Split(train, validation, test)


def _shuffled(members: Mapping[str, Sequence[LabelledImage]], seed: int) -> list[str]:
    """The parts in random order, those with the same classes behind one another."""
    parts = sorted(members)
    order = np.random.default_rng(seed).permutation(len(parts))
    classes = {part: _classes_of(members[part]) for part in parts}
    return sorted((parts[index] for index in order), key=lambda part: classes[part])


def _classes_of(items: Sequence[LabelledImage]) -> tuple[bool, ...]:
    """Which of the defect classes occur on a part."""
    masks = [load_mask(item) for item in items]
    return tuple(
        any(bool((mask == defect_class).any()) for mask in masks) for defect_class in DEFECT_CLASSES
    )


def _deal(
    parts: Sequence[str], sizes: Mapping[str, int], shares: tuple[float, float, float]
) -> dict[str, int]:
    """The number of the set of each part."""
    dealt: dict[str, int] = {}
    have = [0, 0, 0]
    for part in parts:
        total = sum(have) + sizes[part]
        lacking = [share * total - held for share, held in zip(shares, have, strict=True)]
        chosen = int(np.argmax(lacking))
        dealt[part] = chosen
        have[chosen] += sizes[part]
    for number, share in enumerate(shares):
        if share > 0 and number not in dealt.values():
            # So few parts that one set stayed empty: it gets the smallest part of the fullest.
            held = [[part for part in parts if dealt[part] == each] for each in range(3)]
            giver = max(held, key=len)
            dealt[min(giver, key=lambda part: sizes[part])] = number
    return dealt
