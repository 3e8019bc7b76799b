"""What the commands of ``peelback eval`` share: arguments, results, progress, failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.errors import NothingMeasured
from eval.run import Assistant
from eval.tables import Table, draw
from index.documents import Report
from index.errors import PeelbackError
from rag.settings import Settings

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
    """How the assistant is opened for settings, and the reports alone for a library's path.

    ``recipe`` is what the settings' library was built with, where that is known.
    """

    assistant: Callable[[Settings], Assistant]
    report_of: Callable[[Path | None], Callable[[str], Report]]
    recipe: Callable[[Settings], str | None] = lambda _: None


class Advance(Protocol):
    """Moves a bar on."""

    def __call__(self, steps: int = 1, /) -> None: ...


def library_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--library``."""
    return click.option(
        "--library",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The library's file [default: $PEELBACK_LIBRARY, else library.db].",
    )(command)


def gold_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Add what all commands that measure take: gold files, a library, ``--json``."""
    for decorate in (
        click.argument(
            "gold",
            nargs=-1,
            required=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
        ),
        library_option,
        click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables."),
        click.pass_context,
    ):
        command = decorate(command)
    return command


def show(result: dict[str, Any] | Sequence[Table]) -> None:
    """Print a result: a dict as JSON, tables drawn or, in a pipe, as Markdown."""
    if isinstance(result, dict):
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        draw(result, Console(highlight=False))


def chosen_library(context: click.Context, library: Path | None) -> Path | None:
    """Return the library named here, else the one named before the command."""
    return library or context.find_object(Path)


def chosen_settings(
    context: click.Context, library: Path | None, overrides: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings of the environment for the chosen library; overrides win."""
    values: dict[str, Any] = {**(overrides or {}), "library": chosen_library(context, library)}
    return Settings.load(**values)


def openers(context: click.Context) -> Openers:
    return context.find_object(Openers) or Openers(_open_assistant, _open_reports, _recipe_of)


@contextmanager
def progress(verb: str, total: int) -> Iterator[Advance]:
    """A bar on a terminal's stderr, nothing elsewhere; yields what moves it."""
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

        def advance(steps: int = 1, /) -> None:
            bar.advance(task, steps)

        yield advance


def _open_assistant(settings: Settings) -> Assistant:
    # Here, not above: the encoder takes seconds to import, and --help needs none.
    from rag.assembly import open_assistant

    assistant = open_assistant(settings)
    click.get_current_context().with_resource(assistant.library)
    return assistant


def _recipe_of(settings: Settings) -> str | None:
    from rag.assembly import open_library

    with open_library(settings) as library:
        return library.recipe


def _open_reports(library: Path | None) -> Callable[[str], Report]:
    from rag.assembly import open_library

    opened = open_library(Settings.load(library=library))
    return click.get_current_context().with_resource(opened).report
