"""Peelback itself, driven as the others are. It has one variant."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from driving import RESULTS, drive

from index.documents import Metadata, Passage, Report, Section, Span
from index.ingest import PASSAGES_AT_ONCE, add_sources
from index.passages import embedding_input
from index.passages.sentences import sentence_spans
from index.store.library import Library
from index.store.recipes import recipe_of
from rag.answers import Question, Scope
from rag.assembly import open_assistant, open_embedder
from rag.settings import Settings

FILE = "library.db"
PASSAGES_A_REPORT = 40


class Peelback:
    def __init__(self, variant: str) -> None:  # noqa: ARG002 - there is one
        self.settings = Settings.load()
        self.embedder = open_embedder(self.settings)
        self.embedder.embed_passages([])
        self.reports = 0

    def create(self, folder: str) -> None:
        path = Path(folder) / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        recipe = recipe_of(self.embedder, self.settings.passage_tokens)
        self.library = Library.open(path, recipe=recipe, create=True)

    def add(self, texts: list[str]) -> None:
        for at in range(0, len(texts), PASSAGES_A_REPORT):
            self.reports += 1
            report, passages = report_of(texts[at : at + PASSAGES_A_REPORT], self.reports)
            inputs = [embedding_input(report, passage) for passage in passages]
            vectors = [
                each
                for first in range(0, len(inputs), PASSAGES_AT_ONCE)
                for each in self.embedder.embed_passages(inputs[first : first + PASSAGES_AT_ONCE])
            ]
            self.library.add(report, passages, vectors)

    def save(self, folder: str) -> None:
        """Nothing is left to do: each report was on the disk when it was added."""

    def open(self, folder: str) -> None:
        self.assistant = open_assistant(Settings.load(library=Path(folder) / FILE))
        self.library = self.assistant.library
        self.reports = len(self.library.cards())

    def retrieve(self, query: str) -> list[str]:
        return [found.text for found in self.assistant.search(query, Scope(), k=RESULTS).passages]

    def answer(self, query: str) -> None:
        self.assistant.answer(Question(query))

    def write_vectors(self, file: str) -> None:
        """Write a row a passage, in the order they came in, for the others' ``fill``."""
        snapshot = self.library.snapshot()
        # By the number in "made-12": cards are in order of their ids.
        cards = sorted(snapshot.cards, key=lambda report_id: (len(report_id), report_id))
        np.save(file, np.concatenate([snapshot.vectors(report_id) for report_id in cards]))

    def add_files(self, files: list[str]) -> int:
        summary = add_sources(
            [Path(file) for file in files],
            library=self.library,
            embedder=lambda: self.embedder,
            passage_tokens=self.settings.passage_tokens,
            on_progress=lambda _: None,
        )
        if summary.failed:
            raise summary.failed[0]
        return sum(card.passages for card in self.library.cards())


def report_of(texts: list[str], number: int) -> tuple[Report, list[Passage]]:
    """Return a report of one section, a paragraph a text, and each text as its passage."""
    text = "\n\n".join(texts)
    whole, name = Span(0, len(text)), f"made-{number}"
    report = Report(
        report_id=name,
        source=f"{name}.txt",
        sha256=hashlib.sha256(f"{name}{text}".encode()).hexdigest(),
        text=text,
        metadata=Metadata(title=f"Made {number}"),
        sections=(Section(path=(), span=whole, body=whole),),
    )
    passages, at = [], 0
    for each in texts:
        sentences = tuple(span.shifted(at) for span in sentence_spans(each))
        passages.append(Passage(name, 0, Span(at, at + len(each)), each, sentences))
        at += len(each) + 2
    return report, passages


if __name__ == "__main__":
    drive(Peelback, packages=["openvino", "faiss-cpu", "bm25s", "tokenizers"], encoder="")
