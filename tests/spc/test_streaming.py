"""Point by point gives what the whole series gives."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spc.baseline import Baseline
from spc.c_chart import c_chart
from spc.cusum import cusum_chart
from spc.errors import ValuesError
from spc.ewma import ewma_chart
from spc.imr import imr_chart
from spc.moving_average import moving_average_chart
from spc.streaming import (
    CusumState,
    CusumStream,
    EwmaState,
    EwmaStream,
    TailState,
    individuals_stream,
    tail_stream,
)

UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
# Quarters make ties and values on limits common, and are exact in every order of adding.
SERIES = st.lists(
    st.one_of(st.integers(-16, 16).map(lambda v: v / 4), st.just(math.nan)), min_size=1, max_size=70
)


def streamed(stream, state, values):
    found = []
    for value in values:
        state, signals = stream.advance(state, value)
        found.extend(signals)
    return found, state


def key(signal):
    return signal.index, signal.panel, signal.rule


@settings(max_examples=80, deadline=None)
@given(SERIES, st.sampled_from(["nelson", "aiag", "2-of-9-beyond-1.5", "none"]))
def test_individuals_point_by_point(values, rules):
    found, _ = streamed(individuals_stream(UNIT, rules=rules), TailState(), values)
    whole = imr_chart(values, UNIT, rules=rules).signals
    assert found == list(whole)


@settings(max_examples=40, deadline=None)
@given(SERIES, st.integers(2, 6))
def test_moving_averages_point_by_point(values, span):
    def evaluate(array):
        return moving_average_chart(array, UNIT, span=span, width=1.3)

    stream = tail_stream(evaluate, rules="beyond-limits", reach=span)
    assert streamed(stream, TailState(), values)[0] == list(evaluate(values).signals)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_counts_point_by_point(values):
    def evaluate(array):
        return c_chart(array, 3.0)

    assert streamed(tail_stream(evaluate), TailState(), values)[0] == list(evaluate(values).signals)


@settings(max_examples=80, deadline=None)
@given(SERIES, st.sampled_from([0.25, 0.5, 1.0]))
def test_ewma_point_by_point(values, smoothing):
    stream = EwmaStream(UNIT, smoothing=smoothing, width=1.7)
    found, state = streamed(stream, EwmaState(), values)
    whole = ewma_chart(values, UNIT, smoothing=smoothing, width=1.7)
    assert found == list(whole.signals)
    known = whole.panels[0].value[~np.isnan(whole.panels[0].value)]
    if known.size:
        assert state.distance == pytest.approx(known[-1], abs=1e-12)


@settings(max_examples=80, deadline=None)
@given(SERIES, st.sampled_from([0.0, 1.5]))
def test_cusum_point_by_point(values, head_start):
    stream = CusumStream(UNIT, decision=3.0, head_start=head_start)
    found, _ = streamed(stream, CusumState(), values)
    whole = cusum_chart(values, UNIT, decision=3.0, head_start=head_start).signals
    assert found == list(whole)


def test_a_state_does_not_grow_with_the_history():
    stream = individuals_stream(UNIT)
    _, early = streamed(stream, TailState(), [0.0] * 50)
    _, late = streamed(stream, TailState(), [0.0] * 400)
    # Nelson's longest rule looks at fifteen points, a moving range at two.
    assert len(early.tail) == len(late.tail) == 17


def test_an_infinity_is_refused_with_its_place():
    for stream, state in (
        (EwmaStream(UNIT), EwmaState(seen=7)),
        (CusumStream(UNIT), CusumState(seen=7)),
    ):
        with pytest.raises(ValuesError, match=r"values\[7\] is infinite"):
            stream.advance(state, math.inf)
