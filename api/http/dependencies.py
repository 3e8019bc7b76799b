"""What routes are handed: the assistant, and workers for the work of this one request."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from api.http.metrics import Metrics
from api.http.readiness import Readiness
from api.http.serving_settings import ServingSettings
from api.http.work import Work
from api.http.workers import Workers
from api.keys import Key
from rag.pipeline import Assistant
from rag.prose import NOBODY


def assistant_of(request: Request) -> Assistant:
    return cast(Assistant, request.app.state.assistant)


def serving_of(request: Request) -> ServingSettings:
    return cast(ServingSettings, request.app.state.serving)


def readiness_of(request: Request) -> Readiness:
    return cast(Readiness, request.app.state.readiness)


def metrics_of(request: Request) -> Metrics:
    return cast(Metrics, request.app.state.metrics)


def account_of(request: Request) -> str:
    """Return whose tokens of the language model a request uses: its key's, or everybody's."""
    key: Key | None = request.state.key
    return NOBODY if key is None else key.key_id


def work_of(request: Request) -> Work:
    """Return workers for what one core does in a moment: every answer without a language model.

    Raises:
        Draining: the server is about to stop.
    """
    return _work(request, request.app.state.workers, serving_of(request).deadline_s)


def patient_work_of(request: Request) -> Work:
    """Return workers that wait for a language model most of the time.

    They are others than ``work_of``'s: a slow model holds up nobody who did not ask for it.

    Raises:
        Draining: the server is about to stop.
    """
    return _work(request, request.app.state.patient_workers, serving_of(request).llm_deadline_s)


def pack_work_of(request: Request) -> Work:
    """Return the worker that writes response packs: one of a whole library takes seconds.

    It is another than ``work_of``'s: whoever loads packs, for which no key is
    needed, holds up no answer.

    Raises:
        Draining: the server is about to stop.
    """
    return _work(request, request.app.state.pack_workers, serving_of(request).deadline_s)


def _work(request: Request, workers: Workers, deadline_s: float) -> Work:
    readiness_of(request).require_taking_in()
    return Work(request, workers, deadline_s=deadline_s)


Answering = Annotated[Assistant, Depends(assistant_of)]
OnWorkers = Annotated[Work, Depends(work_of)]
OnPackWorker = Annotated[Work, Depends(pack_work_of)]
Ready = Annotated[Readiness, Depends(readiness_of)]
Measured = Annotated[Metrics, Depends(metrics_of)]
Serving = Annotated[ServingSettings, Depends(serving_of)]
