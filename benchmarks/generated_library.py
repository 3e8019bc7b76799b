"""Make a library of any size out of a real one: ``python -m benchmarks.generated_library``.

A made report follows one of the real ones: its headings, bodies and cycle,
passage by passage. About half the sentences of a passage are exchanged for
sentences of the passages nearest to it, so the text stays English about the
same subject while no two passages are alike. Nothing is encoded: a sentence
keeps its vector, and a passage gets the mean of its sentences' by their length,
which is what mean pooling makes of them (see ``nearness``), and a little noise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from time import perf_counter

import numpy as np

from eval.tables import Table, markdown
from index.documents import Passage, Report, Section, Span
from index.embedding import Embeddings, PassageVectors
from index.encoders.late_chunking import unit
from index.store.connections import connect
from index.store.library import Library
from index.store.meta import read_meta, write_meta
from index.store.rows import insert_report, sign
from index.store.snapshot import Snapshot

EXCHANGED = 0.5
"""Share of sentences that come from a passage nearby."""
NEARBY = 10
NOISE = 0.1
"""Length of what is added to a unit vector, in a direction of its own: a cosine of 0.995."""
A_TRANSACTION = 400


@dataclass(frozen=True, slots=True)
class Pattern:
    """A real passage: its sentences with their vectors, and the passages nearest to it."""

    path: tuple[str, ...]
    sentences: tuple[str, ...]
    vectors: Embeddings
    nearby: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Made:
    report: Report
    passages: tuple[Passage, ...]
    vectors: list[PassageVectors]


class Generator:
    """Made reports after the pattern of a library's; the same seed makes the same ones."""

    def __init__(self, base: Snapshot, *, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        ids = {report_id: base.passage_ids(report_id) for report_id in base.cards}
        everything = [i for of_report in ids.values() for i in of_report]
        matrix = np.stack([base.passage_vector(i) for i in everything])
        nearby = np.argsort(-(matrix @ matrix.T), axis=1)[:, : NEARBY + 1].tolist()
        self._patterns = [
            _pattern(base, i, tuple(near)) for i, near in zip(everything, nearby, strict=True)
        ]
        position = {passage_id: at for at, passage_id in enumerate(everything)}
        self._reports = [
            (base.report(report_id), tuple(position[i] for i in of_report))
            for report_id, of_report in ids.items()
            if of_report
        ]
        self._vectors = matrix

    def nearness(self) -> float:
        """Return the mean cosine of real passages' vectors and those this would give them."""
        made = np.stack([_mean(p.vectors, p.sentences) for p in self._patterns if p.sentences])
        real = self._vectors[[bool(p.sentences) for p in self._patterns]]
        return float((made * real).sum(axis=1).mean())

    def reports(self, passages: int) -> Iterator[Made]:
        """Yield reports of ``passages`` passages in all; the last one may be cut short."""
        number = 0
        while passages > 0:
            real, patterns = self._reports[number % len(self._reports)]
            made = self._made(real, patterns[:passages], number)
            yield made
            passages -= len(made.passages)
            number += 1

    def _made(self, real: Report, patterns: Sequence[int], number: int) -> Made:
        name = f"{real.report_id[:60]}-{number:06}"
        text = ""
        sections: list[Section] = []
        passages: list[Passage] = []
        vectors: list[PassageVectors] = []
        for path, members in groupby(patterns, key=lambda at: self._patterns[at].path):
            start = len(text)
            text += f"{path[-1] if path else 'Report'}\n\n"
            body = len(text)
            for at in members:
                sentences, its_vectors = self._mixed(self._patterns[at])
                passages.append(_laid_out(name, len(sections), sentences, len(text)))
                vectors.append(its_vectors)
                text += passages[-1].text + "\n\n"
            end = len(text) - 2
            sections.append(Section(path or ("Report",), Span(start, end), Span(body, end)))
        text = text[:-2]
        metadata = replace(real.metadata, evidence={})
        report = Report(name, f"{name}.txt", f"{number:064x}", text, metadata, tuple(sections))
        return Made(report, tuple(passages), vectors)

    def _mixed(self, pattern: Pattern) -> tuple[list[str], PassageVectors]:
        sentences, rows = list(pattern.sentences), pattern.vectors.copy()
        for place in np.flatnonzero(self._rng.random(len(sentences)) < EXCHANGED).tolist():
            other = self._patterns[pattern.nearby[self._rng.integers(len(pattern.nearby))]]
            taken = int(self._rng.integers(len(other.sentences)))
            sentences[place], rows[place] = other.sentences[taken], other.vectors[taken]
        noise = unit(np.asarray(self._rng.standard_normal(rows.shape[1]), np.float32))
        mean: Embeddings = _mean(rows, sentences) + np.float32(NOISE) * noise
        return sentences, PassageVectors(unit(mean), rows)


def _pattern(base: Snapshot, passage_id: int, nearby: tuple[int, ...]) -> Pattern:
    passage = base.passage(passage_id)
    report = base.report(passage.report_id)
    sentences = tuple(span.of(report.text) for span in passage.sentences) or (passage.text,)
    vectors = base.sentence_vectors(passage_id)
    if not len(vectors):
        vectors = base.passage_vector(passage_id)[np.newaxis]
    return Pattern(report.sections[passage.section].path, sentences, vectors, nearby)


def _mean(vectors: Embeddings, sentences: Sequence[str]) -> Embeddings:
    # In proportion to the mean, which is all that its direction needs.
    total: Embeddings = np.array([len(s) for s in sentences], np.float32) @ vectors
    return unit(total)


def _laid_out(name: str, section: int, sentences: Sequence[str], start: int) -> Passage:
    """Return the sentences as a passage, one after another from ``start`` on."""
    spans, at = [], start
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    return Passage(name, section, Span(start, at - 1), " ".join(sentences), tuple(spans))


def generate(base: Path, target: Path, *, passages: int) -> Table:
    """Write a library of ``passages`` passages to ``target``, and say how it came about."""
    started = perf_counter()
    with Library.open(base) as real:
        recipe = real.recipe or ""
        generator = Generator(real.snapshot())
    made = generator.reports(passages)
    with Library.open(target, recipe=recipe, create=True) as library:
        first = next(made)
        library.add(first.report, first.passages, first.vectors)
    reports = 1 + _write(target, made)
    rows = (
        ("reports", f"{reports:,}"),
        ("passages", f"{passages:,}"),
        (
            "cosine of a passage's real vector and its sentences' mean",
            f"{generator.nearness():.3f}",
        ),
        ("seconds to make", f"{perf_counter() - started:.0f}"),
        ("MB on disk", f"{target.stat().st_size / 1e6:,.0f}"),
    )
    return Table("Generated library", ("what", "is"), rows, figures_from=1)


def _write(target: Path, made: Iterator[Made]) -> int:
    """Write the reports, many to a transaction, with the revisions ``Library.add`` would give."""
    count = 0
    with closing(connect(target, mode="rw")) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        for count, each in enumerate(made, start=1):
            insert_report(
                connection, each.report, passages=each.passages, vectors=each.vectors, origin=None
            )
            write_meta(connection, replace(read_meta(connection), revision=count + 1))
            if count % A_TRANSACTION == 0:
                connection.execute("COMMIT")
                connection.execute("BEGIN IMMEDIATE")
        sign(connection)
        connection.execute("COMMIT")
    return count


def main(argv: Sequence[str] | None = None) -> int:
    """Make the library and print what it has."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generated_library")
    parser.add_argument("base", type=Path, help="a library whose reports are the patterns")
    parser.add_argument("target", type=Path, help="where the new library goes")
    parser.add_argument("--passages", type=int, required=True)
    arguments = parser.parse_args(argv)
    table = generate(arguments.base, arguments.target, passages=arguments.passages)
    sys.stdout.write(f"{markdown(table)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
