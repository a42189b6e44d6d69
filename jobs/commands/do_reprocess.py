"""`blemish reprocess`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from inference.engines.choice import Precision
from inference.model_variant import in_precision
from jobs.clock import utc_now
from jobs.commands.output import print_json, print_table, say, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.errors import InputError
from jobs.settings import Settings, model_file
from jobs.upkeep.reprocess import Scope, reprocess
from jobs.upkeep.reprocess_decision import activate, turn_down
from jobs.upkeep.reprocess_history import reprocess_history
from jobs.upkeep.reprocess_report import ShadowReport
from warehouse.journal.model_trials import model_trials
from warehouse.journal.store import open_journal
from warehouse.site import Site

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for: one of trying a model, activate, turn_down and history.

    A model is tried where its file, an engine or a precision is given; what is not given is that
    of the settings.
    """

    model: Path | None
    engine: str | None
    precision: Precision | None
    parts: int | None
    since: str | None
    activate: str | None
    turn_down: str | None
    who: str
    reason: str
    history: bool

    @property
    def tries_a_model(self) -> bool:
        """Whether a model is to be measured in shadow."""
        return any(each is not None for each in (self.model, self.engine, self.precision))


def run(given: Path | None, order: Order, *, as_json: bool) -> int:
    """Compare, decide, measure the history again, or list the models; 1 where passes were left."""
    asked = [order.tries_a_model, bool(order.activate), bool(order.turn_down), order.history]
    if sum(asked) > 1:
        raise InputError(
            "give one of --model (with --engine or --precision), --activate, --turn-down and --history"
        )
    site, settings = open_site(given)
    if order.tries_a_model:
        return _shadow(site, settings, order, as_json=as_json)
    if order.history:
        return _history(site, settings, order, as_json=as_json)
    if order.activate or order.turn_down:
        return _decide(site, settings, order, as_json=as_json)
    return _list(site, as_json=as_json)


def _shadow(site: Site, settings: Settings, order: Order, *, as_json: bool) -> int:
    named = order.model or model_file(settings, site.root)
    precision = order.precision or (settings.inference.precision if order.model is None else "fp32")
    with console_progress() as progress:
        report = reprocess(
            site,
            settings,
            in_precision(named, precision),
            clock=utc_now,
            engine=order.engine,
            scope=_scope(settings, order),
            progress=progress,
        )
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    for each in report.left[:SHOWN]:
        say(f"pass {each.pass_id} is not compared: {each.reason}")
    if len(report.left) > SHOWN:
        say(f"{len(report.left) - SHOWN} more passes are not compared")
    return 1 if report.left else 0


def _print(report: ShadowReport) -> None:
    rows = [
        (
            bias.stream.key,
            each.metric,
            each.pairs,
            each.old_mean,
            each.new_mean,
            each.difference,
            each.low,
            each.high,
            each.correlation,
        )
        for bias in report.streams
        for each in bias.metrics
    ]
    columns = ("stream", "metric", "parts", "old mean", "new mean", "difference", "95 % from", "to")
    print_table((*columns, "correlation"), rows)
    for bias in report.streams:
        verdicts = bias.verdicts
        if verdicts.share is not None:
            show(
                f"{bias.stream.key}: {verdicts.share:.1%} of {verdicts.pairs} verdicts change, "
                f"{verdicts.now_failed} to fail and {verdicts.now_passed} to pass"
            )
    proposed = sum(each.phase is not None for each in report.limits)
    show(
        f"model {report.model_id[:12]} ({report.name}): {report.parts} parts compared, "
        f"{report.measured} of them measured now; limits proposed for {proposed} characteristics"
    )
    for each in report.limits:
        if each.refusal:
            show(f"no limits for {each.characteristic_id}: {each.refusal}")
    show(
        f"nothing has changed yet; blemish reprocess --activate {report.model_id[:12]} --who NAME "
        "--reason TEXT makes it the model in use, --turn-down turns it down"
    )


def _decide(site: Site, settings: Settings, order: Order, *, as_json: bool) -> int:
    signed = {"who": order.who, "reason": order.reason}
    if order.activate:
        model_id, phases = activate(site, settings, order.activate, **signed, clock=utc_now)
        words = f"the next run uses model {model_id[:12]}; {len(phases)} limits are in force"
    else:
        model_id, phases = turn_down(site, order.turn_down or "", **signed, clock=utc_now)
        words = f"model {model_id[:12]} is turned down, with {len(phases)} proposed limits"
    if as_json:
        print_json({"model_id": model_id, "phases": [row.phase_id for row in phases]})
    else:
        show(words)
    return 0


def _history(site: Site, settings: Settings, order: Order, *, as_json: bool) -> int:
    with console_progress() as progress:
        report = reprocess_history(
            site, settings, clock=utc_now, scope=_scope(settings, order), progress=progress
        )
    for warning in report.warnings:
        say(f"warning: {warning}")
    if as_json:
        print_json(report.to_dict())
    else:
        show(
            f"run {report.run_id}: {report.inspections} inspections have a new revision by model "
            f"{report.model_id[:12]}; the next run evaluates and publishes them"
        )
    for each in report.left[:SHOWN]:
        say(f"pass {each.pass_id} keeps its numbers: {each.reason}")
    return 1 if report.left else 0


def _list(site: Site, *, as_json: bool) -> int:
    with open_journal(site.journal) as journal:
        trials = model_trials(journal)
    if as_json:
        print_json(
            [
                {
                    "model_id": each.model_id,
                    "name": each.name,
                    "status": each.status,
                    "measured_at": each.measured_at,
                    "decided_by": each.decided_by,
                    "decided_at": each.decided_at,
                    "reason": each.reason,
                    "report": each.report,
                }
                for each in trials
            ]
        )
        return 0
    rows = [
        (each.model_id[:12], each.name, each.status, each.measured_at, each.decided_by, each.reason)
        for each in trials
    ]
    print_table(("model", "name", "status", "measured", "decided by", "reason"), rows)
    return 0


def _scope(settings: Settings, order: Order) -> Scope:
    if order.since is None:
        return Scope(parts=order.parts)
    try:
        day = date.fromisoformat(order.since)
    except ValueError as error:
        raise InputError(f"--since {order.since} is no day; write YYYY-MM-DD") from error
    midnight = datetime.combine(day, time(), tzinfo=settings.zone).astimezone(UTC)
    return Scope(parts=order.parts, since=midnight)
