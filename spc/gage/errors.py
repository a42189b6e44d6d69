"""What can go wrong in `spc.gage` beyond the errors of `spc`."""

from spc.errors import SpcError


class StudyError(SpcError):
    """A measurement study that is not crossed, not balanced or too small."""
