"""A site: permissions, settings, room, model, stores, inbox and mail, as they should be or not."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from inference.errors import EngineError, InferenceError
from inference.model_file import load_model
from jobs.measurement.model_choice import goes_first, settings_model
from jobs.settings import Settings
from jobs.upkeep.doctor_decisions import mail_finding, specification_finding
from jobs.upkeep.finding import Finding
from warehouse.connection import open_snapshot, resolve_snapshot
from warehouse.errors import EvidenceError, NotPublishedError, WarehouseError
from warehouse.evidence import read_key
from warehouse.facts_copy import log_size
from warehouse.journal.copying import journal_contents
from warehouse.journal.migrations import MIGRATIONS
from warehouse.journal.model_trials import ModelTrial, active_model
from warehouse.journal.store import open_journal
from warehouse.lock import lock_holder
from warehouse.runs import latest_runs
from warehouse.site import Site

_ROOM_MB: Final = 500.0
_AHEAD: Final = timedelta(minutes=5)


def site_findings(
    site: Site, settings: Settings, *, now: datetime, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """Look over a site; nothing is changed and no network is used."""
    yield _permissions(site)
    yield _time_zone(settings, now)
    yield _room(site)
    yield _model(site, settings)
    yield from _facts(site, now)
    yield _journal(site)
    yield _key(site)
    yield _inbox(site)
    yield specification_finding(site, settings)
    yield mail_finding(site, settings, environment)


def _permissions(site: Site) -> Finding:
    private = [site.root, site.quarantine, site.archive, site.warehouse, site.settings_file]
    private += [site.secret, site.evidence_key, site.journal, site.master]
    wrong, seen = [], 0
    for path in private:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        seen += 1
        if stat.S_IMODE(found.st_mode) & 0o077:
            wrong.append(f"{path.name or path} is open to others")
        if found.st_uid != os.geteuid() and os.geteuid() != 0:
            wrong.append(f"{path.name or path} belongs to another user")
    advice = f"chmod -R go-rwx {site.root}, and run as the user who owns it"
    said = "; ".join(wrong) or f"{seen} folders and files are for their owner only"
    return Finding("permissions", said, advice if wrong else "")


def _time_zone(settings: Settings, now: datetime) -> Finding:
    name = settings.site.time_zone
    local = now.astimezone(ZoneInfo(name))
    return Finding("time zone", f"{name}, where it is {local:%Y-%m-%d %H:%M}")


def _room(site: Site) -> Finding:
    free = shutil.disk_usage(site.root).free / 1e6
    # A migration keeps a copy of the master, a publication writes one, and three of them stay.
    master = site.master.stat().st_size / 1e6 if site.master.is_file() else 0.0
    needed = _ROOM_MB + 2 * master
    advice = f"make room on the volume of {site.root}: {needed:.0f} MB are needed"
    seen = f"{free:.0f} MB free, {needed:.0f} MB needed"
    return Finding("disk", seen, advice if free < needed else "")


def _model(site: Site, settings: Settings) -> Finding:
    trial = _activated(site)
    if trial is not None and goes_first(trial, settings, site.root):
        words = f"in use since {trial.decided_by} activated it ({trial.model_id[:12]})"
        advice = "put back the file from a backup, or name another in [inference] model"
    else:
        trial = None
        words, advice = "in use", "put back the file, or correct [inference] model"
    try:
        if trial is None:
            path = settings_model(settings, site.root).path
            loaded = load_model(path, engine=settings.inference.engine)
        else:
            loaded = load_model(site.archive / "models" / f"{trial.model_id}.onnx")
    except EngineError as error:
        other = "" if trial else '; or set [inference] engine = "onnxruntime"'
        return Finding("model", str(error), f"install it where blemish is installed{other}")
    except InferenceError as error:
        return Finding("model", str(error), advice)
    name = loaded.contract.name
    return Finding(
        "model", f"{name} loads by {loaded.engine_name} and finds its golden defects, {words}"
    )


def _activated(site: Site) -> ModelTrial | None:
    """The model a person activated; a journal that would be brought up to date is left alone."""
    try:
        if journal_contents(site.journal).schema_version != len(MIGRATIONS):
            return None
        with open_journal(site.journal) as journal:
            return active_model(journal)
    except WarehouseError:
        # Its own finding says so.
        return None


def _facts(site: Site, now: datetime) -> Iterator[Finding]:
    if not site.master.is_file():
        seen = f"there is no {site.master}"
        yield Finding("warehouse", seen, "mount its volume, or blemish restore / blemish rebuild")
    elif lock_holder(site.lock_file) is None and log_size(site.master):
        seen = f"{log_size(site.master)} bytes of log: a run was interrupted"
        yield Finding("warehouse", seen, "blemish run completes it")
    try:
        path = resolve_snapshot(site.current)
        with open_snapshot(site.current) as snapshot:
            runs = latest_runs(snapshot, 1)
    except NotPublishedError:
        yield Finding("warehouse", "nothing is published yet", "blemish run")
        return
    except WarehouseError as error:
        yield Finding("warehouse", str(error), "blemish verify, then blemish restore or rebuild")
        return
    yield Finding("warehouse", f"{path.name} opens")
    last = runs[0].finished_at if runs else None
    if last is not None:
        ahead = last - now > _AHEAD
        advice = "the clock was set back: correct it before the next run" if ahead else ""
        yield Finding("last run", f"ended {last:%Y-%m-%d %H:%M} UTC", advice)


def _journal(site: Site) -> Finding:
    try:
        held = journal_contents(site.journal)
    except WarehouseError as error:
        return Finding("journal", str(error), "blemish restore brings back the last backup")
    newest = len(MIGRATIONS)
    newer = held.schema_version > newest
    seen = f"schema version {held.schema_version} of {newest}, {held.audit_length} audit entries"
    return Finding("journal", seen, "update the program" if newer else "")


def _key(site: Site) -> Finding:
    advice = "put back evidence.key from a backup of this site; without it no edit can be found"
    try:
        key = read_key(site.evidence_key)
    except EvidenceError as error:
        return Finding("evidence key", str(error), advice)
    if key is None:
        return Finding("evidence key", "there is none", f"blemish run makes one; else: {advice}")
    return Finding("evidence key", f"{key.name} of {key.made_at:%Y-%m-%d}")


def _inbox(site: Site) -> Finding:
    try:
        entries = sum(1 for _ in os.scandir(site.inbox))
    except OSError as error:
        said = f"{site.inbox} cannot be read: {error.strerror}"
        return Finding("inbox", said, "mount the share, and let the service's user read it")
    return Finding("inbox", f"{site.inbox} can be read, {entries} entries")
