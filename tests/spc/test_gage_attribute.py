import numpy as np
import pytest

from spc.errors import ValuesError
from spc.gage.attribute import attribute_agreement, cohen_kappa, fleiss_kappa
from spc.gage.errors import StudyError

# Two judges, four parts, two trials each, by hand. A: 1 g g, 2 b b, 3 g b, 4 b b; B: 1 g g, 2 b b,
# 3 g g, 4 g g. The truth: 1 and 3 good, 2 and 4 bad.
JUDGEMENTS = [*"ggbbgbbb", *"ggbbgggg"]
PARTS = [*"11223344"] * 2
OPERATORS = [*"AAAAAAAA", *"BBBBBBBB"]
TRUTH = [*"ggbbggbb"] * 2


def test_judges_are_compared_with_themselves_and_with_the_truth():
    found = attribute_agreement(JUDGEMENTS, PARTS, OPERATORS, reference=TRUTH, bad="b")
    a, b = found.judges
    assert (a.repeatability.value, b.repeatability.value) == (0.75, 1.0)
    assert (a.effectiveness.value, b.effectiveness.value) == (0.75, 0.75)
    assert (a.missed, a.false_alarms) == (0.0, 0.25)
    assert (b.missed, b.false_alarms) == (0.5, 0.0)
    # A agrees in 7 of 8, by chance 3/8 · 1/2 + 5/8 · 1/2: (7/8 − 1/2) / (1/2).
    assert a.kappa == pytest.approx(0.75)
    # Both judge parts 1 and 2 alike in every trial.
    assert found.agreement.value == 0.5
    assert found.to_dict()["operators"][0]["operator"] == "A"


def test_kappa_of_many_judges_is_that_of_fleiss():
    # Fleiss (1971), Psychological Bulletin 76: ten subjects, fourteen raters, five categories.
    counts = np.array([
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ], dtype=float)  # fmt: skip
    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=5e-4)


def test_kappa_of_two_judges_is_that_of_cohen():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: (.7 − .5) / (1 − .5).
    first = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    second = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_kappa_of_one_category_is_not_defined():
    found = attribute_agreement(["y"] * 4, [*"1122"], [*"ABAB"], reference=["y"] * 4)
    assert found.kappa is None
    assert found.judges[0].kappa is None
    assert found.agreement.value == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"reference": ["g"]}, StudyError, "16 judgements, but 1 references"),
        ({"reference": [*"gb"] * 8}, StudyError, "part '1' has several references"),
        ({"bad": "b"}, StudyError, "'b' needs a reference"),
        ({"reference": TRUTH, "bad": "x"}, StudyError, "one of: g, b"),
    ],
)
def test_references_that_cannot_be_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        attribute_agreement(JUDGEMENTS, PARTS, OPERATORS, **options)


def test_unequal_numbers_of_judgements_are_refused():
    with pytest.raises(StudyError, match="between 0 and 1 judgements"):
        attribute_agreement([*"gbg"], [*"112"], [*"ABA"])
    with pytest.raises(ValuesError, match="row 2 names no judgement"):
        attribute_agreement(["g", ""], [*"12"], [*"AA"])
