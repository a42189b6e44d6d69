"""The model's own figures, corrected for the defects of the part.

A model is less sure where a defect ends, so its confidence falls when the process gets worse: on
rendered parts, three quarters and more of its scatter is explained by the defects. What is charted
is what the defects do not explain, on a logarithmic scale, where little and much doubt scatter
alike. The dependence is a plane through the first parts of a stream and model, frozen like limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from warehouse.connection import Connection
from warehouse.records import Stream
from warehouse.sql import query
from warehouse.staging import fetch, insert

DEFECTS: Final = ("total_stain_pct", "total_scratch_pct", "stain_count", "scratch_count")
"""What a figure may depend on."""

FitKey = tuple[Stream, str, str]
"""Stream, model and metric."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FigureFit:
    """The plane: `slopes` and `means` of the four `DEFECTS`; all zero where none was to be found."""

    line: str
    station: str
    tool: str
    family: str
    model_id: str
    metric: str
    parts: int
    slopes: tuple[float, ...]
    means: tuple[float, ...]

    @property
    def key(self) -> FitKey:
        """Stream, model and metric."""
        stream = Stream(self.line, self.station, self.tool, self.family)
        return (stream, self.model_id, self.metric)


LEAST_DOUBT: Final = 1e-6
"""Below this a figure of the model is rounding."""


def doubt(values: Floats, metric: str) -> Floats:
    """Return log10 of the doubt that a figure expresses: entropy, or 1 - mean confidence.

    Examples
    --------
    >>> doubt(np.array([0.99, 1.0]), "mean_confidence").round(9)
    array([-2., -6.])

    """
    share = 1 - values if metric == "mean_confidence" else values
    result: Floats = np.log10(np.maximum(share, LEAST_DOUBT))
    return result


def fit_figure(
    values: Floats, defects: Floats, *, stream: Stream, model_id: str, metric: str
) -> FigureFit:
    """Fit a plane by least squares.

    Parameters
    ----------
    values : shape (n,), NaN is missing
    defects : shape (n, 4), in the order of `DEFECTS`

    """
    known = ~np.isnan(values)
    slopes, means = np.zeros(len(DEFECTS)), np.zeros(len(DEFECTS))
    if np.count_nonzero(known) > 2 * len(DEFECTS):
        means = defects[known].mean(axis=0)
        figure = doubt(values[known], metric)
        slopes = np.linalg.lstsq(defects[known] - means, figure - figure.mean(), rcond=None)[0]
    return FigureFit(
        stream.line, stream.station, stream.tool, stream.family, model_id, metric,
        int(np.count_nonzero(known)),
        tuple(slopes.tolist()),
        tuple(means.tolist()),
    )  # fmt: skip


def corrected(values: Floats, defects: Floats, fit: FigureFit | None) -> Floats:
    """Return the doubt on a part with average defects in place of its own; NaN without a fit.

    Examples
    --------
    >>> fit = FigureFit("L", "S", "T", "F", "m", "entropy", 100, (0.5, 0, 0, 0), (1.0, 0, 0, 0))
    >>> corrected(np.array([0.1]), np.array([[3.0, 0, 0, 0]]), fit)
    array([-2.])

    """
    if fit is None:
        return np.full(values.shape, np.nan)
    result: Floats = doubt(values, fit.metric) - (defects - np.array(fit.means)) @ np.array(
        fit.slopes
    )
    return result


def figure_fits(connection: Connection) -> dict[FitKey, FigureFit]:
    """Return every fit."""
    return {row.key: row for row in fetch(FigureFit, connection.execute(query("figure_fits")))}


def insert_fits(connection: Connection, rows: Sequence[FigureFit]) -> None:
    """Store new fits, within the transaction of the caller."""
    insert(connection, "insert_figure_fits", rows)
