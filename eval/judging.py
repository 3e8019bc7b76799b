"""``peelback eval compare``, ``gate`` and ``baseline``: what a finished run is worth."""

from __future__ import annotations

from pathlib import Path

import click

from eval.comparison.runs import compare_runs
from eval.comparison.shown import comparison_json, comparison_tables, comparison_text
from eval.gating.baseline import (
    baseline_of,
    floors_of,
    read_baseline,
    write_baseline,
)
from eval.gating.gate import gate_run
from eval.gating.shown import baseline_changes, gate_json, gate_junit, gate_markdown
from eval.kept_run import read_run
from eval.lines import write_text
from eval.terminal import SOME_FAILED, show

RUN = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("before", type=RUN)
@click.argument("after", type=RUN)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def compare_command(before: Path, after: Path, as_json: bool) -> None:
    """Say what changed from the run BEFORE to the run AFTER, and whether chance could do it."""
    comparison = compare_runs(read_run(before), read_run(after))
    if as_json:
        show(comparison_json(comparison))
        return
    click.echo(comparison_text(comparison))
    show(comparison_tables(comparison))


@click.command("gate")
@click.argument("run", type=RUN)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="What the run must not fall below, as `eval baseline` wrote it.",
)
@click.option("--markdown", type=FILE, help="Also write the verdict here, for a pull request.")
@click.option("--junit", type=FILE, help="Also write it here as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of Markdown.")
@click.pass_context
def gate_command(
    context: click.Context,
    run: Path,
    baseline: Path,
    markdown: Path | None,
    junit: Path | None,
    as_json: bool,
) -> None:
    """Exit 1 where RUN is worse than its baseline, 3 where the two do not compare."""
    kept = read_run(run)
    gate = gate_run(kept, read_baseline(baseline))
    text = gate_markdown(gate)
    if markdown:
        write_text(markdown, text)
    if junit:
        write_text(junit, gate_junit(gate))
    if as_json:
        show(gate_json(gate))
    else:
        click.echo(text, nl=False)
    if not gate.passed:
        context.exit(SOME_FAILED)


@click.command("baseline")
@click.argument("run", type=RUN)
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("eval/baseline.json"),
    show_default=True,
    help="The baseline, which is committed.",
)
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="What a measure, or MEASURE[TYPE], may never be on the wrong side of; may be repeated.",
)
def baseline_command(run: Path, output: Path, floors: tuple[str, ...]) -> None:
    """Make RUN the baseline: losses since the last one are accepted by this, and only by this."""
    before = read_baseline(output) if output.exists() else None
    kept_floors = before.floors if before else None
    after = baseline_of(read_run(run), floors=floors_of(floors, kept=kept_floors))
    click.echo(baseline_changes(before, after), nl=False)
    write_baseline(output, after)
    click.echo(f"written to {output}; review its diff and commit it", err=True)
