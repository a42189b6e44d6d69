"""What the pages may set in motion, only for whoever may decide, and in their name."""

from dataclasses import dataclass, replace

from dashboard.acknowledge import Acknowledging
from dashboard.actions import DashboardActions
from dashboard.guard import Guard
from dashboard.guard_reader import refuse_viewers
from dashboard.guard_site import whoever_is_there
from warehouse.journal.alerts import EpisodeRow


def signed_actions(actions: DashboardActions, guard: Guard | None) -> DashboardActions:
    """Return the same actions behind a guard; without one, themselves."""
    if guard is None:
        return actions
    run_now, acknowledging = actions.run_now, actions.acknowledging

    def run_in_own_name(who: str) -> str:
        assert run_now is not None
        identity = whoever_is_there(guard)
        refuse_viewers(identity)
        return run_now(identity.name or who)

    return replace(
        actions,
        run_now=None if run_now is None else run_in_own_name,
        acknowledging=None if acknowledging is None else _SignedAlerts(acknowledging, guard),
    )


@dataclass(frozen=True, slots=True)
class _SignedAlerts:
    behind: Acknowledging
    guard: Guard

    def alerts(self, token: str) -> list[EpisodeRow]:
        """Return the alerts that a link names."""
        return self.behind.alerts(token)

    def acknowledge(self, token: str, who: str) -> list[EpisodeRow]:
        """Acknowledge them in the name of whoever is there."""
        identity = whoever_is_there(self.guard)
        refuse_viewers(identity)
        return self.behind.acknowledge(token, identity.name or who)
