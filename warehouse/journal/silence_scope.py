"""What a silence covers: plain values."""

from dataclasses import asdict, dataclass
from datetime import datetime

from warehouse.records import Stream


@dataclass(frozen=True, slots=True)
class SilenceScope:
    """Which alerts a silence covers: all that agree with every field that is set.

    Examples
    --------
    >>> scope = SilenceScope(station="S10", rule_family="control")
    >>> scope.covers("L1/S10/T1/HS:stain_count", "control")
    True
    >>> scope.covers("L1/S10/T1/HS:stain_count", "specification")
    False
    >>> str(scope)
    'station S10, rule family control'

    """

    line: str | None = None
    station: str | None = None
    tool: str | None = None
    family: str | None = None
    metric: str | None = None
    rule_family: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is set: it would cover the whole plant."""
        return all(value is None for value in asdict(self).values())

    def covers(self, characteristic_id: str, rule_family: str) -> bool:
        """Tell whether it covers a rule family of a characteristic."""
        key, _, metric = characteristic_id.rpartition(":")
        stream = Stream.from_key(key)
        found = {**asdict(stream), "metric": metric, "rule_family": rule_family}
        wanted = {name: value for name, value in asdict(self).items() if value is not None}
        return all(found[name] == value for name, value in wanted.items())

    def __str__(self) -> str:
        """Name what it covers."""
        words = {"rule_family": "rule family"}
        return ", ".join(
            f"{words.get(name, name)} {value}"
            for name, value in asdict(self).items()
            if value is not None
        )


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """One silence: its scope, from when to when, why and by whom."""

    silence_id: int
    scope: SilenceScope
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def name(self) -> str:
        """What an episode that it mutes says."""
        return f"silence {self.silence_id}"

    def in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        end = self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)
        return self.starts_at <= now < end

    def covers(self, characteristic_id: str, rule_family: str) -> bool:
        """Tell whether it covers a rule family of a characteristic."""
        return self.scope.covers(characteristic_id, rule_family)
