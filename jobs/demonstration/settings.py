"""The settings file of the demonstration, with the reasons for what differs from the defaults."""

from __future__ import annotations

PREVIEW_FOLDER = "mails-preview"

DEMO_BUDGET = 1.0
"""False alarms a week over all charts of the demonstration."""

DEMO_APPROVE_POINTS = 150


def demo_settings_text(days: float) -> str:
    """Return the settings file of a demonstration over `days` days."""
    return f"""\
# Settings of the demonstration. Only what differs from the defaults stands here; `blemish init`
# writes a file with every key and its meaning.

[site]
name = "Demo plant"
time_zone = "UTC"

[spc]
# The default, said aloud: one false alarm a week over all charts. It is a bound: half of it is
# kept for single points, and limits are widened by what their baseline does not know. On 80 plants
# planned like this one, two had a chance alarm outside the planted stream in their week.
false_alarms_per_week = {DEMO_BUDGET:g}
# Limits learnt from 150 parts instead of 100: those from fewer are wider, and the planted excursion
# would be seen later.
approve_points = {DEMO_APPROVE_POINTS}

[specification]
# Wide enough that an ordinary part of this plant passes.
stain_count = 12
total_stain_pct = 8.0

[alerts]
# Nobody is at this address, and no mail server is set: the mail stays in the outbox of the
# journal as pending. A copy to open in a browser lies in {PREVIEW_FOLDER}/.
recipients = ["shift-lead@example.org"]
from = "blemish@example.org"
# The whole history arrives at once here; a plant keeps the default of 72 hours.
max_age_hours = {max(72.0, 24.0 * days):g}
"""
