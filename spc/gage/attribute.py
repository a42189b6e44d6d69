"""Attribute agreement: whether judges agree with themselves, each other and a reference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spc.arrays import FloatArray, IntArray
from spc.capability.attribute import attribute
from spc.capability.interval import NOTHING, Estimate
from spc.gage.errors import StudyError
from spc.gage.study import Labels, coded
from spc.result import JsonDict


@dataclass(frozen=True, slots=True)
class Judge:
    """How one operator judges.

    Attributes
    ----------
    name : of the operator.
    repeatability : share of parts judged alike in every trial.
    effectiveness : share of parts judged alike in every trial and as the reference says.
    kappa : Cohen's, of all judgements with the reference.
    missed, false_alarms : share of judgements "good" of bad parts, and "bad" of good ones.

    """

    name: str
    repeatability: Estimate
    effectiveness: Estimate = NOTHING
    kappa: float | None = None
    missed: float | None = None
    false_alarms: float | None = None

    def to_dict(self) -> JsonDict:
        """Return the judge, JSON-safe."""
        return {
            "operator": self.name,
            "repeatability": self.repeatability.to_dict(),
            "effectiveness": self.effectiveness.to_dict(),
            "kappa": self.kappa,
            "missed": self.missed,
            "false_alarms": self.false_alarms,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """An attribute agreement study.

    Attributes
    ----------
    judges : one per operator.
    agreement : share of parts that all operators judge alike in every trial.
    kappa : Fleiss', of all judgements; None where all parts were judged alike.
    categories : the judgements that occur, the reference's included.

    """

    judges: tuple[Judge, ...]
    agreement: Estimate
    kappa: float | None
    categories: tuple[str, ...]
    parts: int
    trials: int

    def to_dict(self) -> JsonDict:
        """Return what `blemish gage --method attribute --json` prints."""
        return {
            "method": "attribute",
            "kappa": self.kappa,
            "agreement": self.agreement.to_dict(),
            "operators": [judge.to_dict() for judge in self.judges],
            "categories": list(self.categories),
            "parts": self.parts,
            "trials": self.trials,
        }


def attribute_agreement(
    judgements: Labels,
    parts: Labels,
    operators: Labels,
    *,
    reference: Labels | None = None,
    bad: str | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Compare judgements such as "scratch" and "none".

    Parameters
    ----------
    judgements, parts, operators : shape (n,), labels
        Every operator judges every part equally often; once is enough.
    reference : shape (n,), the true category, the same in all rows of a part
    bad : the category of bad parts, for missed parts and false alarms; needs `reference`
    confidence : of the intervals (Clopper and Pearson 1934)

    Raises
    ------
    StudyError
        Not crossed, a reference that contradicts itself, or a category `bad` that does not occur.
    ValuesError
        Another number of labels.

    Examples
    --------
    >>> found = attribute_agreement(["y", "y", "n", "y"], ["1", "1", "2", "2"], ["A", "B"] * 2)
    >>> found.agreement.value
    0.5

    """
    n = len(judgements)
    part_names, part = coded(parts, n, "part")
    operator_names, operator = coded(operators, n, "operator")
    truth = [] if reference is None else list(reference)
    categories, which = coded([*judgements, *truth], n + len(truth), "judgement")
    if reference is not None and len(truth) != n:
        raise StudyError(f"{n} judgements, but {len(truth)} references; one each")
    cells = _arranged(which[:n], part, operator, (len(part_names), len(operator_names)))
    true = None if reference is None else _reference(which[n:], part, part_names)
    if bad is not None and (bad not in categories or true is None):
        raise StudyError(
            f"the bad category '{bad}' needs a reference and one of: {', '.join(categories)}"
        )
    bad_code = None if bad is None else categories.index(bad)
    judges = tuple(
        _judge(name, cells[:, place], true, bad_code, confidence)
        for place, name in enumerate(operator_names)
    )
    flat = cells.reshape(cells.shape[0], -1)
    counts = np.stack([(flat == code).sum(axis=1) for code in range(len(categories))], axis=1)
    return Agreement(
        judges=judges,
        agreement=_share(_alike(flat), confidence),
        kappa=fleiss_kappa(counts.astype(np.float64)) if flat.shape[1] > 1 else None,
        categories=categories,
        parts=cells.shape[0],
        trials=cells.shape[2],
    )


