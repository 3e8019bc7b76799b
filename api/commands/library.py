"""``reports``, ``show``, ``remove``, ``verify`` and ``backup``: the library and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.failures import Failure
from api.options import json_option, library_option, settings_of
from api.terminal import show, show_json, show_table, talk, text_columns

if TYPE_CHECKING:
    from index.store.library import Finding, Library, ReportCard


@click.command()
@json_option
@library_option
@click.pass_context
def reports(context: click.Context, *, as_json: bool) -> None:
    """List the reports in the library."""
    from rag.wire import card_json

    with _library(context) as library:
        cards = library.cards()
    if as_json:
        show_json({"reports": [card_json(card) for card in cards]})
        return
    show_cards(cards)
    if not cards:
        talk("no reports yet: peelback add PATH puts some in")


@click.command("show")
@click.argument("report_id", metavar="REPORT")
@json_option
@library_option
@click.pass_context
def show_report(context: click.Context, report_id: str, *, as_json: bool) -> None:
    """Show one report: what it is, its outline, judgements and actions."""
    from api.report_text import report_text
    from rag.wire import report_json

    with _library(context) as library:
        report = library.report(report_id)
    if as_json:
        show_json(report_json(report))
    else:
        show(report_text(report, columns=text_columns()))


@click.command()
@click.argument("report_ids", metavar="REPORT...", nargs=-1, required=True)
@json_option
@library_option
@click.pass_context
def remove(context: click.Context, report_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Take reports out of the library, with all that was made from them."""
    with _library(context) as library:
        for report_id in report_ids:
            # All are looked up first, so that a misspelt one does not leave half done.
            library.report(report_id)
        for report_id in report_ids:
            library.remove(report_id)
    if as_json:
        show_json({"removed": list(report_ids)})
    else:
        talk(f"removed {', '.join(report_ids)}")


@click.command()
@click.option("--repair", is_flag=True, help="Keep the reports that are whole; drop the others.")
@json_option
@library_option
@click.pass_context
def verify(context: click.Context, *, repair: bool, as_json: bool) -> None:
    """Prove that the library is whole: file, reports, quotes and vectors.

    Exit code 3 if it is not, and was not repaired.
    """
    with _library(context) as library:
        findings = library.verify()
        dropped = library.repair() if repair and findings else ()
    if as_json:
        show_json(
            {
                "whole": not findings,
                "findings": [asdict(finding) for finding in findings],
                "dropped": [asdict(report) for report in dropped],
            }
        )
    else:
        _show_findings(findings)
    if findings and not repair:
        raise Failure("the library is not whole; peelback verify --repair keeps what is")
    for report in dropped:
        talk(f"dropped {report.report_id}: {report.problem}; add {report.source or 'it'} again")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@library_option
@click.pass_context
def backup(context: click.Context, path: Path, *, as_json: bool) -> None:
    """Copy the library to a new file PATH, whole, also while it is served or added to."""
    from index.store.library import Library

    with _library(context) as library:
        library.backup(path)
    with Library.open(path) as copy:
        reports, digest = len(copy.cards()), copy.digest
    if as_json:
        show_json({"path": str(path), "reports": reports, "digest": digest})
    else:
        talk(f"{path} is a library of its own now, with {reports} reports")


CARD_COLUMNS = ("report", "body", "cycle", "sections", "passages", "judgements", "actions", "note")


def show_cards(cards: Sequence[ReportCard]) -> None:
    show_table(
        CARD_COLUMNS,
        [
            (
                card.report_id,
                card.metadata.bodies[0] if card.metadata.bodies else None,
                card.metadata.cycle,
                card.sections,
                card.passages,
                card.judgements,
                card.actions,
                "invented sample" if card.metadata.invented else None,
            )
            for card in cards
        ],
    )


def _show_findings(findings: Sequence[Finding]) -> None:
    if findings:
        show_table(("report", "problem"), [(f.report_id, f.problem) for f in findings])
    else:
        show("The library is whole.")


def _library(context: click.Context) -> Library:
    from index.store.library import Library

    return Library.open(settings_of(context).library)
