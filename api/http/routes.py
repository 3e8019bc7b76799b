"""Questions: answered, searched for, compared. What runs a model does so on a worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api.comparison_text import comparison_json
from api.http.accepting import wants_events
from api.http.access import allowed
from api.http.answer_stream import MEDIA_TYPE, AnswerStream
from api.http.dependencies import (
    Answering,
    Measured,
    OnWorkers,
    account_of,
    patient_work_of,
    work_of,
)
from api.http.models import AnswerBody, ComparisonBody, SearchBody, problems
from api.http.request_models import AnswerRequest, CompareQuery, ScopeRequest, SearchRequest
from api.http.work import Work
from api.keys import KeyScope
from api.search_json import search_json
from rag.answers import Answer, Mode, Question, Scope
from rag.events import Answered
from rag.pipeline import Assistant
from rag.wire import answer_json

__all__ = ["Answering", "OnWorkers", "answer_of", "routes", "scope_of"]

routes = APIRouter(tags=["questions"])

STREAM: dict[str, Any] = {
    "description": "The answer; as events where `Accept: text/event-stream` asks for them.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {"enum": ["passages", "sentence", "answer", "problem"]},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                },
                "description": "`passages` (PassagesEvent) once or never, a `sentence` "
                "(SentenceEvent) for each, at the end one `answer` (AnswerBody) or one "
                "`problem` (ProblemBody). The `answer` takes the place of what came before it.",
            }
        }
    },
}


@routes.post(
    "/v1/answers",
    dependencies=[allowed(KeyScope.ASK)],
    response_model=AnswerBody,
    responses={200: STREAM, **problems(400, 401, 403, 413, 422, 429, 500, 503)},
)
async def answer(
    body: AnswerRequest, request: Request, assistant: Answering, metrics: Measured
) -> Response:
    """Answer a question, every sentence with its quote, or say why there is no answer."""
    question = Question(
        text=body.question,
        history=tuple(body.history),
        scope=scope_of(body.scope),
        mode=body.mode,
    )
    work = patient_work_of(request) if body.mode is Mode.LLM else work_of(request)
    account = account_of(request)
    if not wants_events(request.headers.get("accept", "")):
        found = await work.run(lambda: answer_of(assistant, question, work, account=account))
        metrics.answered(found)
        return JSONResponse(answer_json(found))
    events = work.stream(
        lambda: assistant.stream(question, cancelled=work.cancelled, account=account)
    )
    # What can fail before the first byte has to fail here, with its status.
    first = await work.attended(anext(events))
    return AnswerStream(first, events, metrics=metrics)


@routes.post(
    "/v1/search",
    dependencies=[allowed(KeyScope.SEARCH)],
    response_model=SearchBody,
    responses=problems(400, 401, 403, 413, 422, 429, 500, 503),
)
async def search(body: SearchRequest, assistant: Answering, work: OnWorkers) -> Response:
    """Rank the passages that are nearest to a query, best first."""
    scope = scope_of(body.scope)
    found = await work.run(lambda: assistant.search(body.query, scope, k=body.k))
    return JSONResponse(search_json(body.query, found))


@routes.get(
    "/v1/compare",
    dependencies=[allowed(KeyScope.ASK)],
    response_model=ComparisonBody,
    responses=problems(401, 403, 422, 429, 500, 503),
)
async def compare(
    query: Annotated[CompareQuery, Query()],
    assistant: Answering,
    work: OnWorkers,
    metrics: Measured,
) -> Response:
    """Set side by side what the reports of several bodies, cycles or reports say about a topic.

    Each of several bodies is a side, and so is each of several cycles of each of
    them; of one body or none, each of several reports. A side that says nothing
    is there, and says so.
    """
    found = await work.run(
        lambda: assistant.side_by_side(
            query.topic, query.body, query.cycle, query.report, cancelled=work.cancelled
        )
    )
    metrics.answered(found.answer)
    return JSONResponse(comparison_json(found))


def answer_of(assistant: Assistant, question: Question, work: Work, *, account: str) -> Answer:
    """Return the answer; left off when nobody waits for it any more."""
    for event in assistant.stream(question, cancelled=work.cancelled, account=account):
        if isinstance(event, Answered):
            return event.answer
    raise AssertionError("a stream of events ends with its answer")


def scope_of(scope: ScopeRequest) -> Scope:
    fields = {name: tuple(values) for name, values in scope.model_dump().items()}
    stated = tuple(name for name, values in fields.items() if values)
    return Scope(**fields, stated=stated)
