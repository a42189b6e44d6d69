"""The command line: `blemish COMMAND`.

stdout is data, stderr is everything else. Exit status: 0 done; 1 a check found something; 2 it
could not be done, and one sentence on stderr says why.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from dashboard.errors import DashboardError
from inference.errors import InferenceError
from jobs.commands import (
    charts,
    datasets,
    evaluation,
    images,
    people,
    rebuilding,
    reprocessing,
    service,
    site,
    studies,
    training,
    upkeep,
)
from jobs.commands.output import say
from jobs.errors import JobError
from spc.errors import SpcError
from warehouse.errors import WarehouseError

DONE, CANNOT, INTERRUPTED = 0, 2, 130
EXPECTED = (JobError, InferenceError, SpcError, WarehouseError, DashboardError)

app = typer.Typer(
    name="blemish",
    help="From a folder of part images to a control chart an engineer trusts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    site.init,
    site.demo,
    images.segment,
    evaluation.evaluate,
    evaluation.calibrate,
    charts.chart,
    studies.capability,
    studies.gage,
    site.ingest,
    site.monitor,
    site.run,
    site.serve,
    site.sql,
    upkeep.backup,
    upkeep.restore,
    upkeep.verify,
    rebuilding.rebuild,
    reprocessing.reprocess,
    upkeep.doctor,
    upkeep.settings,
    service.mail,
    service.heartbeat,
    people.user,
    images.render,
    datasets.dataset,
    training.train,
):
    app.command()(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; those of the process unless given.

    Examples
    --------
    >>> main(["segment", "no-such-file.png"])
    2

    """
    try:
        status = app(
            args=None if argv is None else list(argv), prog_name="blemish", standalone_mode=False
        )
    except typer.TyperException as error:
        say(f"blemish: {error.format_message()}")
        return CANNOT
    except EXPECTED as error:
        say(f"blemish: {error}")
        return CANNOT
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it at the end.
        sys.stderr.close()
        return DONE
    if status == INTERRUPTED:
        say("blemish: interrupted")
    return status if isinstance(status, int) else DONE


def _show_version(wanted: bool) -> None:
    if wanted:
        # Deferred: it is a third of the start of every command.
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            sys.stdout.write(f"blemish {version('blemish')}\n")
        except PackageNotFoundError:
            sys.stdout.write("blemish, not installed: run from a checkout\n")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """From a folder of part images to a control chart an engineer trusts."""


if __name__ == "__main__":
    sys.exit(main())
