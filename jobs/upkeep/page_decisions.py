"""Decisions about models from the pages: the same acts as `blemish reprocess`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashboard.errors import DecisionError
from inference.errors import InferenceError
from jobs.clock import Clock
from jobs.errors import JobError
from jobs.settings import Settings
from warehouse.site import Site


@dataclass(frozen=True, slots=True)
class SiteModelDecisions:
    """Decides about the models of one site; what cannot be done is said in one sentence."""

    site: Site
    settings: Settings
    clock: Clock

    def activate(self, model_id: str, *, who: str, reason: str) -> str:
        """Make a model the one that the next run uses, and put its limits in force."""
        # The model is loaded and checked: what only serves pages need not load its engine.
        from jobs.upkeep.reprocess_decision import activate  # noqa: PLC0415

        with _one_sentence():
            found, phases = activate(
                self.site, self.settings, model_id, who=who, reason=reason, clock=self.clock
            )
        return f"the next run uses model {found[:12]}; {len(phases)} limits are in force"

    def turn_down(self, model_id: str, *, who: str, reason: str) -> str:
        """Turn a model down, with the limits it proposed."""
        from jobs.upkeep.reprocess_decision import turn_down  # noqa: PLC0415 - as above

        with _one_sentence():
            found, phases = turn_down(self.site, model_id, who=who, reason=reason, clock=self.clock)
        return f"model {found[:12]} is turned down, with {len(phases)} proposed limits"


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What a job or a model refuses, as the pages know it."""
    try:
        yield
    except (JobError, InferenceError) as error:
        raise DecisionError(str(error)) from error
