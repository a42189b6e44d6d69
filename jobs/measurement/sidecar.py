"""The sidecar of an image: every input of its rows that is not a pixel, and back again."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from jobs.arrival.scan import FoundFile
from jobs.arrival.sightings import Sighting
from warehouse.records import ArrivalRow, Stream

FORMAT: Final = 2
# The manifest's word for it; a keyword in Python.
_WORDS: Final = {"pass_name": "pass"}
_LEDGER: Final = ("change_no", "size", "mtime_ns", "inode")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of an image, and the revision of its inspection that it was made for."""

    revision: int
    inspection_revision: int
    model_id: str
    settings_hash: str
    run_id: int


def sidecar(sighting: Sighting, arrival: ArrivalRow, pass_id: str) -> dict[str, Any]:
    """Return what is known of a picture besides its pixels, for JSON; measurements are added.

    Every field of the sighting is in it, so a new one cannot be forgotten here.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "path": sighting.found.path,
        "pass_id": pass_id,
        **asdict(sighting.stream),
        **{name: getattr(arrival, name) for name in _LEDGER},
        "first_seen_at": arrival.first_seen_at.isoformat(),
        "measurements": [],
    }
    for field in fields(Sighting):
        if field.name not in ("found", "stream"):
            value = getattr(sighting, field.name)
            plain = value.isoformat() if isinstance(value, datetime) else value
            content[_WORDS.get(field.name, field.name)] = plain
    return content


def with_measurement(content: Mapping[str, Any], added: Measurement) -> dict[str, Any]:
    """Return a sidecar with one measurement more; one of the same revision is replaced."""
    others = [each for each in measurements(content) if each.revision != added.revision]
    listed = sorted([*others, added], key=lambda each: each.revision)
    return {**content, "measurements": [asdict(each) for each in listed]}


def measurements(content: Mapping[str, Any]) -> list[Measurement]:
    """Return the measurements of a sidecar, oldest first; those of the first format, too."""
    if "measurements" in content:
        return [Measurement(**each) for each in content["measurements"]]
    return [Measurement(1, 1, content["model_id"], content["settings_hash"], content["run_id"])]


def sighting_of(content: Mapping[str, Any]) -> Sighting:
    """Return the sighting that a sidecar was made from."""
    found = FoundFile(
        raw=content["path"].encode("utf-8", "surrogateescape"),
        path=content["path"],
        size=content.get("size", 0),
        mtime_ns=content.get("mtime_ns", 0),
        inode=content.get("inode", 0),
    )
    stream = Stream(*(content[name] for name in ("line", "station", "tool", "family")))
    given: dict[str, Any] = {"found": found, "stream": stream}
    for field in fields(Sighting):
        word = _WORDS.get(field.name, field.name)
        if word in content:
            given[field.name] = _value(field.name, content[word])
        elif field.name not in given and field.default is MISSING:
            given[field.name] = None
    return Sighting(**given)


def arrival_of(content: Mapping[str, Any], image_id: str) -> ArrivalRow:
    """Return the ledger row of a measured image.

    A sidecar of the first format does not know the file: the next run will look at it again.
    """
    first = measurements(content)[0]
    seen = content.get("first_seen_at", content["captured_at"])
    return ArrivalRow(
        path=content["path"],
        change_no=content.get("change_no", 1),
        outcome="measured",
        reason="",
        sha256=image_id,
        size=content.get("size", 0),
        mtime_ns=content.get("mtime_ns", 0),
        inode=content.get("inode", 0),
        first_seen_at=datetime.fromisoformat(seen),
        run_id=first.run_id,
        detail=content.get("remark", ""),
    )


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at") and isinstance(value, str):
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
