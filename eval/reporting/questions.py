"""The list of questions on a page: what was retrieved, what was chosen, what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement
from lxml.html import builder as E  # noqa: N812 - as lxml's own documentation calls it

from eval.kept_run import KeptQuestion, KeptRun
from eval.measures import FOUND_SHARE, covered
from index.documents import Span


@dataclass(frozen=True, slots=True)
class Detail:
    """How many passages are shown of each answer, how many characters of each."""

    passages: int
    characters: int
    lost_only: bool = False


def question_list(run: KeptRun, detail: Detail) -> list[HtmlElement]:
    """Return a form that filters, and the questions: lost ones first, in the gold's order."""
    listed = sorted(run.questions, key=lambda question: question.cause is None)
    if detail.lost_only:
        listed = [question for question in listed if question.cause]
    return [_form(run.questions), *(_question(question, detail) for question in listed)]


def _form(questions: Sequence[KeptQuestion]) -> HtmlElement:
    causes = sorted({question.cause for question in questions if question.cause})
    kinds = sorted({question.asked["type"] for question in questions})
    outcomes = [
        E.OPTION("all", value=""),
        E.OPTION("lost", value="lost"),
        E.OPTION("right", value="right"),
        *(E.OPTION(cause, value=cause) for cause in causes),
    ]
    types = [E.OPTION("all", value=""), *(E.OPTION(kind, value=kind) for kind in kinds)]
    return E.FORM(
        E.LABEL("Words", E.INPUT(type="search", name="words")),
        E.LABEL("Outcome", E.SELECT(*outcomes, name="outcome")),
        E.LABEL("Type", E.SELECT(*types, name="type")),
        E.E("output", f"{len(questions)} questions", E.CLASS("soft")),
    )


def _question(question: KeptQuestion, detail: Detail) -> HtmlElement:
    cause = question.cause
    outcome = E.SPAN(E.CLASS("cause"), cause) if cause else E.SPAN(E.CLASS("right"), "right")
    history = [E.P(E.CLASS("soft"), f"After: {text}") for text in question.asked["history"]]
    made = E.DETAILS(
        E.CLASS("question"),
        E.SUMMARY(
            E.SPAN(E.CLASS("id"), question.label),
            E.SPAN(question.asked["question"]),
            outcome,
        ),
        E.DIV(
            E.CLASS("body"),
            *history,
            *_answer(question),
            *_evidence(question),
            *_passages(question, detail),
        ),
    )
    made.set("data-cause", cause or "")
    made.set("data-type", question.asked["type"])
    return made


def _answer(question: KeptQuestion) -> list[HtmlElement]:
    answer = question.answer
    if answer is None:
        faults = [problem.get("error", "") for problem in question.problems]
        return [E.H3("Failed"), E.P("; ".join(faults))]
    said = answer["text"] or answer["reason"] or ""
    status = f"{answer['status']}, confidence {answer['confidence']:.2f}"
    chosen = [E.LI(_tag(f"{c['report_id']}"), E.SPAN(c["quote"])) for c in answer["citations"]]
    return [
        E.H3(f"Answer ({status})"),
        *(E.P(line) for line in said.splitlines() if line.strip()),
        *([E.H3("Chosen"), E.OL(*chosen)] if chosen else []),
    ]


def _evidence(question: KeptQuestion) -> list[HtmlElement]:
    """What should have been found: each quote of the gold, and how far it came."""
    answer = question.answer or {"citations": [], "passages": []}
    lines = []
    for evidence in question.asked["evidence"]:
        if _holds(answer["citations"], evidence):
            state, kind = "cited", "found"
        elif _holds(answer["passages"], evidence):
            state, kind = "retrieved, not cited", "missed"
        else:
            state, kind = "missed", "missed"
        lines.append(
            E.LI(_tag(state, kind), _tag(evidence["report_id"]), E.BLOCKQUOTE(evidence["quote"]))
        )
    wanted = [" or ".join(group) for group in question.asked["must_contain"]]
    return [
        *([E.H3("Evidence"), E.UL(*lines)] if lines else []),
        *([E.P(E.CLASS("soft"), f"Must contain: {'; '.join(wanted)}")] if wanted else []),
    ]


def _passages(question: KeptQuestion, detail: Detail) -> list[HtmlElement]:
    passages = question.answer["passages"][: detail.passages] if question.answer else []
    if not passages:
        return []
    lines = [
        E.LI(
            *_holding(passage, question), _tag(passage["report_id"]), E.SPAN(_cut(passage, detail))
        )
        for passage in passages
    ]
    return [E.H3("Retrieved, best first"), E.OL(*lines)]


def _holding(passage: dict[str, Any], question: KeptQuestion) -> list[HtmlElement]:
    evidence = question.asked["evidence"]
    return [_tag("evidence", "found")] if any(_holds([passage], one) for one in evidence) else []


def _holds(places: Sequence[dict[str, Any]], evidence: dict[str, Any]) -> bool:
    """Whether the places together hold enough of the quote to have found it."""
    spans = [
        Span(place["start"], place["end"])
        for place in places
        if place["report_id"] == evidence["report_id"]
    ]
    at = (Span(start, end) for start, end in evidence["places"])
    return any(covered(place, spans) >= FOUND_SHARE * len(place) for place in at)


def _cut(passage: dict[str, Any], detail: Detail) -> str:
    text = " ".join(passage["text"].split())
    return text if len(text) <= detail.characters else f"{text[: detail.characters]}…"


def _tag(text: str, kind: str = "") -> HtmlElement:
    return E.SPAN(E.CLASS(f"tag {kind}".strip()), text)
