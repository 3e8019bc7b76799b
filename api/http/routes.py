"""The API's routes. What reads the library or runs a model does so on a worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.http.access import OPEN, allowed
from api.http.models import (
    AnswerBody,
    AnswerRequest,
    HealthBody,
    PassageBody,
    ReportBody,
    ReportsBody,
    ScopeRequest,
    SearchBody,
    SearchRequest,
    problems,
)
from api.http.workers import Workers
from api.keys import KeyScope
from api.search_json import search_json
from index.errors import UnknownPassage
from rag.answers import Question, Scope
from rag.pipeline import Assistant
from rag.wire import answer_json, card_json, report_json

routes = APIRouter()

MOST_DIGITS = 18
"""Every number of so many digits is one that SQLite can hold."""


def assistant_of(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


def workers_of(request: Request) -> Workers:
    workers: Workers = request.app.state.workers
    return workers


Answering = Annotated[Assistant, Depends(assistant_of)]
OnWorkers = Annotated[Workers, Depends(workers_of)]


@routes.post(
    "/v1/answers",
    dependencies=[allowed(KeyScope.ASK)],
    responses=problems(401, 403, 413, 422, 429, 500, 503),
)
async def answer(body: AnswerRequest, assistant: Answering, workers: OnWorkers) -> AnswerBody:
    """Answer a question, every sentence with its quote, or say why there is no answer."""
    question = Question(
        text=body.question,
        history=tuple(body.history),
        scope=_scope(body.scope),
        mode=body.mode,
    )
    found = await workers.run(lambda: assistant.answer(question))
    return AnswerBody.model_validate(answer_json(found))


@routes.post(
    "/v1/search",
    dependencies=[allowed(KeyScope.SEARCH)],
    responses=problems(401, 403, 413, 422, 429, 500, 503),
)
async def search(body: SearchRequest, assistant: Answering, workers: OnWorkers) -> SearchBody:
    """Rank the passages that are nearest to a query, best first."""
    scope = _scope(body.scope)
    found = await workers.run(lambda: assistant.search(body.query, scope, k=body.k))
    return SearchBody.model_validate(search_json(body.query, found))


@routes.get(
    "/v1/reports",
    dependencies=[allowed(KeyScope.SEARCH)],
    responses=problems(401, 403, 429, 500, 503),
)
async def reports(assistant: Answering, workers: OnWorkers) -> ReportsBody:
    """List the reports in the library, by id."""
    cards = await workers.run(assistant.library.cards)
    return ReportsBody.model_validate({"reports": [card_json(card) for card in cards]})


@routes.get(
    "/v1/reports/{report_id}",
    dependencies=[allowed(KeyScope.SEARCH)],
    responses=problems(401, 403, 404, 422, 429, 500, 503),
)
async def report(report_id: str, assistant: Answering, workers: OnWorkers) -> ReportBody:
    """Return a whole report: text, outline, judgements, actions and definitions."""
    found = await workers.run(lambda: assistant.library.snapshot().report(report_id))
    return ReportBody.model_validate(report_json(found))


@routes.get(
    "/v1/passages/{passage_id}",
    dependencies=[allowed(KeyScope.SEARCH)],
    responses=problems(401, 403, 404, 422, 429, 500, 503),
)
async def passage(passage_id: str, assistant: Answering, workers: OnWorkers) -> PassageBody:
    """Return one passage, with where it stands in its report."""
    found = await workers.run(lambda: _passage(assistant, passage_id))
    return PassageBody.model_validate(found)


@routes.get("/livez", dependencies=[OPEN])
async def alive() -> HealthBody:
    """Say that the process runs."""
    return HealthBody(status="alive")


@routes.get("/readyz", dependencies=[OPEN], responses=problems(500, 503))
async def ready(assistant: Answering, workers: OnWorkers) -> HealthBody:
    """Say that the library can be read, so that questions can be answered."""
    await workers.run(assistant.library.snapshot)
    return HealthBody(status="ready")


def _scope(scope: ScopeRequest) -> Scope:
    fields = {name: tuple(values) for name, values in scope.model_dump().items()}
    stated = tuple(name for name, values in fields.items() if values)
    return Scope(**fields, stated=stated)


def _passage(assistant: Assistant, passage_id: str) -> dict[str, Any]:
    if not (passage_id.isascii() and passage_id.isdecimal() and len(passage_id) <= MOST_DIGITS):
        raise UnknownPassage(f"a passage's id is a whole number, got {passage_id!r}")
    snapshot = assistant.library.snapshot()
    found = snapshot.passage(int(passage_id))
    whole = snapshot.report(found.report_id)
    return {
        "passage_id": passage_id,
        "report_id": found.report_id,
        "section": list(whole.sections[found.section].path),
        "page": whole.page_of(found.span),
        "start": found.span.start,
        "end": found.span.end,
        "text": found.text,
    }
