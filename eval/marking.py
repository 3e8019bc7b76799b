"""What one answer is worth against the gold: its measures, by name."""

from __future__ import annotations

from collections.abc import Sequence

from eval.causes import cause_of
from eval.evidence import LocatedQuote
from eval.gold import GoldQuestion
from eval.measures import (
    Place,
    Share,
    citation_precision,
    citation_recall,
    contains_all,
    discounted_gain,
    evidence_precision,
    evidence_recall,
    quotes_cited,
    reciprocal_rank,
    share,
    verdict,
    wrong_cycle_citations,
    wrong_report_citations,
)
from eval.promises import Problem, ProblemKind
from eval.scores import Measures
from rag.answers import Answer, AnswerStatus, RankedPassage

RECALL_DEPTHS = (1, 5, 10)
"""Passages looked at for evidence recall and precision."""

LIST_TYPE = "list"
"""The type of gold question whose answer must be complete."""


def is_answered(answer: Answer) -> bool:
    """Whether the answer says that the reports answer the question, if only in part."""
    return answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)


def measures_of(
    question: GoldQuestion,
    quotes: Sequence[LocatedQuote],
    answer: Answer | None,
    *,
    problems: Sequence[Problem] = (),
) -> Measures:
    """Return everything that is measured of an answer; ``None`` is a question that failed.

    A failed question is no abstention and no answer: it has the worst value of
    every measure that the gold alone defines. Measures of the other kind of
    question (answerable, unanswerable) are left out.
    """
    marks = _answerable(question, quotes, answer) if question.answerable else _refusal(answer)
    measures = {"failed": verdict(answer is None), **marks, **_promises(answer, problems)}
    return {"right": verdict(cause_of(question, answer, measures) is None), **measures}


def ranking_measures(quotes: Sequence[LocatedQuote], passages: Sequence[RankedPassage]) -> Measures:
    """Return evidence recall and precision at each depth, reciprocal rank and nDCG."""
    ranking = [Place(passage.report_id, passage.span) for passage in passages]
    recalls = {f"evidence_recall@{k}": evidence_recall(quotes, ranking, k=k) for k in RECALL_DEPTHS}
    precisions = {
        f"evidence_precision@{k}": evidence_precision(quotes, ranking, k=k) for k in RECALL_DEPTHS
    }
    return {
        **recalls,
        **precisions,
        "mrr@10": reciprocal_rank(quotes, ranking),
        "ndcg@10": discounted_gain(quotes, ranking),
    }


def _answerable(
    question: GoldQuestion, quotes: Sequence[LocatedQuote], answer: Answer | None
) -> Measures:
    given = answer if answer is not None and is_answered(answer) else None
    citations = given.citations if given else ()
    cited = [Place(citation.report_id, citation.span) for citation in citations]
    said = [given.text, *(citation.quote for citation in citations)] if given else []
    cited_quotes = quotes_cited(quotes, cited)
    wrong = _wrong(question, quotes, cited)
    other_cycle = _other_cycle(question, quotes, [citation.cycle for citation in citations])
    return {
        **ranking_measures(quotes, answer.passages if answer else ()),
        "citation_recall": citation_recall(quotes, cited),
        "citation_precision": citation_precision(quotes, cited),
        "evidence_cited": cited_quotes,
        "list_completeness": cited_quotes if question.type == LIST_TYPE else None,
        "must_contain": contains_all(question.must_contain, said),
        "wrong_body": verdict(wrong.part > 0) if wrong else None,
        "wrong_body_citations": wrong,
        "wrong_cycle": verdict(other_cycle.part > 0) if other_cycle else None,
        "answered": verdict(given is not None),
        "false_abstention": verdict(answer is not None and given is None),
    }


def _wrong(
    question: GoldQuestion, quotes: Sequence[LocatedQuote], cited: Sequence[Place]
) -> Share | None:
    """Return the share of wrong reports among the citations, where the question names a body."""
    if not (question.names_body and quotes):
        return None
    return wrong_report_citations({quote.report_id for quote in quotes}, cited)


def _other_cycle(
    question: GoldQuestion, quotes: Sequence[LocatedQuote], cited: Sequence[str | None]
) -> Share | None:
    """Return the share of citations from another cycle, where the question names one."""
    if not question.names_cycle:
        return None
    return wrong_cycle_citations({quote.cycle for quote in quotes if quote.cycle}, cited)


def _refusal(answer: Answer | None) -> Measures:
    return {"abstention": verdict(answer is not None and not is_answered(answer))}


def _promises(answer: Answer | None, problems: Sequence[Problem]) -> Measures:
    if answer is None:
        return {"citation_validity": None, "cited_sentences": None}
    kinds = [problem.kind for problem in problems]
    citations, sentences = len(answer.citations), len(answer.sentences)
    return {
        "citation_validity": share(
            citations - kinds.count(ProblemKind.INVALID_CITATION), citations
        ),
        "cited_sentences": share(sentences - kinds.count(ProblemKind.UNCITED_SENTENCE), sentences),
    }
