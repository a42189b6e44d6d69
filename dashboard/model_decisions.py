"""What a page may decide about models: injected by `serve`, and only for whoever may decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dashboard.guard_identity import Identity
from dashboard.guard_reader import refuse_viewers


class ModelDecisions(Protocol):
    """Deciding about a model that was measured in shadow, as `blemish reprocess` does.

    Both return a sentence about what happens now, and raise `dashboard.errors.DashboardError` or
    `warehouse.errors.WarehouseError` with the reason where it cannot be.
    """

    def activate(self, model_id: str, *, who: str, reason: str) -> str:
        """Make a model the one that the next run uses, and put its limits in force."""
        ...

    def turn_down(self, model_id: str, *, who: str, reason: str) -> str:
        """Turn a model down, with the limits it proposed."""
        ...


@dataclass(frozen=True, slots=True)
class SignedModelDecisions:
    """The same, only for whoever may decide, and in their name."""

    behind: ModelDecisions
    present: Callable[[], Identity]

    def activate(self, model_id: str, *, who: str, reason: str) -> str:
        """Make a model the one in use; RoleError for viewers."""
        return self.behind.activate(model_id, who=self._person(who), reason=reason)

    def turn_down(self, model_id: str, *, who: str, reason: str) -> str:
        """Turn a model down; RoleError for viewers."""
        return self.behind.turn_down(model_id, who=self._person(who), reason=reason)

    def _person(self, typed: str) -> str:
        identity = self.present()
        refuse_viewers(identity)
        return identity.name or typed
