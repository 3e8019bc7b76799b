"""A chat completion as chunks: sent once the answer holds, a sentence at a time."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http.answer_stream import MEDIA_TYPE
from api.http.chat_errors import error_json
from api.http.failures import log_unforeseen
from api.http.problems import INTERNAL, ProblemKind, kind_of, problem_json
from index.errors import PeelbackError
from rag.answers import Answer
from rag.events import Answered, AnswerEvent

Chunks = Callable[[Answer], Iterator[dict[str, Any]]]

DONE = format_sse_event(data_str="[DONE]")


class ChatStream(StreamingResponse):
    """A first chunk at once, the others when the answer is whole.

    A client of this shape cannot take back what it has shown, and sentences that
    a language model's failure undoes are taken back: so none is sent before the
    answer holds. However the response ends, the worker is let go.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self,
        opening: dict[str, Any],
        first: AnswerEvent,
        rest: AsyncGenerator[AnswerEvent, None],
        chunks: Chunks,
    ) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_encoded(opening, first, rest, chunks), headers=headers)
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._rest.aclose()


async def _encoded(
    opening: dict[str, Any],
    first: AnswerEvent,
    rest: AsyncGenerator[AnswerEvent, None],
    chunks: Chunks,
) -> AsyncGenerator[bytes, None]:
    """Yield each chunk's bytes and ``[DONE]``; a failure under way is an error in their place."""
    try:
        yield _bytes(opening)
        async for answer in _answers(first, rest):
            for chunk in chunks(answer):
                yield _bytes(chunk)
        yield DONE
    except PeelbackError as error:
        yield _error_bytes(kind_of(error))
    except Exception as error:  # noqa: BLE001  # the outermost rim: the status has been sent
        log_unforeseen(error)
        yield _error_bytes(INTERNAL)


async def _answers(
    first: AnswerEvent, rest: AsyncGenerator[AnswerEvent, None]
) -> AsyncGenerator[Answer, None]:
    """Yield the answer that ends a stream of events."""
    if isinstance(first, Answered):
        yield first.answer
    async for event in rest:
        if isinstance(event, Answered):
            yield event.answer


def _error_bytes(kind: ProblemKind) -> bytes:
    problem = problem_json(kind)
    return _bytes({**problem, "error": error_json(problem)})


def _bytes(data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False))
