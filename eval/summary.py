"""What people read of a run: scores by gold file and type, what was lost and why, latencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.evidence import Labels, MatchStep
from eval.gold import GoldFile
from eval.ladder import Ladder
from eval.latency import latencies
from eval.run import Run
from eval.scores import Group, Scores, Slice
from eval.tables import Table, figure, markdown

RANKING_COLUMNS = {
    "R@1": "evidence_recall@1",
    "R@5": "evidence_recall@5",
    "R@10": "evidence_recall@10",
    "P@10": "evidence_precision@10",
    "MRR@10": "mrr@10",
    "nDCG@10": "ndcg@10",
}
ANSWER_COLUMNS = {
    "right": "right",
    "answered": "answered",
    "contain": "must_contain",
    "lists": "list_completeness",
    "cited": "evidence_cited",
    "cite R": "citation_recall",
    "cite P": "citation_precision",
    "wrong body": "wrong_body",
    "wrong cycle": "wrong_cycle",
}
PROMISE_COLUMNS = {
    "failed": "failed",
    "citations valid": "citation_validity",
    "sentences cited": "cited_sentences",
}
COUNTS = ("quotes", *(step.value for step in MatchStep), "stale", "ambiguous")

NOTHING_LOST = "Nothing was lost: every question ended as its gold says.\n"


def run_tables(run: Run) -> tuple[Table, ...]:
    """Return the scores of a run: answers, refusals, promises, latencies."""
    return (
        Table(
            "Evidence in the passages of answerable questions",
            ("gold", "type", "n", *RANKING_COLUMNS, "R@10 by quote"),
            tuple((*row, _by_quote(part)) for row, part in _rows(run.scores, RANKING_COLUMNS)),
            figures_from=2,
        ),
        Table(
            "Answers to answerable questions",
            ("gold", "type", "n", *ANSWER_COLUMNS),
            tuple(row for row, _ in _rows(run.scores, ANSWER_COLUMNS)),
            figures_from=2,
        ),
        Table(
            "Unanswerable questions",
            ("gold", "why", "n", "abstention"),
            tuple(_refusal_rows(run.scores)),
            figures_from=2,
        ),
        Table(
            "Promises",
            ("gold", "n", *PROMISE_COLUMNS),
            tuple(_promise_rows(run.scores)),
        ),
        confidence_table(run.scores),
        latency_table(run),
    )


def confidence_table(scores: Scores) -> Table:
    """Return what refusals and confidence are worth, by gold file."""
    groups = dict(_groups(scores))
    return Table(
        "Refusals and confidence",
        ("measure", *groups),
        tuple(
            (name, *(figure(group.confidence[name]) for group in groups.values()))
            for name in scores.all.confidence
        ),
    )


def latency_table(run: Run) -> Table:
    timings = [outcome.answer.timings_ms for outcome in run.outcomes if outcome.answer]
    return Table(
        "Latency, ms",
        ("stage", "p50", "p95"),
        tuple(
            (stage, figure(latency.p50_ms, digits=1), figure(latency.p95_ms, digits=1))
            for stage, latency in latencies(timings).items()
        ),
    )


def ladder_table(ladder: Ladder) -> Table:
    """Return evidence recall and MRR after each stage, by gold file and type."""
    return Table(
        "Evidence found after each stage",
        ("gold", "type", "stage", "n", *RANKING_COLUMNS, "R@10 by quote"),
        tuple(_ladder_rows(ladder)),
        figures_from=3,
    )


def label_table(golds: Sequence[GoldFile], labels: Labels) -> Table:
    """Return how the quotes of each gold file were found, and how many were not."""
    counts = labels_json(golds, labels)
    return Table(
        "Quotes of the gold in the library",
        ("gold", *COUNTS),
        tuple((name, *(str(count) for count in counts[name].values())) for name in counts),
    )


def labels_json(golds: Sequence[GoldFile], labels: Labels) -> dict[str, dict[str, int]]:
    """Return the same counts as plain values, by gold file."""
    return {gold.name: dict(zip(COUNTS, _counts(gold, labels), strict=True)) for gold in golds}


def lost_table(run: Run) -> Table:
    """Return the questions that did not end as their gold says, and how they ended."""
    causes = ((outcome.question, outcome.cause) for outcome in run.outcomes)
    return Table(
        "Lost questions",
        ("gold", "id", "type", "cause", "question"),
        tuple((q.gold, q.id, q.type, cause, q.question) for q, cause in causes if cause),
        figures_from=5,
    )


def summary_markdown(run: Run) -> str:
    """Return the whole summary: which library, the scores, what was lost."""
    stamp = run.stamp
    lost = lost_table(run)
    head = (
        f"# {len(run.outcomes)} questions over {stamp.reports} reports\n\n"
        f"Library revision {stamp.revision}, digest {stamp.digest}. "
        "Rates are means over questions; – is undefined.\n"
    )
    tables = [markdown(table) for table in run_tables(run)]
    return "\n".join([head, *tables, markdown(lost) if lost.rows else NOTHING_LOST])


def _counts(gold: GoldFile, labels: Labels) -> Iterator[int]:
    steps = labels.steps(gold.name)
    stale = sum(label.gold == gold.name for label in labels.stale)
    yield steps.total() + stale
    yield from (steps[step] for step in MatchStep)
    yield stale
    yield labels.ambiguous(gold.name)


def _groups(scores: Scores) -> Iterator[tuple[str, Group]]:
    """The gold files; where there are several, all of them first."""
    if len(scores.golds) > 1:
        yield "all", scores.all
    yield from scores.golds.items()


def _rows(scores: Scores, columns: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Slice]]:
    """The rows of answerable questions, and the slice that each is of."""
    for key, part in _typed_slices(scores):
        if "answered" in part and (asked := part["answered"].questions):
            yield (*key, str(asked), *_cells(part, columns)), part


def _refusal_rows(scores: Scores) -> Iterator[tuple[str, ...]]:
    for name, group in _groups(scores):
        for why, part in (("all", group.overall), *group.whys.items()):
            if "abstention" in part:
                one = part["abstention"]
                yield (name, why, str(one.questions), figure(one.mean))


def _promise_rows(scores: Scores) -> Iterator[tuple[str, ...]]:
    for name, group in _groups(scores):
        asked = group.overall["failed"].questions
        yield (name, str(asked), *_cells(group.overall, PROMISE_COLUMNS))


def _ladder_rows(ladder: Ladder) -> Iterator[tuple[str, ...]]:
    parts = {stage: dict(_typed_slices(scores)) for stage, scores in ladder.items()}
    for key in next(iter(parts.values()), {}):
        for stage, slices in parts.items():
            part = slices[key]
            asked = str(part["mrr@10"].questions)
            yield (*key, stage, asked, *_cells(part, RANKING_COLUMNS), _by_quote(part))


def _typed_slices(scores: Scores) -> Iterator[tuple[tuple[str, str], Slice]]:
    for name, group in _groups(scores):
        yield (name, "all"), group.overall
        for kind, part in group.types.items():
            yield (name, kind), part


def _cells(part: Slice, columns: Mapping[str, str]) -> Iterator[str]:
    return (figure(part[name].mean if name in part else None) for name in columns.values())


def _by_quote(part: Slice) -> str:
    return figure(part["evidence_recall@10"].micro)
