"""``actions``: the response pack."""

from __future__ import annotations

import click

from api.options import json_option, library_option, settings_of
from api.terminal import show, show_json, talk


@click.command()
@click.argument("report_ids", metavar="[REPORT]...", nargs=-1)
@click.option(
    "--format",
    "pack_format",
    type=click.Choice(["md", "csv"]),
    default="md",
    show_default=True,
    help="Markdown to write replies in, or CSV for a spreadsheet.",
)
@json_option
@library_option
@click.pass_context
def actions(
    context: click.Context, report_ids: tuple[str, ...], *, pack_format: str, as_json: bool
) -> None:
    """Write everything that the reports ask for, quoted and cited.

    Of each REPORT named, else of every report in the library. The day that is
    56 days after publication stands with it where the report says when it was
    published.
    """
    from api.response_pack import pack_csv, pack_json, pack_markdown
    from index.store.library import Library

    with Library.open(settings_of(context).library) as library:
        chosen = report_ids or tuple(card.report_id for card in library.cards())
        reports = [library.report(report_id) for report_id in chosen]
    if as_json:
        show_json(pack_json(reports))
    else:
        write = pack_csv if pack_format == "csv" else pack_markdown
        show(write(reports).rstrip("\n"))
    count = sum(len(report.actions) for report in reports)
    talk(f"{count} actions in {len(reports)} reports")
