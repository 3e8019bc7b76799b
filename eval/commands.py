"""``peelback eval``: measure answers, retrieval and gold labels.

Exit codes: 0 done; 1 some questions failed, the others are measured; 2 wrong
usage; 3 cannot run (bad gold, stale labels, no library); 4 ran and proves
nothing (no question, no answer, a figure that is no number, a broken promise).
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from eval.calibrate_command import calibrate_command
from eval.gold import read_golds
from eval.gold_commands import (
    check_command,
    import_feedback_command,
    new_command,
    schema_command,
)
from eval.judge.command import judge_command
from eval.judging import baseline_command, compare_command, gate_command
from eval.ladder import climb, evidenced, ladder_json
from eval.reporting.command import report_command
from eval.run import fresh_labels, questions_of
from eval.running import run_command
from eval.summary import ladder_table
from eval.sweeping import sweep_command
from eval.terminal import (
    EvalGroup,
    Openers,
    chosen_settings,
    gold_arguments,
    openers,
    progress,
    show,
)

__all__ = ["Openers", "eval_group"]


@click.group(cls=EvalGroup)
def eval_group() -> None:
    """Measure answers against gold questions."""


for command in (
    run_command,
    compare_command,
    gate_command,
    baseline_command,
    report_command,
    sweep_command,
):
    eval_group.add_command(command)
eval_group.add_command(check_command)
eval_group.add_command(new_command)
eval_group.add_command(import_feedback_command)
eval_group.add_command(schema_command)
eval_group.add_command(calibrate_command)
eval_group.add_command(judge_command)


@eval_group.command("ladder")
@gold_arguments
def ladder_command(
    context: click.Context, gold: tuple[Path, ...], library: Path | None, as_json: bool
) -> None:
    """Measure the ranking after each stage of retrieval."""
    golds = read_golds(gold)
    questions = evidenced(golds)
    assistant = openers(context).assistant(chosen_settings(context, library))
    with progress("ranking", len(questions)) as advance:
        ladder = climb(assistant, golds, on_ranked=advance)
    show(ladder_json(ladder) if as_json else [ladder_table(ladder)])


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
    assistant = openers(context).assistant(chosen_settings(context, library))
    labels = fresh_labels(questions, assistant)
    with progress("reading", len(questions)) as advance:
        found = examples(observer(assistant), questions, labels, on_read=advance)
    result = fit(found, groups=groups)
    weights = written(result.reader, groups=groups, gold=[file.name for file in golds])
    output.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    show({"figures": result.figures} if as_json else fit_tables(found, result, groups=groups))
