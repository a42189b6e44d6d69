"""Subgroups that are kept: new values join them or make new ones, late values never shift closed ones.

On a site values come in every night, some of them late. What formed a plotted point yesterday must
form the same point today, so the membership of every value is stored and only added to:

- time windows and lots: a value's group is told by its own time or lot, so a late one joins its group;
- consecutive values: a group is closed when it has its number of values, whatever its last value's
  time. A value that is older than the newest one already assigned is late: it goes to a group of its
  own kind, which is flagged, plotted apart and never mixed with groups in order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from spc.errors import ChartError, TimesError, ValuesError


@dataclass(frozen=True, slots=True)
class Arrival:
    """A value that has come in.

    Attributes
    ----------
    key : that names it for good, such as its part.
    time : of its capture, in seconds.
    label : lot; None where values have none.

    """

    key: str
    time: float
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A stored subgroup.

    Attributes
    ----------
    name : of the group: the lot, the window's beginning, or a number in the order of forming.
    members : keys, in the order in which they joined.
    first, last : earliest and latest time of its members.
    closed : whether it takes no more values.
    late : whether it holds values that came after later ones had been grouped.

    """

    name: str
    members: tuple[str, ...]
    first: float
    last: float
    closed: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Grouping:
    """How values are grouped: exactly one of the three.

    Attributes
    ----------
    size : consecutive values in a group, at least 2.
    window : seconds in a group, above 0; windows begin at whole multiples of it.
    lots : whether values with one label form a group.

    """

    size: int | None = None
    window: float | None = None
    lots: bool = False

    def __post_init__(self) -> None:
        given = [self.size is not None, self.window is not None, self.lots]
        if sum(given) != 1:
            raise ChartError("subgroups are formed by size, by time window or by lot: name one")
        if self.size is not None and self.size < 2:
            raise ChartError(f"a subgroup has at least 2 values, but got the size {self.size}")
        if self.window is not None and not (self.window > 0 and math.isfinite(self.window)):
            raise ChartError(f"a time window must be above 0 seconds, but got {self.window:g}")


def extended(
    groups: Sequence[Group], arrivals: Sequence[Arrival], grouping: Grouping
) -> tuple[Group, ...]:
    """Add new values to stored subgroups.

    Repeating a call changes nothing: values that are members already are passed over. Members that a
    group has are never moved, and closed groups of consecutive values never change.

    Parameters
    ----------
    groups : stored, in the order of forming
    arrivals : new values, in any order; those of one call are taken in the order of their times.
    grouping : the same as before

    Raises
    ------
    TimesError, ValuesError
        A time that is not finite, or a value without a lot where lots form groups.

    Examples
    --------
    >>> pairs = Grouping(size=2)
    >>> stored = extended((), [Arrival("a", 1.0), Arrival("b", 2.0), Arrival("d", 4.0)], pairs)
    >>> [group.members for group in stored]
    [('a', 'b'), ('d',)]
    >>> later = extended(stored, [Arrival("c", 3.0), Arrival("e", 5.0)], pairs)
    >>> [(group.members, group.late) for group in later]
    [(('a', 'b'), False), (('d', 'e'), False), (('c',), True)]

    """
    known = {key for group in groups for key in group.members}
    fresh: dict[str, Arrival] = {}
    for arrival in arrivals:
        if not math.isfinite(arrival.time):
            raise TimesError(f"the time of '{arrival.key}' is missing; every value needs its time")
        if grouping.lots and not arrival.label:
            raise ValuesError(f"'{arrival.key}' has no lot; subgroups by lot need one")
        if arrival.key not in known:
            fresh.setdefault(arrival.key, arrival)
    ordered = sorted(fresh.values(), key=lambda each: (each.time, each.key))
    if grouping.size is not None:
        return _consecutive(groups, ordered, grouping.size)
    return _named(groups, ordered, grouping)


def plotted(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return the groups in the order in which they are plotted: by the time of their first member.

    Groups of late values stand where their time puts them, flagged.
    """
    return tuple(sorted(groups, key=lambda group: (group.first, group.late, group.name)))


def _named(
    groups: Sequence[Group], arrivals: Sequence[Arrival], grouping: Grouping
) -> tuple[Group, ...]:
    """Windows and lots: the value itself says where it belongs."""
    found = {group.name: group for group in groups}
    newest = max((group.last for group in groups), default=-math.inf)
    for arrival in arrivals:
        name = _name(arrival, grouping)
        # It joins all the same; the flag says that the point is not what it was.
        _join(found, name, arrival, late=arrival.time < newest and _left_behind(found, name))
    return tuple(found.values())


def _left_behind(found: Mapping[str, Group], name: str) -> bool:
    """Whether groups have been formed after the one of this name, or it was never formed in time."""
    return name not in found or name != next(reversed(list(found)))


def _name(arrival: Arrival, grouping: Grouping) -> str:
    if grouping.window is None:
        return str(arrival.label)
    return f"{math.floor(arrival.time / grouping.window) * grouping.window:.17g}"


def _consecutive(
    groups: Sequence[Group], arrivals: Sequence[Arrival], size: int
) -> tuple[Group, ...]:
    """Groups of n: in order they fill up one after the other, late ones apart."""
    found = {group.name: group for group in groups}
    newest = max((group.last for group in groups if not group.late), default=-math.inf)
    for arrival in arrivals:
        late = arrival.time < newest
        open_one = [g.name for g in found.values() if not g.closed and g.late == late]
        name = open_one[0] if open_one else str(len(found) + 1)
        _join(found, name, arrival, late=late)
        if len(found[name].members) == size:
            found[name] = replace(found[name], closed=True)
    return tuple(found.values())


def _join(found: dict[str, Group], name: str, arrival: Arrival, *, late: bool) -> None:
    group = found.get(name)
    if group is None:
        found[name] = Group(name, (arrival.key,), arrival.time, arrival.time, late=late)
        return
    found[name] = replace(
        group,
        members=(*group.members, arrival.key),
        first=min(group.first, arrival.time),
        last=max(group.last, arrival.time),
        late=group.late or late,
    )
