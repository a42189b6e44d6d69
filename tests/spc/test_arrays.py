"""What counts as values at all."""

import numpy as np
import pytest

from spc.arrays import as_amounts, as_counts, as_values
from spc.errors import ValuesError


def test_infinity_names_the_position():
    with pytest.raises(ValuesError, match=r"values\[2\] is infinite"):
        as_values([1.0, np.nan, -np.inf])


def test_opposite_infinities_do_not_cancel():
    with pytest.raises(ValuesError, match=r"values\[0\] is infinite"):
        as_values([np.inf, -np.inf])


def test_nan_is_missing_and_accepted():
    assert np.isnan(as_values([1.0, np.nan])).tolist() == [False, True]


def test_a_table_is_refused_with_its_shape():
    with pytest.raises(ValuesError, match=r"one-dimensional, but got shape \(2, 2\)"):
        as_values(np.ones((2, 2)))


def test_no_values_are_refused():
    with pytest.raises(ValuesError, match="values is empty"):
        as_values([])


def test_words_are_refused():
    with pytest.raises(ValuesError, match="values must be numbers"):
        as_values(["seven"])


def test_the_input_is_not_changed():
    values = np.array([3, 1, 2])
    as_values(values)[0] = 9.0
    assert values.tolist() == [3, 1, 2]


@pytest.mark.parametrize("wrong", [-1.0, 2.5])
def test_a_count_is_a_whole_number_of_at_least_zero(wrong):
    with pytest.raises(ValuesError, match=rf"values\[1\] is {wrong:g}; a count is"):
        as_counts([4, wrong, np.nan])


def test_an_amount_is_not_negative():
    with pytest.raises(ValuesError, match=r"values\[0\] is -0.1; a two-part chart takes"):
        as_amounts([-0.1, 1.0])
