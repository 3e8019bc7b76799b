"""Whether a report, its passages and their vectors fit together: checked once, before writing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.documents import Passage, Report
from index.embedding import Embeddings, PassageVectors
from index.store.records import UNIT_TOLERANCE


def check_contents(
    report: Report, passages: Sequence[Passage], vectors: Sequence[PassageVectors]
) -> None:
    """Return if every passage is a slice of its section and has its vectors.

    Raises:
        ValueError: something does not fit; the message says what and where.

    """
    if len(passages) != len(vectors):
        raise ValueError(
            f"{report.report_id}: wanted vectors for {len(passages)} passages, got {len(vectors)}"
        )
    dims = {v.passage.shape[-1] for v in vectors} | {v.sentences.shape[-1] for v in vectors}
    if len(dims) > 1:
        raise ValueError(f"{report.report_id}: vectors of several dimensions: {sorted(dims)}")
    for number, (passage, its_vectors) in enumerate(zip(passages, vectors, strict=True)):
        problems = passage_problems(report, passage) + vector_problems(passage, its_vectors)
        if problems:
            raise ValueError(f"{report.report_id}, passage {number}: {'; '.join(problems)}")


def passage_problems(report: Report, passage: Passage) -> list[str]:
    """Return what is wrong with a passage of ``report``; nothing when it is whole."""
    problems: list[str] = []
    if passage.report_id != report.report_id:
        problems.append(f"it belongs to report {passage.report_id!r}")
    if passage.span.of(report.text) != passage.text or len(passage.text) != len(passage.span):
        problems.append(f"its text is not the report's [{passage.span.start}, {passage.span.end})")
    if not 0 <= passage.section < len(report.sections):
        problems.append(f"section {passage.section} of {len(report.sections)} does not exist")
    elif not report.sections[passage.section].span.contains(passage.span):
        problems.append(f"it runs out of section {passage.section}")
    edges = [passage.span.start]
    for sentence in passage.sentences:
        edges += (sentence.start, sentence.end)
    edges.append(passage.span.end)
    if edges != sorted(edges):
        problems.append("its sentences overlap, are out of order or leave the passage")
    return problems


def vector_problems(passage: Passage, vectors: PassageVectors) -> list[str]:
    """Return what is wrong with a passage's vectors; nothing when they are whole."""
    problems: list[str] = []
    if vectors.passage.ndim != 1:
        problems.append(f"its vector has shape {vectors.passage.shape}, wanted (dim,)")
    wanted = (len(passage.sentences), vectors.passage.shape[-1])
    if vectors.sentences.shape != wanted:
        problems.append(
            f"its sentences' vectors have shape {vectors.sentences.shape}, not {wanted}"
        )
    for name, rows in (("vector", vectors.passage), ("sentences' vectors", vectors.sentences)):
        if rows.dtype != np.float32:
            problems.append(f"its {name} are {rows.dtype}, wanted float32")
        elif not _are_unit(rows):
            problems.append(f"its {name} are not finite and of unit length")
    return problems


def _are_unit(vectors: Embeddings) -> bool:
    lengths = np.linalg.norm(np.atleast_2d(vectors), axis=1)
    # A NaN compares false.
    return bool(np.all(np.abs(lengths - 1) <= UNIT_TOLERANCE))
