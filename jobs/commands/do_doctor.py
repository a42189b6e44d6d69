"""`blemish doctor`."""

import os
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, show
from jobs.configuration.site_choice import find_site
from jobs.errors import SettingsError, SiteError
from jobs.settings import Settings, read_settings, smtp_password
from jobs.upkeep.doctor_machine import machine_findings
from jobs.upkeep.doctor_program import program_findings
from jobs.upkeep.doctor_site import site_findings
from jobs.upkeep.doctor_smtp import smtp_finding
from jobs.upkeep.doctor_sql import sql_finding
from jobs.upkeep.finding import Finding
from warehouse.gate.probe import confinement_here
from warehouse.site import Site


def run(given: Path | None, *, smtp: bool, as_json: bool) -> int:
    """Look everything over; status 1 where something is to be done."""
    now = utc_now()
    site = _site(given)
    findings = [
        *program_findings(),
        *machine_findings(now, folder=site.root if site else None),
        sql_finding(confinement_here()),
    ]
    if site is None:
        findings.append(Finding("site", "none was named: only program and machine are looked over"))
    else:
        settings, problem = _settings(site)
        findings.append(problem)
        if settings is not None:
            findings += site_findings(site, settings, now=now, environment=os.environ)
            if smtp:
                password = smtp_password(settings, os.environ)
                findings.append(smtp_finding(settings.smtp, password))
    if as_json:
        print_json(
            {
                "well": all(one.well for one in findings),
                "findings": [
                    {"name": one.name, "well": one.well, "seen": one.seen, "advice": one.advice}
                    for one in findings
                ],
            }
        )
    else:
        for one in findings:
            show(f"{'ok   ' if one.well else 'WRONG'}  {one.name}: {one.seen}")
            if not one.well:
                show(f"         {one.advice}")
    return 0 if all(one.well for one in findings) else 1


def _site(given: Path | None) -> Site | None:
    try:
        return find_site(given, os.environ, Path.cwd())
    except SiteError:
        if given is not None:
            raise
        return None


def _settings(site: Site) -> tuple[Settings | None, Finding]:
    try:
        settings = read_settings(site.settings_file)
    except SettingsError as error:
        return None, Finding("settings", str(error), "correct the file; docs/settings.md helps")
    return settings, Finding("settings", f"{site.settings_file} is understood")
