"""The classes a pixel can belong to; the numbers are those of masks and of the model's channels."""

from enum import IntEnum


class DefectClass(IntEnum):
    """Class of a mask pixel.

    Examples
    --------
    >>> DefectClass(2).label
    'stain'

    """

    BACKGROUND = 0
    SCRATCH = 1
    STAIN = 2

    @property
    def label(self) -> str:
        """The class's name as files and tables write it."""
        return self.name.lower()


CLASS_NAMES = tuple(member.label for member in DefectClass)
DEFECT_CLASSES = (DefectClass.SCRATCH, DefectClass.STAIN)
# Mask value of pixels that nobody judged: left out of training and of every score.
IGNORE = 255