def fleiss_kappa(counts: FloatArray) -> float | None:
    """Return Fleiss' kappa of `counts`, shape (subjects, categories); None for one category.

    Examples
    --------
    Fleiss (1971) for perfect agreement on two categories:

    >>> fleiss_kappa(np.array([[3.0, 0.0], [0.0, 3.0]]))
    1.0

    """
    raters = counts.sum(axis=1)
    by_chance = float(np.sum((counts.sum(axis=0) / counts.sum()) ** 2))
    if by_chance == 1:
        return None
    within = np.sum(counts * (counts - 1), axis=1) / (raters * (raters - 1))
    return (float(within.mean()) - by_chance) / (1 - by_chance)


def cohen_kappa(first: IntArray, second: IntArray) -> float | None:
    """Return Cohen's kappa of two judgements per subject; None where chance alone agrees fully.

    Examples
    --------
    >>> cohen_kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]))
    0.5

    """
    codes = np.unique(np.concatenate([first, second]))
    by_chance = sum(float(np.mean(first == code) * np.mean(second == code)) for code in codes)
    if by_chance == 1:
        return None
    return (float(np.mean(first == second)) - by_chance) / (1 - by_chance)


def _judge(
    name: str, cells: IntArray, true: IntArray | None, bad: int | None, confidence: float
) -> Judge:
    """Describe one operator; `cells` has the shape (parts, trials)."""
    alike = _alike(cells)
    if true is None:
        return Judge(name, _share(alike, confidence))
    repeated = np.broadcast_to(true[:, None], cells.shape)
    missed = false_alarms = None
    if bad is not None:
        of_bad, of_good = cells[repeated == bad], cells[repeated != bad]
        missed = float(np.mean(of_bad != bad)) if of_bad.size else None
        false_alarms = float(np.mean(of_good == bad)) if of_good.size else None
    return Judge(
        name=name,
        repeatability=_share(alike, confidence),
        effectiveness=_share(alike & (cells[:, 0] == true), confidence),
        kappa=cohen_kappa(cells.ravel(), repeated.ravel()),
        missed=missed,
        false_alarms=false_alarms,
    )


def _alike(cells: IntArray) -> NDArray[np.bool_]:
    alike: NDArray[np.bool_] = np.all(cells == cells[:, :1], axis=1)
    return alike


def _share(hits: NDArray[np.bool_], confidence: float) -> Estimate:
    found = attribute(
        [float(hits.sum())], "binomial", opportunities=[float(hits.size)], confidence=confidence
    )
    return found.share


def _arranged(
    which: IntArray, part: IntArray, operator: IntArray, shape: tuple[int, int]
) -> IntArray:
    flat = part * shape[1] + operator
    trials = np.bincount(flat, minlength=shape[0] * shape[1])
    if trials.min() != trials.max():
        raise StudyError(
            f"between {trials.min()} and {trials.max()} judgements of a part by one operator; "
            "every operator must judge every part equally often"
        )
    order = np.argsort(flat, kind="stable")
    return which[order].reshape(*shape, int(trials[0]))


def _reference(true: IntArray, part: IntArray, names: tuple[str, ...]) -> IntArray:
    codes = np.full(len(names), -1, dtype=np.intp)
    codes[part] = true
    other = np.flatnonzero(codes[part] != true)
    if other.size:
        raise StudyError(
            f"part '{names[part[other[0]]]}' has several references; a part has one true category"
        )
    return codes
