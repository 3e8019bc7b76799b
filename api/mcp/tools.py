"""The six tools: the same answers as at every other door, as data and as text to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from api.answer_text import answer_text, passages_text, sources_text
from api.comparison_text import comparison_json, comparison_lines
from api.http.models import (
    ActionsBody,
    AnswerBody,
    ComparisonBody,
    PassageBody,
    ReportsBody,
    SearchBody,
)
from api.mcp.arguments import (
    ActionsArguments,
    AskArguments,
    CompareArguments,
    NoArguments,
    PassageArguments,
    SearchArguments,
)
from api.passage_json import passage_of
from api.search_json import search_json
from rag.answers import Question
from rag.wire import answer_json, card_json

if TYPE_CHECKING:
    from index.store.library import ReportCard
    from rag.pipeline import Assistant

Arguments = TypeVar("Arguments", bound=BaseModel)

UNBROKEN = 1_000_000
"""Columns of text that a program will lay out again: no line is broken for it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool gives: data in the shape that it promises, and the same as text."""

    data: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class LibraryTool(Generic[Arguments]):
    """A tool as it is announced, and the call behind it. None of them changes anything."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: type[BaseModel]
    run: Callable[[Assistant, Arguments], Outcome]


def _list_reports(assistant: Assistant, _: NoArguments) -> Outcome:
    cards = assistant.library.cards()
    lines = [_card_line(card) for card in cards] or ["There are no reports in this library."]
    return Outcome({"reports": [card_json(card) for card in cards]}, "\n".join(lines))


def _search(assistant: Assistant, asked: SearchArguments) -> Outcome:
    found = assistant.search(asked.query, asked.scope(), k=asked.k)
    text = passages_text(found.passages, columns=UNBROKEN, invented=_invented(assistant))
    return Outcome(search_json(asked.query, found), text or f"Nothing found: {found.reason}")


def _get_passage(assistant: Assistant, asked: PassageArguments) -> Outcome:
    found = passage_of(assistant.library.snapshot(), asked.passage_id)
    place = " › ".join([found["report_id"], *found["section"]])
    page = "" if found["page"] is None else f", page {found['page']}"
    return Outcome(found, f"{place}{page}\n\n{found['text']}")


def _ask(assistant: Assistant, asked: AskArguments) -> Outcome:
    question = Question(asked.question, history=tuple(asked.history), scope=asked.scope())
    answer = assistant.answer(question)
    text = answer_text(answer, columns=UNBROKEN, invented=_invented(assistant))
    return Outcome(answer_json(answer), text)


def _compare(assistant: Assistant, asked: CompareArguments) -> Outcome:
    found = assistant.side_by_side(asked.topic, asked.bodies, asked.cycles, asked.reports)
    invented = _invented(assistant)
    if found.sides:
        sources = sources_text(found.answer, columns=UNBROKEN, invented=invented)
        text = f"{comparison_lines(found.sides, columns=UNBROKEN)}\n\n{sources}"
    else:
        text = answer_text(found.answer, columns=UNBROKEN, invented=invented)
    return Outcome(comparison_json(found), text)


def _actions(assistant: Assistant, asked: ActionsArguments) -> Outcome:
    # What reads actions brings half of ``rag`` with it, which nobody should wait for at the start.
    from api.response_pack import pack_json, pack_markdown

    snapshot = assistant.library.snapshot()
    reports = [snapshot.report(name) for name in asked.reports or sorted(snapshot.cards)]
    days = asked.published
    return Outcome(pack_json(reports, published=days), pack_markdown(reports, published=days))


def _card_line(card: ReportCard) -> str:
    about = [*card.metadata.bodies[:1], card.metadata.cycle or ""]
    note = ["invented sample"] if card.metadata.invented else []
    told = ", ".join(part for part in (card.metadata.title, *about, *note) if part)
    return f"{card.report_id}: {told}"


def _invented(assistant: Assistant) -> set[str]:
    return {card.report_id for card in assistant.library.cards() if card.metadata.invented}


TOOLS: tuple[LibraryTool[Any], ...] = (
    LibraryTool(
        "ask",
        "Ask the inspection reports",
        "Answer a question from the inspection reports in the library. Every sentence carries "
        "the numbers of its citations, and every quote is in its report, character for "
        "character. If there is no answer, the reason is the answer: give it to the user.",
        AskArguments,
        AnswerBody,
        _ask,
    ),
    LibraryTool(
        "search",
        "Search the inspection reports",
        "Rank the passages of the reports that are nearest to a query, best first, word for "
        "word. It makes no answer; `ask` does.",
        SearchArguments,
        SearchBody,
        _search,
    ),
    LibraryTool(
        "compare",
        "Compare forces, councils or cycles",
        "Set two or more bodies, cycles or reports side by side on one topic. Each is searched "
        "on its own, and a side whose reports say nothing is shown as such.",
        CompareArguments,
        ComparisonBody,
        _compare,
    ),
    LibraryTool(
        "actions",
        "List what reports ask for",
        "List every recommendation, cause of concern and area for improvement of the reports "
        "named, or of all, quoted, with the day that is 56 days after publication.",
        ActionsArguments,
        ActionsBody,
        _actions,
    ),
    LibraryTool(
        "list_reports",
        "List the reports",
        "List the reports in the library: id, title, who was inspected, when.",
        NoArguments,
        ReportsBody,
        _list_reports,
    ),
    LibraryTool(
        "get_passage",
        "Read a passage",
        "Return one passage of a report by the passage_id of a citation or of a search.",
        PassageArguments,
        PassageBody,
        _get_passage,
    ),
)
