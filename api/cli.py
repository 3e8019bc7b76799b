"""``peelback``: the command line's front door.

Exit codes: 0 done; 1 some inputs failed, the others are in; 2 wrong usage;
3 cannot run; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import logging
import traceback
from pathlib import Path
from typing import Any

import click

from api.failures import Failure, Stopped, WrongUsage
from api.lazy_group import CommandPlace, LazyGroup
from index.errors import PeelbackError, UnknownPassage, UnknownReport
from rag.limits import QuestionTooLong
from rag.personal_data import PersonalData
from rag.settings import SettingsError

PLACES = {
    "add": CommandPlace("api.commands.adding:add", "Read reports into the library."),
    "reports": CommandPlace("api.commands.library:reports", "List the reports in the library."),
    "show": CommandPlace("api.commands.library:show_report", "Show one report's structure."),
    "remove": CommandPlace("api.commands.library:remove", "Take reports out of the library."),
    "ask": CommandPlace("api.commands.asking:ask", "Answer a question, with quotes."),
    "search": CommandPlace("api.commands.asking:search", "Rank passages, without an answer."),
    "actions": CommandPlace(
        "api.commands.actions:actions", "Write the response pack: everything that was asked for."
    ),
    "compare": CommandPlace(
        "api.commands.asking:compare", "Set bodies or cycles side by side on one topic."
    ),
    "serve": CommandPlace("api.commands.serving:serve", "Serve the page and the HTTP API."),
    "mcp": CommandPlace("api.commands.mcp:mcp", "Serve the library to an assistant, on stdio."),
    "keys": CommandPlace("api.commands.keys:keys_group", "Say who may ask over HTTP."),
    "verify": CommandPlace("api.commands.library:verify", "Prove that the library is whole."),
    "backup": CommandPlace("api.commands.library:backup", "Copy the library while it is in use."),
    "eval": CommandPlace("eval.commands:eval_group", "Measure answers against gold questions."),
}

USAGE_ERRORS = (SettingsError, UnknownReport, UnknownPassage, QuestionTooLong, PersonalData)
"""The command was fine but for a name or value in it."""


class FrontDoor(LazyGroup):
    """Turns foreseen errors into one line and an exit code, for every command."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except USAGE_ERRORS as error:
            raise WrongUsage(str(error)) from error
        except PeelbackError as error:
            raise Failure(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # ``| head`` has seen enough, which click knows
                raise
            raise Failure(str(error)) from error
        except KeyboardInterrupt:
            raise Stopped("stopped") from None


def _show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from api.version_text import version_text

    try:
        click.echo(version_text(verbose=context.params["verbose"]))
    except PeelbackError as error:
        raise Failure(str(error)) from error
    context.exit()


@click.group(cls=FrontDoor, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--library",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The library's file [default: $PEELBACK_LIBRARY, else library.db].",
)
@click.option("--debug", is_flag=True, help="Write the log to stderr.")
@click.option(
    "--verbose",
    is_flag=True,
    is_eager=True,  # known when --version, wherever it stands, is looked at
    help="With --version: also the encoder, and what runs it in which precision.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context, library: Path | None, *, debug: bool, verbose: bool) -> None:
    """Answer questions about inspection reports, and prove every sentence with a quote."""
    if verbose:
        raise WrongUsage("--verbose goes with --version; --debug writes the log")
    _set_up_logging(debug=debug)
    context.obj = library


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        cli.main(prog_name="peelback")
    except Exception:  # noqa: BLE001  # the outermost rim
        traceback.print_exc()
        raise SystemExit(Failure.exit_code) from None


def _set_up_logging(*, debug: bool) -> None:
    # What a command has to say it says itself; the log is for whoever looks for a fault.
    handler = logging.StreamHandler() if debug else logging.NullHandler()
    level = logging.DEBUG if debug else logging.WARNING
    logging.basicConfig(level=level, format="%(name)s: %(message)s", handlers=[handler])
