"""``peelback eval calibrate``: public question sets, so that our own figures can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eval.tables import Table, figure
from eval.terminal import progress, show

if TYPE_CHECKING:
    # FAISS and the encoder's runtime take seconds to import, and --help needs none.
    from eval.calibrators.rankings import Figures
    from eval.calibrators.reading import ReadingFigures
    from eval.calibrators.sets import QuestionSet
    from index.embedding import Embedder

PUBLISHED = {
    "scifact": {
        "dense, first window": "64.5 (MTEB, all-MiniLM-L6-v2)",
        "BM25": "66.5 (BEIR) to 67.9 (Anserini)",
    }
}
"""nDCG@10 in percent, by set and kind of ranking: sets of short documents that are ranked whole."""

WHOLE_NOTE = (
    "Documents are title and text. Published runs cut them at the encoder's {tokens} tokens:"
    " that is 'first window', and {cut} of {documents} are cut so. 'Best window' reads all of"
    " each, split where the encoder's limit is."
)


@click.command("calibrate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="How many questions are asked, evenly spaced over the set.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where vectors are kept [default: calibration, in the encoder's cache folder].",
)
@click.option("--model", help="An encoder other than the installed one, as PEELBACK_MODEL.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def calibrate_command(
    folder: Path, limit: int, cache: Path | None, model: str | None, as_json: bool
) -> None:
    """Measure the machinery on the public question set in FOLDER.

    A set with published figures is ranked whole, to reproduce them; of the
    others retrieval, reading, refusals and follow-ups are measured.
    """
    import os

    from eval.calibrators.sets import read_set
    from index.encoders.models import cache_folder, open_embedder

    question_set = read_set(folder)
    embedder = open_embedder(model)
    kept = cache or cache_folder(os.environ) / "calibration"
    measure = _whole if question_set.name in PUBLISHED else _read
    result, tables = measure(question_set, embedder, limit, kept)
    show(result if as_json else tables)


def _whole(
    question_set: QuestionSet, embedder: Embedder, limit: int, cache: Path
) -> tuple[dict[str, Any], list[Table]]:
    from eval.calibrators.plain import rank_whole_documents
    from eval.calibrators.sets import sample

    questions = sample(question_set.questions, limit=limit)
    with progress("embedding", len(question_set.documents)) as advance:
        figures, cut = rank_whole_documents(
            question_set, questions, embedder, cache=cache, on_embedded=advance
        )
    note = WHOLE_NOTE.format(
        tokens=embedder.max_tokens, cut=cut, documents=len(question_set.documents)
    )
    click.echo(note, err=True)
    published = PUBLISHED[question_set.name]
    table = _table(
        f"{question_set.name}: {len(questions)} questions, {len(question_set.documents)} documents",
        figures,
        extra={kind: published.get(kind, "") for kind in figures},
    )
    result = {
        "set": question_set.name,
        "encoder": embedder.identity,
        "questions": len(questions),
        "documents": len(question_set.documents),
        "documents_cut": cut,
        "note": note,
        "retrieval": figures,
        "published_ndcg@10": published,
    }
    return result, [table]


def _read(
    question_set: QuestionSet, embedder: Embedder, limit: int, cache: Path
) -> tuple[dict[str, Any], list[Table]]:
    from eval.calibrators.reading import measure_reading, real_questions
    from eval.calibrators.shelf import shelved

    asked = min(limit, len(real_questions(question_set)))
    with (
        progress("embedding", len(shelved(question_set))) as embedded,
        progress("asking", asked) as advance,
    ):
        figures = measure_reading(
            question_set, embedder, limit=limit, cache=cache, on_embedded=embedded, on_asked=advance
        )
    result = {"set": question_set.name, "encoder": embedder.identity, **asdict(figures)}
    return result, _reading_tables(question_set, figures)


def _reading_tables(question_set: QuestionSet, figures: ReadingFigures) -> list[Table]:
    asked = f"{figures.questions} questions, {figures.answerable} answerable"
    tables = [
        _table(f"{question_set.name}: retrieval ({asked})", figures.retrieval),
        _single(f"{question_set.name}: sentences of answerable questions", figures.cited),
        _single(f"{question_set.name}: AUROC, answerable or not", figures.abstention),
    ]
    if figures.followups:
        tables.append(_table(f"{question_set.name}: follow-ups", figures.followups))
    return tables


def _table(
    title: str, rows: Mapping[str, Figures], *, extra: Mapping[str, str] | None = None
) -> Table:
    measures = [*next(iter(rows.values()), {})]
    return Table(
        title,
        ("ranking", *measures, *(("published nDCG@10",) if extra else ())),
        tuple(
            (
                kind,
                *(figure(values[name]) for name in measures),
                *((extra[kind],) if extra else ()),
            )
            for kind, values in rows.items()
        ),
    )


def _single(title: str, figures: Figures) -> Table:
    return Table(
        title, ("measure", "value"), tuple((k, figure(value)) for k, value in figures.items())
    )
