"""The OpenAI shape, for tools that speak only that: ``/v1/chat/completions`` and ``/v1/models``.

Nothing is decided here: a conversation becomes a question with its history, and
the answer, which is that of ``/v1/answers``, a message.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.http.access import allowed
from api.http.answer_stream import MEDIA_TYPE
from api.http.chat_errors import OpenAIRoute
from api.http.chat_models import (
    EXTRACTIVE_MODEL,
    LLM_MODEL,
    Annotation,
    ChatCompletionBody,
    ChatRequest,
    ModelBody,
    ModelsBody,
)
from api.http.chat_stream import ChatStream
from api.http.chat_text import ChatText, chat_text
from api.http.dependencies import (
    Answering,
    Measured,
    account_of,
    patient_work_of,
    work_of,
)
from api.http.models import problems
from api.http.problems import UnknownModel
from api.http.routes import answer_of, scope_of
from api.keys import KeyScope
from index.passages.tokens import count_tokens
from rag.answers import Answer, Mode, Question
from rag.limits import MAX_QUESTION_CHARACTERS
from rag.personal_data import personal_data_in
from rag.wire import answer_json

chat = APIRouter(tags=["OpenAI"], route_class=OpenAIRoute)

MODES = {EXTRACTIVE_MODEL: Mode.EXTRACTIVE, LLM_MODEL: Mode.LLM}
SINCE = 1_767_225_600
"""When the models were made, as clients want to know: the first day of 2026."""

STREAM: dict[str, Any] = {
    "description": "The completion; where `stream` is true, chunks of it and `[DONE]`.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["data"],
                "properties": {"data": {"type": "string"}},
                "description": "`data` is a chunk as JSON, and at the end `[DONE]`.",
            }
        }
    },
}


@chat.post(
    "/v1/chat/completions",
    dependencies=[allowed(KeyScope.ASK)],
    response_model=ChatCompletionBody,
    responses={200: STREAM, **problems(400, 401, 403, 404, 413, 422, 429, 500, 503)},
)
async def complete(
    body: ChatRequest, request: Request, assistant: Answering, metrics: Measured
) -> Response:
    """Answer the last user message as a chat completion, citations kept.

    The user messages before it are the history. What anybody else says in the
    conversation is not read. Where there is no answer the message says why.
    """
    question = _question(body)
    work = patient_work_of(request) if question.mode is Mode.LLM else work_of(request)
    account = account_of(request)
    told = _Completion(body, str(request.base_url))
    if not body.stream:
        answer, tokens = await work.run(
            lambda: (answer_of(assistant, question, work, account=account), _tokens(body))
        )
        metrics.answered(answer)
        return JSONResponse(told.whole(answer, tokens))
    events = work.stream(
        lambda: assistant.stream(question, cancelled=work.cancelled, account=account)
    )
    # What can fail before the first byte has to fail here, with its status.
    first = await work.attended(anext(events))

    def chunks(answer: Answer) -> Iterator[dict[str, Any]]:
        metrics.answered(answer)
        yield from told.chunks(answer)

    return ChatStream(told.opening(), first, events, chunks)


@chat.get(
    "/v1/models",
    dependencies=[allowed(KeyScope.ASK)],
    responses=problems(401, 403, 429, 500, 503),
)
async def models() -> ModelsBody:
    """List the models: quotes as they stand, and prose made of them by a language model."""
    return ModelsBody(data=[_model(name) for name in MODES])


@chat.get(
    "/v1/models/{model}",
    dependencies=[allowed(KeyScope.ASK)],
    responses=problems(401, 403, 404, 422, 429, 500, 503),
)
async def model(model: str) -> ModelBody:
    """Return one model of the list."""
    _mode(model)
    return _model(model)


@dataclass(frozen=True, slots=True)
class _Completion:
    """What a completion says of itself, whole or in chunks."""

    body: ChatRequest
    base_url: str
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer, prompt_tokens: int) -> dict[str, Any]:
        text = chat_text(answer, base_url=self.base_url)
        message = {
            "role": "assistant",
            "content": text.content,
            "refusal": None,
            "annotations": _annotations(text.annotations),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            "id": self.completion_id,
            "object": "chat.completion",
            **self._common(answer),
            "choices": [choice],
            "usage": _usage(prompt_tokens, text),
            "peelback": answer_json(answer),
        }

    def opening(self) -> dict[str, Any]:
        """Return the chunk that says that an answer will come; what is known of it comes later."""
        return self._chunk({"role": "assistant", "content": ""})

    def chunks(self, answer: Answer) -> Iterator[dict[str, Any]]:
        text = chat_text(answer, base_url=self.base_url)
        for piece in text.pieces:
            yield self._chunk({"content": piece})
        if text.annotations:
            yield self._chunk({"annotations": _annotations(text.annotations)})
        yield {
            **self._chunk({}, finish_reason="stop"),
            "system_fingerprint": _fingerprint(answer),
            "peelback": answer_json(answer),
        }
        if self._tells_usage:
            usage = _usage(_tokens(self.body), text)
            yield {**self._chunk({}), "choices": [], "usage": usage}

    def _common(self, answer: Answer) -> dict[str, Any]:
        return {
            "created": self.created,
            "model": self.body.model,
            "system_fingerprint": _fingerprint(answer),
        }

    def _chunk(self, delta: dict[str, Any], *, finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = {
            "id": self.completion_id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.body.model,
            "choices": [choice],
        }
        return {**chunk, "usage": None} if self._tells_usage else chunk

    @property
    def _tells_usage(self) -> bool:
        options = self.body.stream_options
        return options is not None and options.include_usage


def _question(body: ChatRequest) -> Question:
    """Return what is asked.

    An earlier message that would be refused was, when it was asked: it is left
    out, so that a conversation can go on after it.

    Raises:
        UnknownModel: the model is none of ours.
    """
    *history, text = body.asked
    return Question(
        text=text,
        history=tuple(earlier for earlier in history if _was_taken(earlier)),
        scope=scope_of(body.scope),
        mode=_mode(body.model),
    )


def _was_taken(text: str) -> bool:
    return len(text) <= MAX_QUESTION_CHARACTERS and personal_data_in(text) is None


def _mode(model: str) -> Mode:
    if model not in MODES:
        raise UnknownModel(f"there is no model {model!r}; there are {', '.join(MODES)}")
    return MODES[model]


def _model(name: str) -> ModelBody:
    return ModelBody(id=name, created=SINCE, owned_by="peelback")


def _tokens(body: ChatRequest) -> int:
    return sum(count_tokens(text) for text in body.asked)


def _usage(prompt_tokens: int, text: ChatText) -> dict[str, int]:
    completion_tokens = count_tokens(text.content)
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }


def _annotations(annotations: tuple[Annotation, ...]) -> list[dict[str, Any]]:
    return [annotation.model_dump() for annotation in annotations]


def _fingerprint(answer: Answer) -> str:
    """Return what an answer depends on beside the question: the library's contents."""
    return f"fp_{answer.library.digest[:12]}"
