"""The page that a mail's link opens: it shows the alerts of the mail, and its form acknowledges them.

Following the link changes nothing, since mail scanners follow every link; the form's POST does, in
the name of whoever is logged in, or of whoever gives a name where the site has no accounts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flask import Flask, Response, render_template_string, request

from dashboard.acknowledge_links import PATH, LinkSigner
from dashboard.errors import LinkError
from dashboard.guard_posts import PageTokens
from warehouse.errors import TransitionError, WarehouseError
from warehouse.journal.alerts import EpisodeRow, episodes
from warehouse.journal.episode_states import acknowledge
from warehouse.journal.store import open_journal

LONGEST_NAME = 80
STALE = "this form is too old, or not ours; here is a new one"


class Acknowledging(Protocol):
    """What the page needs: the alerts behind a link, and the act itself."""

    def alerts(self, token: str) -> list[EpisodeRow]:
        """Return the alerts that a link names; LinkError where it is no good."""

    def acknowledge(self, token: str, who: str) -> list[EpisodeRow]:
        """Acknowledge those that nobody has taken on, and return the alerts as they now stand."""


@dataclass(frozen=True, slots=True)
class JournalAlerts:
    """The alerts of a site's journal, by signed links."""

    journal: Path
    signer: LinkSigner
    clock: Callable[[], datetime]

    def alerts(self, token: str) -> list[EpisodeRow]:
        """Return the alerts that a link names; LinkError where it is no good."""
        message_id = self.signer.read(token, self.clock())
        with open_journal(self.journal) as journal:
            return [row for row in episodes(journal) if row.thread == message_id]

    def acknowledge(self, token: str, who: str) -> list[EpisodeRow]:
        """Acknowledge those that nobody has taken on, and return the alerts as they now stand."""
        waiting = [row for row in self.alerts(token) if row.state in {"pending", "firing"}]
        with open_journal(self.journal) as journal:
            for row in waiting:
                try:
                    acknowledge(
                        journal, row.episode_id, who=who, now=self.clock(), reason="by mail link"
                    )
                except TransitionError:
                    # Resolved meanwhile: there is nothing left to acknowledge.
                    continue
        return self.alerts(token)


def register(
    server: Flask,
    acknowledging: Acknowledging | None,
    *,
    site_name: str,
    who_is_there: Callable[[], str | None] | None = None,
    pages: PageTokens | None = None,
) -> None:
    """Serve the page.

    Parameters
    ----------
    acknowledging
        None where the process that serves cannot sign links: the page is not there then.
    who_is_there
        Returns who is logged in, None for nobody. Without it, or where it returns an empty name, the
        site has no accounts, and the form asks for a name.
    pages
        Makes and checks the token of the form; None where no guard stands before the pages.

    """
    if acknowledging is None:
        return
    template = Path(__file__).with_name("acknowledge.html").read_text("utf-8")

    def page(rows: list[EpisodeRow], token: str, problem: str = "", status: int = 200) -> Response:
        person = None if who_is_there is None else who_is_there()
        text = render_template_string(
            template,
            rows=rows,
            token=token,
            problem=problem,
            site_name=site_name,
            person=person,
            accounts=who_is_there is not None and person != "",
            form_token="" if pages is None else pages.token(request),
            waiting=any(row.state in {"pending", "firing"} for row in rows),
        )
        response = Response(text, status, mimetype="text/html")
        # The link is the reader's: no cache keeps it, and no page it leads to learns it.
        response.headers["Cache-Control"] = "no-store"
        return response

    @server.get(PATH)
    def show() -> Response:
        token = request.args.get("token", "")
        try:
            return page(acknowledging.alerts(token), token)
        except (LinkError, WarehouseError) as error:
            return page([], token, problem=str(error), status=400)

    @server.post(PATH)
    def act() -> Response:
        token = request.form.get("token", "")
        person = "" if who_is_there is None else who_is_there()
        typed = " ".join(request.form.get("who", "").split())[:LONGEST_NAME]
        who = typed if person == "" else person
        try:
            rows = acknowledging.alerts(token)
            if not who:
                words = "say who you are" if person == "" else "log in first"
                return page(rows, token, problem=words, status=400 if person == "" else 403)
            if pages is not None and not pages.sent_by_form(request):
                return page(rows, token, problem=STALE, status=403)
            return page(acknowledging.acknowledge(token, who), token)
        except (LinkError, WarehouseError) as error:
            return page([], token, problem=str(error), status=400)
