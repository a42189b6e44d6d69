"""A chart judged in pieces is the chart judged whole, bit for bit."""

import numpy as np
import pytest

from spc.errors import ValuesError
from spc.phase import evaluate_phase, freeze_phase
from spc.phase_state import BEFORE, PhaseState, advance_phase


@pytest.mark.parametrize("smoothing", [0.05, 0.2, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_pieces_of_any_length_give_the_signals_of_the_whole(seed, smoothing):
    rng = np.random.default_rng(seed)
    phase = freeze_phase(rng.poisson(5.0, 150), alpha=1e-2, ewma_lambda=smoothing)
    values = rng.poisson(6.5, 800).astype(float)
    values[rng.random(values.size) < 0.05] = np.nan
    whole = evaluate_phase(phase, values)
    state, start, first, found, averages = PhaseState(), None, 0, [], []
    while first < values.size:
        piece = advance_phase(phase, state, values[first : first + int(rng.integers(0, 40))])
        found += [
            (panel, rule, first + index, (start if begin == BEFORE else first + begin))
            for panel, rule, index, begin in piece.outside
        ]
        if piece.turn is None:
            start = None
        elif piece.turn != BEFORE:
            start = first + piece.turn
        state, first = piece.state, first + piece.points.value.size
        averages.append(piece.running.value)
    assert found == [(one.panel, one.rule, one.index, one.run[0]) for one in whole.signals]
    assert np.array_equal(np.concatenate(averages), whole.panels[1].value, equal_nan=True)


def test_no_new_value_leaves_the_state_as_it_was():
    phase = freeze_phase(np.random.default_rng(1).poisson(5.0, 120), alpha=1e-3)
    state = advance_phase(phase, PhaseState(), [9.0, 8.0]).state
    assert advance_phase(phase, state, []).state == state
    assert advance_phase(phase, state, [np.nan]).state == state


def test_a_value_that_the_law_cannot_have_is_refused():
    phase = freeze_phase(np.random.default_rng(1).poisson(5.0, 120), alpha=1e-3)
    with pytest.raises(ValuesError):
        advance_phase(phase, PhaseState(), [-1.0])
