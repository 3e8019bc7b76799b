"""``peelback eval``: measure answers, retrieval and gold labels.

Exit codes: 0 done; 1 some questions failed, the others are measured; 2 wrong
usage; 3 cannot run (bad gold, stale labels, no library); 4 ran and proves
nothing (no question, no answer, a figure that is no number, a broken promise).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, ClassVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.errors import NothingMeasured, StaleLabels
from eval.evidence import locate_evidence
from eval.gold import read_golds
from eval.ladder import climb, evidenced, ladder_json
from eval.record import run_folder, write_run
from eval.run import (
    Assistant,
    evaluate,
    fresh_labels,
    proves_something,
    questions_of,
    stale_lines,
)
from eval.scores import scores_json
from eval.summary import label_table, labels_json, ladder_table, run_tables
from eval.tables import Table, draw
from index.documents import Report
from index.errors import PeelbackError

SOME_FAILED, CANNOT_RUN, PROVES_NOTHING = 1, 3, 4


class Failed(click.ClickException):
    """A foreseen failure: its message on stderr, no traceback."""

    exit_code: ClassVar[int] = CANNOT_RUN

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"peelback: {self.format_message()}", file=file, err=file is None)


class ProvesNothing(Failed):
    exit_code: ClassVar[int] = PROVES_NOTHING


class EvalGroup(click.Group):
    """Turns foreseen errors into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except NothingMeasured as error:
            raise ProvesNothing(str(error)) from error
        except PeelbackError as error:
            raise Failed(str(error)) from error


@dataclass(frozen=True, slots=True)
class Openers:
    """How the assistant, or the reports alone, are opened for a library's path."""

    assistant: Callable[[Path | None], Assistant]
    report_of: Callable[[Path | None], Callable[[str], Report]]


def gold_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Add what all commands take: gold files, a library, ``--json``."""
    for decorate in (
        click.argument(
            "gold",
            nargs=-1,
            required=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
        ),
        click.option(
            "--library",
            type=click.Path(dir_okay=False, path_type=Path),
            help="The library's file [default: $PEELBACK_LIBRARY, else library.db].",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables."),
        click.pass_context,
    ):
        command = decorate(command)
    return command


@click.group(cls=EvalGroup)
def eval_group() -> None:
    """Measure answers against gold questions."""


@eval_group.command("run")
@click.option("--name", help="The run's name, a folder under --runs [default: the time, in UTC].")
@click.option(
    "--runs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are kept.",
)
@gold_arguments
def run_command(
    context: click.Context,
    gold: tuple[Path, ...],
    library: Path | None,
    as_json: bool,
    name: str | None,
    runs: Path,
) -> None:
    """Ask every question of the GOLD files and measure the answers."""
    folder = run_folder(runs, _checked_name(name))
    golds = read_golds(gold)
    questions = questions_of(golds)
    assistant = _openers(context).assistant(_library(context, library))
    with _progress("asking", len(questions)) as advance:
        run = evaluate(assistant, golds, on_asked=advance)
    write_run(folder, run)
    _show(scores_json(run.scores) if as_json else run_tables(run))
    click.echo(f"written to {folder}", err=True)
    proves_something(run)
    if run.failed:
        click.echo(f"{run.failed} of {len(run.outcomes)} questions failed", err=True)
        context.exit(SOME_FAILED)


@eval_group.command("ladder")
@gold_arguments
def ladder_command(
    context: click.Context, gold: tuple[Path, ...], library: Path | None, as_json: bool
) -> None:
    """Measure the ranking after each stage of retrieval."""
    golds = read_golds(gold)
    questions = evidenced(golds)
    assistant = _openers(context).assistant(_library(context, library))
    with _progress("ranking", len(questions)) as advance:
        ladder = climb(assistant, golds, on_ranked=advance)
    _show(ladder_json(ladder) if as_json else [ladder_table(ladder)])


@eval_group.command("check")
@gold_arguments
def check_command(
    context: click.Context, gold: tuple[Path, ...], library: Path | None, as_json: bool
) -> None:
    """Look up every quote of the GOLD files in the library's reports."""
    golds = read_golds(gold)
    report_of = _openers(context).report_of(_library(context, library))
    labels = locate_evidence(questions_of(golds), report_of)
    _show(labels_json(golds, labels) if as_json else [label_table(golds, labels)])
    if labels.stale:
        raise StaleLabels(stale_lines(labels.stale))


@eval_group.command("fit")
@click.option(
    "--group",
    "groups",
    multiple=True,
    required=True,
    help="Fit on questions whose id begins so ('da' for 'da-012'); the others are for measuring.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the weights are written, as rag/plain_reader.json.",
)
@gold_arguments
def fit_command(
    context: click.Context,
    gold: tuple[Path, ...],
    library: Path | None,
    as_json: bool,
    groups: tuple[str, ...],
    output: Path,
) -> None:
    """Fit the plain reader's weights to the GOLD files and measure them on other groups."""
    # Here, not above: only this command needs scikit-learn.
    from eval.fit import examples, fit, fit_tables, observer, written

    golds = read_golds(gold)
    questions = questions_of(golds)
    assistant = _openers(context).assistant(_library(context, library))
    labels = fresh_labels(questions, assistant)
    with _progress("reading", len(questions)) as advance:
        found = examples(observer(assistant), questions, labels, on_read=advance)
    result = fit(found, groups=groups)
    weights = written(result.reader, groups=groups, gold=[file.name for file in golds])
    output.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    _show({"figures": result.figures} if as_json else fit_tables(found, result, groups=groups))


def _show(result: dict[str, Any] | Sequence[Table]) -> None:
    if isinstance(result, dict):
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        draw(result, Console(highlight=False))


def _checked_name(name: str | None) -> str:
    if name is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    if not name or Path(name).name != name:
        raise click.BadParameter(f"{name!r} is not the name of a folder", param_hint="--name")
    return name


def _library(context: click.Context, library: Path | None) -> Path | None:
    """Return the library named here, else the one named before the command."""
    return library or context.find_object(Path)


def _openers(context: click.Context) -> Openers:
    return context.find_object(Openers) or Openers(_open_assistant, _open_reports)


def _open_assistant(library: Path | None) -> Assistant:
    # Here, not above: the encoder takes seconds to import, and --help needs none.
    from rag.assembly import open_assistant
    from rag.settings import Settings

    assistant = open_assistant(Settings.load(library=library))
    click.get_current_context().with_resource(assistant.library)
    return assistant


def _open_reports(library: Path | None) -> Callable[[str], Report]:
    from rag.assembly import open_library
    from rag.settings import Settings

    opened = open_library(Settings.load(library=library))
    return click.get_current_context().with_resource(opened).report


@contextmanager
def _progress(verb: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal's stderr, nothing elsewhere; yields what moves it by one."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(verb),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(verb, total=total)
        yield lambda: bar.advance(task)
