"""An answer as server-sent events: ``passages``, ``sentence``..., ``answer`` or ``problem``."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from typing import Any

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http.failures import log_unforeseen
from api.http.metrics import Metrics
from api.http.problems import INTERNAL, ProblemKind, kind_of, problem_json
from index.errors import PeelbackError
from rag.events import Answered, AnswerEvent, PassagesFound, SentenceVerified
from rag.wire import answer_json, citation_json, passage_json, scope_json

logger = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"


class AnswerStream(StreamingResponse):
    """The events from ``first`` on. However the response ends, the worker is let go."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        first: AnswerEvent,
        rest: AsyncGenerator[AnswerEvent, None],
        *,
        metrics: Metrics,
    ) -> None:
        # A proxy that keeps events until it has many makes of a stream a delay.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_encoded(first, rest, metrics), headers=headers)
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Not left to the generator above: one that was never begun has no end either.
            await self._rest.aclose()


async def _encoded(
    first: AnswerEvent, rest: AsyncGenerator[AnswerEvent, None], metrics: Metrics
) -> AsyncGenerator[bytes, None]:
    """Yield each event's bytes; a failure under way is the terminal event."""
    try:
        yield _event_bytes(first, metrics)
        async for event in rest:
            yield _event_bytes(event, metrics)
    except PeelbackError as error:
        yield _problem_bytes(kind_of(error))
    except Exception as error:  # noqa: BLE001  # the outermost rim: the status has been sent
        log_unforeseen(error)
        yield _problem_bytes(INTERNAL)


def _event_bytes(event: AnswerEvent, metrics: Metrics) -> bytes:
    match event:
        case PassagesFound(passages, scope):
            found = [passage_json(passage) for passage in passages]
            return _bytes("passages", {"passages": found, "scope": scope_json(scope)})
        case SentenceVerified(sentence, citations):
            said = {
                "text": sentence.text,
                "citations": list(sentence.citations),
                "kind": sentence.kind.value,
            }
            new = [citation_json(citation) for citation in citations]
            return _bytes("sentence", {"sentence": said, "citations": new})
        case Answered(answer):
            metrics.answered(answer)
            return _bytes("answer", answer_json(answer))


def _problem_bytes(kind: ProblemKind) -> bytes:
    return _bytes("problem", problem_json(kind))


def _bytes(event: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=event, data_str=json.dumps(data, ensure_ascii=False))
