"""``peelback eval report``: a run for people, for pull requests and for CI systems."""

from __future__ import annotations

from pathlib import Path

import click

from eval.kept_run import read_run
from eval.lines import write_text
from eval.reporting.comment import run_comment
from eval.reporting.junit import run_junit


@click.command("report")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to [default: the run's].",
)
def report_command(run: Path, output: Path | None) -> None:
    """Write report.html, report.md and junit.xml of RUN."""
    # Here, not above: matplotlib takes seconds to import.
    from eval.reporting.page import run_page

    kept = read_run(run)
    folder = output or run
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("report.html", run_page(kept)),
        ("report.md", run_comment(kept)),
        ("junit.xml", run_junit(kept)),
    ):
        write_text(folder / name, text)
        click.echo(folder / name)
