"""Processes that add reports, for the tests that kill them and let them race."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import LibraryLocked
from index.ingest import IngestSummary, Progress, add_sources, recipe_of
from index.store.library import Library
from tests.made_reports import HashEmbedder

PASSAGE_TOKENS = 64


def write_reports(folder: Path, names: list[str], *, version: int) -> None:
    """Write a report a name, about two passages each, that says its version throughout."""
    folder.mkdir(exist_ok=True)
    for name in names:
        paragraphs = [
            f"In version {version} the inspectors of {name} found that finding {n} was fair."
            for n in range(8)
        ]
        text = "\n\n".join([f"Inspection of {name}", *paragraphs])
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def add(
    library: Library, *paths: Path, embedder=HashEmbedder, on_progress=lambda _: None
) -> IngestSummary:
    return add_sources(
        paths,
        library=library,
        embedder=embedder,
        passage_tokens=PASSAGE_TOKENS,
        on_progress=on_progress,
    )


def open_library(path: Path) -> Library:
    recipe = recipe_of(HashEmbedder(), PASSAGE_TOKENS)
    return Library.open(path, recipe=recipe, create=True)


def add_and_tell(path: Path, folder: Path, told: Path) -> None:
    """Add the folder; write a line for each report when it is said to be in, and one at the end."""
    with told.open("a", buffering=1) as lines:

        def tell(progress: Progress) -> None:
            if progress.outcome is not None:
                lines.write(f"{progress.report_id}\n")

        try:
            with open_library(path) as library:
                summary = add(library, folder, on_progress=tell)
        except LibraryLocked as error:
            lines.write(f"locked: {error} (told to {os.getpid()})\n")
        else:
            lines.write(f"done: interrupted={summary.interrupted} added={len(summary.added)}\n")
