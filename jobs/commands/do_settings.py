"""`blemish settings export|import`."""

import getpass
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, show
from jobs.commands.site_context import open_site
from jobs.commands.upkeep import Direction
from jobs.mail.recipients import recipients_of_settings
from jobs.upkeep.decisions import export_decisions, planned_changes, read_decisions
from warehouse.journal.store import open_journal


def run(
    direction: Direction,
    file: Path,
    given: Path | None,
    *,
    dry_run: bool,
    who: str | None,
    reason: str,
    as_json: bool,
) -> int:
    """Export the decisions in force, or import those of another site."""
    site, settings = open_site(given)
    now = utc_now()
    with open_journal(site.journal) as journal:
        if direction is Direction.EXPORT:
            count = export_decisions(journal, file, site=settings.site.name, now=now)
            words = [f"{count} decisions written to {file}"]
        else:
            document = read_decisions(file)
            decider = who or getpass.getuser()
            changes = planned_changes(
                journal,
                document,
                who=decider,
                now=now,
                reason=reason,
                seed=recipients_of_settings(settings.alerts),
            )
            if not dry_run:
                for change in changes:
                    change.apply()
            words = [change.words for change in changes]
    if as_json:
        print_json({"direction": direction.value, "dry_run": dry_run, "changes": words})
        return 0
    for line in words:
        show(line)
    if direction is Direction.IMPORT:
        verb = "would be changed" if dry_run else "changed, each in the audit trail"
        show(f"{len(words)} decisions {verb}")
    return 0
