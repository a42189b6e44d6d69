"""A sender that a test kills: `python sender_process.py JOURNAL PORT FACTOR`, until nothing waits.

Its clock runs FACTOR times as fast as that on the wall, so that back-off takes no hours.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

from jobs.configuration.alert_sections import SmtpSettings
from jobs.mailer import send_due
from warehouse.journal.outbox import outbox_counts
from warehouse.journal.store import open_journal

BEGAN = datetime(2024, 5, 14, 2, 0, tzinfo=UTC)


def main(path, port, factor):
    epoch = float(sys.argv[4])

    def clock():
        return BEGAN + timedelta(seconds=(time.time() - epoch) * factor)

    smtp = SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=0.3)
    with open_journal(path) as journal:
        while outbox_counts(journal)["pending"]:
            send_due(journal, smtp, sender="blemish@plant.example", password=None, clock=clock)
            time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
