"""Words at the right edge of a panel, moved apart where levels lie close together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A horizontal level and its words; `at` is where the words stand, in the unit of the axis."""

    level: float
    at: float
    text: str
    colour: str


def spread(
    labels: list[tuple[float, str, str]], low: float, high: float, *, gap: float
) -> list[EdgeLabel]:
    """Place the words of levels so that no two are nearer than `gap`.

    Parameters
    ----------
    labels
        (level, text, colour) in any order.
    low, high
        Range of the axis; a level outside is left out, the words stay inside.
    gap
        Smallest distance between two texts, in the unit of the axis.

    Examples
    --------
    >>> [label.at for label in spread([(5, "a", ""), (5, "b", ""), (9, "c", "")], 0, 10, gap=2)]
    [5.0, 7.0, 9.0]

    """
    inside = sorted(label for label in labels if low <= label[0] <= high)
    places: list[float] = []
    for level, _, _ in inside:
        places.append(max(float(level), places[-1] + gap) if places else float(level))
    # What was pushed over the top comes back down, and pushes its neighbours.
    ceiling = high
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], ceiling)
        ceiling = places[at] - gap
    return [
        EdgeLabel(float(level), place, text, colour)
        for (level, text, colour), place in zip(inside, places, strict=True)
    ]
