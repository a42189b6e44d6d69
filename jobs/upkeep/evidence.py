"""The evidence of a site: its key where it has none yet, and the anchor that every run sets."""

import logging
from datetime import datetime
from typing import Final

from warehouse.connection import Connection
from warehouse.errors import EvidenceError, JournalError
from warehouse.evidence import new_key, read_key, write_key
from warehouse.journal import audit
from warehouse.journal.decision_seals import any_seal, renew_all
from warehouse.journal.store import open_journal
from warehouse.journal.trail_head import chain_head
from warehouse.seal_check import anchor, seal_everything, seal_head
from warehouse.seals import arm
from warehouse.site import Site

EVIDENCE_BEGUN: Final = "evidence begun"
"""What the audit trail says where a site that was older got its key."""

logger = logging.getLogger(__name__)


def keep_evidence(site: Site, connection: Connection, *, now: datetime) -> None:
    """Note in the open warehouse where the audit trail stands; call it at the start of a run.

    A site that is older than the evidence gets its key here, and everything it holds is sealed as it
    is. A key that was lost is not replaced: `blemish verify` says so, and the run goes on unsealed.
    Nor does a journal that cannot be opened stop the measuring.
    """
    try:
        _keep(site, connection, now)
    except (EvidenceError, JournalError) as error:
        logger.error("the evidence is not kept: %s", error)  # noqa: TRY400 - the sentence says it


def _keep(site: Site, connection: Connection, now: datetime) -> None:
    key = read_key(site.evidence_key)
    if key is None:
        with open_journal(site.journal) as journal, journal.reading() as decisions:
            began = seal_head(connection).length > 0 or any_seal(decisions)
        if began:
            logger.error("%s is gone; put it back from a backup", site.evidence_key)
            return
        key = new_key(complete=False, now=now)
        write_key(site.evidence_key, key)
    if not key.complete:
        arm(connection, key)
        seal_everything(connection)
        with open_journal(site.journal) as journal, journal.writing() as decisions:
            renew_all(decisions)
            audit.append(
                decisions,
                at=now,
                who="blemish",
                what=EVIDENCE_BEGUN,
                subject=key.name,
                before=None,
                after={"key": key.name},
                reason="the site had no evidence key before",
            )
        write_key(site.evidence_key, key.completed())
    with open_journal(site.journal) as journal:
        head = chain_head(journal)
    anchor(connection, head.length, head.hash)
