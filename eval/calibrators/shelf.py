"""A question set as a library: each document a report of one section, kept on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.calibrators.sets import QuestionSet, SetDocument
from index.documents import Metadata, Passage, Report, Section, Span
from index.embedding import Embedder
from index.ingest import recipe_of
from index.passages import embedding_input, split_passages
from index.store.library import Library

DOCUMENTS_AT_ONCE = 32
"""Documents embedded in one call, so that the encoder's batches are full."""


def shelved(question_set: QuestionSet) -> tuple[SetDocument, ...]:
    """Return the documents of the set that are searched: not the withheld, none without text."""
    return tuple(
        document
        for document in question_set.documents
        if document.text.strip() and document.metadata.get("doc") not in question_set.withheld
    )


def report_of(document: SetDocument, report_id: str) -> Report:
    """Return the document as a report: its text as it is, so that the set's spans hold."""
    whole = Span(0, len(document.text))
    return Report(
        report_id=report_id,
        source=document.id,
        sha256=hashlib.sha256(document.text.encode()).hexdigest(),
        text=document.text,
        metadata=Metadata(title=document.title),
        sections=(Section(path=(), span=whole, body=whole),),
    )


@contextmanager
def shelf(
    question_set: QuestionSet,
    embedder: Embedder,
    *,
    passage_tokens: int,
    cache: Path,
    on_embedded: Callable[[int], None],
) -> Iterator[tuple[Library, dict[str, str]]]:
    """Yield the library of the set and, by report, the document that it was made of.

    The library is kept in ``cache``; a run that was broken off goes on where it was.
    """
    recipe = recipe_of(embedder, passage_tokens)
    documents = {f"d{n:06d}": each for n, each in enumerate(shelved(question_set))}
    made_of = [question_set.digest, recipe, *sorted(question_set.withheld)]
    name = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    with Library.open(cache / f"{name}.db", recipe=recipe, create=True) as library:
        held = {card.report_id for card in library.cards()}
        missing = [(key, each) for key, each in documents.items() if key not in held]
        on_embedded(len(held))
        for start in range(0, len(missing), DOCUMENTS_AT_ONCE):
            batch = missing[start : start + DOCUMENTS_AT_ONCE]
            _add(library, batch, embedder, passage_tokens=passage_tokens)
            on_embedded(len(batch))
        yield library, {key: each.id for key, each in documents.items()}


def _add(
    library: Library,
    batch: Sequence[tuple[str, SetDocument]],
    embedder: Embedder,
    *,
    passage_tokens: int,
) -> None:
    reports = [report_of(document, key) for key, document in batch]
    split = [_passages(report, embedder, passage_tokens) for report in reports]
    inputs = [
        embedding_input(report, passage)
        for report, passages in zip(reports, split, strict=True)
        for passage in passages
    ]
    vectors = iter(embedder.embed_passages(inputs))
    for report, passages in zip(reports, split, strict=True):
        library.add(report, passages, [next(vectors) for _ in passages])


def _passages(report: Report, embedder: Embedder, passage_tokens: int) -> tuple[Passage, ...]:
    return split_passages(
        report,
        max_tokens=passage_tokens,
        fits=lambda text: embedder.count_tokens(text) <= embedder.max_tokens,
    )
