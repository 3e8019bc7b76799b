"""``actions``: the response pack."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.failures import Failure
from api.options import json_option, library_option, settings_of
from api.terminal import show, show_json, talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.documents import Report


@click.command()
@click.argument("report_ids", metavar="[REPORT]...", nargs=-1)
@click.option(
    "--format",
    "pack_format",
    type=click.Choice(["md", "csv", "docx"]),
    default="md",
    show_default=True,
    help="Markdown or Word to write replies in, or CSV for a spreadsheet.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The file to write; stdout if none is named.",
)
@click.option(
    "--published",
    "told",
    metavar="[REPORT=]DAY",
    multiple=True,
    help="When a report that does not say was published: 2020-02-07.",
)
@json_option
@library_option
@click.pass_context
def actions(
    context: click.Context,
    report_ids: tuple[str, ...],
    *,
    pack_format: str,
    output: Path | None,
    told: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write everything that the reports ask for, quoted and cited.

    Of each REPORT named, else of every report in the library. The day that is
    56 days after publication stands with it where the report says when it was
    published, or where --published does. The day of a report's last update is
    not taken for it.
    """
    from api.response_pack import pack_json, publication_of
    from index.store.library import Library

    if pack_format == "docx" and output is None and not as_json and sys.stdout.isatty():
        raise click.UsageError("a Word document is no text for a terminal; name a file: -o PATH")
    with Library.open(settings_of(context).library) as library:
        chosen = report_ids or tuple(card.report_id for card in library.cards())
        published = _days(told, chosen)
        reports = [library.report(report_id) for report_id in chosen]
    if as_json:
        show_json(pack_json(reports, published=published))
    else:
        _write(_pack(pack_format, reports, published), output)
    count = sum(len(report.actions) for report in reports)
    talk(f"{count} actions in {len(reports)} reports")
    undated = [r.report_id for r in reports if publication_of(r, published).day is None]
    if undated:
        talk(f"no day of publication, so no day 56: {', '.join(undated)}; see --published")


def _pack(pack_format: str, reports: Sequence[Report], published: dict[str, date]) -> bytes:
    from api.response_pack import pack_csv, pack_markdown

    if pack_format == "docx":
        # python-docx takes a tenth of a second to import.
        from api.response_docx import docx_of

        return docx_of(reports, published=published)
    write = pack_csv if pack_format == "csv" else pack_markdown
    return write(reports, published=published).encode()


def _write(pack: bytes, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_bytes(pack)
        except OSError as error:
            raise Failure(f"cannot write {output}: {error.strerror or error}") from error
    elif sys.stdout.isatty():
        show(pack.decode().rstrip("\n"))
    else:
        click.echo(pack, nl=False)


def _days(told: Sequence[str], chosen: Sequence[str]) -> dict[str, date]:
    """Return the days by report; one without a report's name is for the only report chosen."""
    days = {}
    for item in told:
        report_id, separator, day = item.rpartition("=")
        if not separator and len(chosen) == 1:
            report_id = chosen[0]
        if report_id not in chosen:
            raise click.UsageError(f"--published {item!r} names none of the reports; REPORT=DAY")
        try:
            days[report_id] = date.fromisoformat(day)
        except ValueError:
            raise click.UsageError(
                f"--published wants a day such as 2020-02-07, got {day!r}"
            ) from None
    return days
