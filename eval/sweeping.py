"""``peelback eval sweep``: the same questions under a grid of settings, and the trade-off."""

from __future__ import annotations

from pathlib import Path

import click

from eval.conditions import Conditions, code_revision, effective
from eval.gold import read_golds
from eval.journal import Journal
from eval.kept_run import KeptRun, read_run
from eval.lines import write_text
from eval.record import settings_json, write_run
from eval.run import Memory, evaluate, questions_of
from eval.setting_pairs import grid_of
from eval.sweep import built_library, recipe_settings, sweep_json, sweep_page, sweep_table
from eval.tables import markdown
from eval.terminal import chosen_settings, gold_arguments, openers, progress, show
from rag.settings import Settings

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("sweep")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    required=True,
    metavar="NAME=VALUE,VALUE",
    help="The values of a setting; every combination is run. May be repeated.",
)
@click.option(
    "--reports",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Reports to build libraries from, where a setting needs another library.",
)
@click.option(
    "--cache",
    type=FOLDER,
    default=Path("runs/libraries"),
    show_default=True,
    help="Where the libraries that are built are kept.",
)
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("runs/sweep"),
    show_default=True,
    help="The sweep's folder: a run each, sweep.html, sweep.md.",
)
@gold_arguments
def sweep_command(
    context: click.Context,
    gold: tuple[Path, ...],
    library: Path | None,
    as_json: bool,
    pairs: tuple[str, ...],
    reports: tuple[Path, ...],
    cache: Path,
    output: Path,
) -> None:
    """Run the GOLD questions under every combination of settings; go on where it was stopped."""
    grid = grid_of(pairs)
    if not reports and recipe_settings(grid):
        raise click.UsageError(
            f"{', '.join(recipe_settings(grid))} is part of what a library is built with; "
            "name the --reports to build them from"
        )
    runs = []
    for values in grid:
        settings = chosen_settings(context, library, values)
        if reports:
            click.echo(f"library for {_name(values)}", err=True)
            settings = built_library(settings, reports, cache=cache)
        runs.append(_run(context, gold, settings, output / _name(values)))
    write_text(output / "sweep.html", sweep_page(runs))
    write_text(output / "sweep.md", markdown(sweep_table(runs)))
    show(sweep_json(runs) if as_json else [sweep_table(runs)])
    click.echo(f"written to {output}", err=True)


def _run(
    context: click.Context, gold: tuple[Path, ...], settings: Settings, folder: Path
) -> KeptRun:
    golds = read_golds(gold)
    opened = openers(context)
    assistant = opened.assistant(settings)
    conditions = Conditions(effective(settings), opened.recipe(settings), code_revision())
    journal = Journal(folder, settings_json(golds, assistant.stamp(), conditions))
    memory = Memory(journal.kept(resume=True), journal.remember)
    with progress(folder.name, len(questions_of(golds))) as advance:
        run = evaluate(assistant, golds, on_asked=advance, memory=memory, conditions=conditions)
    write_run(folder, run)
    return read_run(folder)


def _name(values: dict[str, str]) -> str:
    return ",".join(f"{name}={Path(value).name}" for name, value in values.items())
