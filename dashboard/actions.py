"""What the pages may set in motion; `serve` injects it, so that no page imports a job."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.acknowledge import Acknowledging
from dashboard.model_decisions import ModelDecisions


@dataclass(frozen=True, slots=True)
class DashboardActions:
    """Callables injected by the process that serves the pages; None hides the button.

    `run_now` takes the name of the person who asks and returns a sentence about what happens.
    `acknowledging` answers the links of mails. `models` decides about models in shadow. `may_decide` False makes the pages read-only: no
    approval of limits, no causes.
    """

    run_now: Callable[[str], str] | None = None
    acknowledging: Acknowledging | None = None
    may_decide: bool = True
    models: ModelDecisions | None = None
