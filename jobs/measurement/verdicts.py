"""From the answer of a worker to the words of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from jobs.arrival.outcomes import MAYBE_UNFINISHED, outcome_of
from jobs.arrival.scan import FoundFile, age_seconds
from jobs.arrival.sightings import Sighting
from jobs.arrival.triage import Verdict
from jobs.measurement.same_pixels import PixelBook
from jobs.measurement.worker import Answer, Failed, Refused


@dataclass(frozen=True, slots=True)
class Judge:
    """Gives measured, refused and failed images their words.

    Attributes
    ----------
    quiet_seconds : float
        A file younger than this that cannot be decoded is still being written.
    pixels : PixelBook
        Tells a picture that is known in another file.

    """

    quiet_seconds: float
    now: datetime
    pixels: PixelBook

    def of_answer(self, sighting: Sighting, answer: Answer) -> Verdict:
        """Return the verdict on a picture from what its worker said."""
        found = sighting.found
        if isinstance(answer, Failed):
            return Verdict(found, "quarantined", "DECODER_CRASH", answer.traceback)
        if isinstance(answer, Refused):
            young = age_seconds(found, self.now) < self.quiet_seconds
            if young and answer.reason in MAYBE_UNFINISHED:
                return Verdict(found, "deferred", "STILL_WRITING", answer.message)
            return Verdict(found, outcome_of(answer.reason), answer.reason, answer.message)
        first = self.pixels.first_path(answer.pixel_key, found.path)
        if first != found.path:
            detail = f"same pixels as {first} in another file"
            return Verdict(found, "known", "DUPLICATE_CONTENT", detail)
        return Verdict(found, "measured", "", sighting.remark)

    @staticmethod
    def of_twin(found: FoundFile, first: Verdict) -> Verdict:
        """Return the verdict on a file whose bytes another one of this run has."""
        if first.outcome == "measured":
            return Verdict(found, "known", "DUPLICATE_CONTENT", f"same bytes as {first.found.path}")
        return Verdict(found, first.outcome, first.reason, first.detail)
