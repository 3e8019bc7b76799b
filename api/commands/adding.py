"""``add``: files and web pages into the library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from api.commands.library import show_cards
from api.commands.pace import Pace
from api.failures import Stopped
from api.interrupts import gentle_interrupts
from api.options import json_option, library_option, settings_of
from api.terminal import show_json, talk

if TYPE_CHECKING:
    from index.errors import UnreadableReport
    from index.ingest import IngestSummary, Progress
    from index.ingest.sources import Source
    from index.store.library import ReportCard
    from rag.settings import Settings

SOME_FAILED = 1


@click.command()
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--allow-private",
    is_flag=True,
    help="Fetch from private and local addresses too: an intranet you trust.",
)
@json_option
@library_option
@click.pass_context
def add(
    context: click.Context, places: tuple[str, ...], *, allow_private: bool, as_json: bool
) -> None:
    """Read reports into the library: .txt .md .html .pdf .docx, folders and .zip archives.

    Each report is in or out as a whole. A file that is in already costs
    nothing; one that has changed takes the place of its report. A report from
    an http or https address keeps it, so that citations link to it; what the
    page links to is not fetched. Exit code 1 if some could not be read: the
    others are in.
    """
    settings = settings_of(context)
    addresses = [place for place in places if "://" in place]
    paths = [Path(place) for place in places if "://" not in place]
    with TemporaryDirectory(prefix="peelback-") as folder:
        fetched = _fetched(addresses, Path(folder), allow_private=allow_private)
        summary, cards = _bring_in(paths, fetched, settings)
    came_in = [card for card in cards if card.report_id in {*summary.added, *summary.replaced}]
    if as_json:
        show_json(_summary_json(summary, came_in))
    elif came_in:
        show_cards(came_in)
    _talk_about(summary)
    if summary.interrupted:
        raise Stopped(f"stopped; the {len(came_in)} reports that were added are in the library")
    if summary.failed:
        context.exit(SOME_FAILED)


def _fetched(
    addresses: Sequence[str], folder: Path, *, allow_private: bool
) -> list[Source | UnreadableReport]:
    """Return what is at the addresses: all of it before the library is locked for writing."""
    if not addresses:
        return []
    from index.ingest.web import Fetching, fetch

    how = Fetching(allows=lambda _: True) if allow_private else Fetching()
    found = []
    for address in addresses:
        talk(f"fetching {address}")
        found.append(fetch(address, folder, how))
    return found


def _bring_in(
    paths: Sequence[Path], fetched: Sequence[Source | UnreadableReport], settings: Settings
) -> tuple[IngestSummary, tuple[ReportCard, ...]]:
    from index.ingest import add_sources
    from rag.assembly import open_embedder, open_library

    with (
        open_library(settings, create=True) as library,
        _progress() as show_progress,
        gentle_interrupts() as stop_if_asked,
    ):

        def on_progress(now: Progress) -> None:
            show_progress(now)
            stop_if_asked()

        summary = add_sources(
            paths,
            library=library,
            embedder=lambda: open_embedder(settings),
            passage_tokens=settings.passage_tokens,
            on_progress=on_progress,
            fetched=fetched,
        )
        return summary, library.cards()


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Lend a function that shows how far the run is: a bar on a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.fields[files]}"),
        progress.BarColumn(),
        progress.TextColumn("{task.description}", markup=False),
        progress.TextColumn("{task.fields[pace]}"),
    )
    pace = Pace(started_s=monotonic())
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, files="", pace="")

        def on_progress(now: Progress) -> None:
            bar.update(
                task,
                description=now.source,
                completed=now.passages_done,
                total=now.passages or None,
                files=f"{now.number} of {now.files}",
                pace=pace.note(now, at_s=monotonic()),
            )

        yield on_progress


def _talk_about(summary: IngestSummary) -> None:
    for failure in summary.failed:
        talk(f"peelback: {failure}")
    for duplicate in summary.duplicates:
        talk(f"{duplicate.source}: the same file is in already, as {duplicate.report_id}")
    for warning in summary.warnings:
        talk(warning)
    counts = {
        "added": summary.added,
        "replaced": summary.replaced,
        "unchanged": summary.unchanged,
        "left out": summary.duplicates,
        "failed": summary.failed,
    }
    talk(", ".join(f"{len(found)} {name}" for name, found in counts.items() if found) or "no files")


def _summary_json(summary: IngestSummary, came_in: Sequence[ReportCard]) -> dict[str, Any]:
    from rag.wire import card_json

    cards = {card.report_id: card_json(card) for card in came_in}
    return {
        "added": [cards[report_id] for report_id in summary.added],
        "replaced": [cards[report_id] for report_id in summary.replaced],
        "unchanged": list(summary.unchanged),
        "duplicates": [asdict(duplicate) for duplicate in summary.duplicates],
        "failed": [{"source": error.source, "reason": error.reason} for error in summary.failed],
        "warnings": list(summary.warnings),
        "interrupted": summary.interrupted,
    }
