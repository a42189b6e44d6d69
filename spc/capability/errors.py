"""What can go wrong in `spc.capability` beyond the errors of `spc`."""

from spc.errors import SpcError


class SpecificationError(SpcError):
    """Specification limits or a target that are missing, contradictory or do not suit the method."""
