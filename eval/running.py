"""``peelback eval run``: ask every gold question and keep what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from eval.conditions import Conditions, code_revision, effective
from eval.gold import read_golds
from eval.journal import Journal
from eval.record import settings_json, write_run
from eval.run import Memory, evaluate, proves_something, questions_of
from eval.scores import scores_json
from eval.setting_pairs import settings_of
from eval.summary import run_tables
from eval.terminal import (
    SOME_FAILED,
    chosen_settings,
    gold_arguments,
    openers,
    progress,
    show,
)

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("run")
@click.option("--name", help="The run's name, a folder under --runs [default: the time, in UTC].")
@click.option(
    "--runs", type=FOLDER, default=Path("runs"), show_default=True, help="Where runs are kept."
)
@click.option("-o", "--output", type=FOLDER, help="The run's folder, instead of --runs and --name.")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Answer with another value of a setting; may be repeated.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped.")
@gold_arguments
def run_command(
    context: click.Context,
    gold: tuple[Path, ...],
    library: Path | None,
    as_json: bool,
    name: str | None,
    runs: Path,
    output: Path | None,
    pairs: tuple[str, ...],
    resume: bool,
) -> None:
    """Ask every question of the GOLD files and measure the answers."""
    folder = _folder(output, runs, name)
    settings = chosen_settings(context, library, settings_of(pairs))
    golds = read_golds(gold)
    questions = questions_of(golds)
    opened = openers(context)
    assistant = opened.assistant(settings)
    conditions = Conditions(effective(settings), opened.recipe(settings), code_revision())
    journal = Journal(folder, settings_json(golds, assistant.stamp(), conditions))
    memory = Memory(journal.kept(resume=resume), journal.remember)
    with progress("asking", len(questions)) as advance:
        run = evaluate(assistant, golds, on_asked=advance, memory=memory, conditions=conditions)
    write_run(folder, run)
    show(scores_json(run.scores) if as_json else run_tables(run))
    kept = f"; {len(memory.kept)} answers were there already" if memory.kept else ""
    click.echo(f"written to {folder}{kept}", err=True)
    proves_something(run)
    if run.failed:
        click.echo(f"{run.failed} of {len(run.outcomes)} questions failed", err=True)
        context.exit(SOME_FAILED)


def _folder(output: Path | None, runs: Path, name: str | None) -> Path:
    if output is not None:
        if name is not None:
            raise click.UsageError("--output names the whole folder; leave --name out")
        return output
    if name is None:
        return runs / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    if not name or Path(name).name != name:
        raise click.BadParameter(f"{name!r} is not the name of a folder", param_hint="--name")
    return runs / name
