"""The states of a characteristic: order, icon and tone; the word itself is always shown too."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is shown; `rank` 0 is the worst, `needs_action` asks for a person."""

    rank: int
    icon: str
    tone: str
    needs_action: bool


STATES: dict[str, StateLook] = {
    "out of specification": StateLook(0, "spec", "bad", needs_action=True),
    "signal": StateLook(1, "signal", "bad", needs_action=True),
    "error": StateLook(2, "error", "bad", needs_action=True),
    "drifting": StateLook(3, "drift", "warn", needs_action=True),
    "no data": StateLook(4, "nodata", "warn", needs_action=True),
    "too few points": StateLook(5, "few", "plain", needs_action=False),
    "in control": StateLook(6, "check", "good", needs_action=False),
}


def state_look(state: str) -> StateLook:
    """Return the look of a state; an unknown one is shown as an error, never as good.

    Examples
    --------
    >>> state_look("in control").needs_action, state_look("who knows").tone
    (False, 'bad')

    """
    return STATES.get(state, STATES["error"])
