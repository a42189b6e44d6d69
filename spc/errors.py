"""What can go wrong in `spc`: one base class, one subclass per thing a caller can act on.

SpcError
├── ChartError            unknown chart or rule set, or an option outside its range
├── ValuesError           the values themselves: shape, infinity, negative or broken counts
│   └── TimesError        times that do not rise from value to value
├── BaselineError         the baseline does not lie in the data, or centre and sigma are unusable
├── TooFewPointsError     not enough values to estimate limits
├── ConstantSeriesError   no variation, hence no limits
└── TiesError             too many equal neighbours for the median moving range
"""


class SpcError(ValueError):
    """Base of every error that `spc` raises on purpose; the message names value and next step."""


class ChartError(SpcError):
    """A chart, rule set or option that does not exist or is out of range."""


class ValuesError(SpcError):
    """Values that no chart can take: not one-dimensional, infinite, or not counts."""


class TimesError(ValuesError):
    """Times that are missing, twice the same, or not in order."""


class BaselineError(SpcError):
    """A baseline outside the data, or a given centre or sigma that cannot be used."""


class TooFewPointsError(SpcError):
    """Fewer values than the estimate needs."""


class ConstantSeriesError(SpcError):
    """A series without variation: limits of width zero are never given."""


class TiesError(SpcError):
    """More than half of the moving ranges are zero, so their median says nothing."""
