"""The HTTP application: its routes' parts put together around one assistant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from api.http.access import gate_of_settings
from api.http.chat_completions import chat
from api.http.embed import embed
from api.http.failures import add_problem_handlers
from api.http.feedback import feedback_routes
from api.http.guards import BodyLimit, SecurityHeaders
from api.http.health import health
from api.http.hosts import HostGuard
from api.http.library_routes import library_routes
from api.http.metrics import Metrics
from api.http.openapi import complete_openapi
from api.http.pages import page_files, pages
from api.http.readiness import Readiness
from api.http.report_pages import report_pages
from api.http.request_log import Application
from api.http.routes import routes
from api.http.serving_settings import DEFAULTS, ServingSettings
from api.http.workers import Workers
from rag.pipeline import Assistant

PACKS_WAITING = 4
"""Response packs that wait while one is written."""


def create_app(assistant: Assistant, *, serving: ServingSettings = DEFAULTS) -> Application:
    """Return an application that answers from ``assistant``'s library.

    It asks for no address outside itself: the interactive pages of the API,
    which load scripts from elsewhere, are off; ``/openapi.json`` is there.
    """
    app = FastAPI(
        title="Peelback",
        summary="Answers questions about inspection reports and proves every sentence.",
        version=version("peelback"),
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.assistant = assistant
    app.state.serving = serving
    app.state.workers = Workers(threads=serving.threads, waiting=serving.waiting)
    app.state.patient_workers = Workers(threads=serving.llm_threads, waiting=serving.waiting)
    app.state.pack_workers = Workers(threads=1, waiting=PACKS_WAITING)
    app.state.readiness = Readiness(assistant)
    app.state.metrics = _metrics(app)
    app.state.gate = gate_of_settings(serving)
    app.include_router(routes)
    app.include_router(chat)
    app.include_router(library_routes)
    app.include_router(feedback_routes)
    app.include_router(health)
    app.include_router(pages)
    app.include_router(report_pages)
    app.include_router(embed)
    app.mount("/page", page_files(), name="page")
    app.add_middleware(BodyLimit, most_bytes=serving.max_body_bytes)
    if serving.hosts:
        app.add_middleware(HostGuard, names=serving.hosts.split(","))
    add_problem_handlers(app)
    complete_openapi(app, needs_key=lambda: app.state.gate.book() is not None)
    # Around everything: what answers an unforeseen failure stands outside all middleware.
    return Application(
        SecurityHeaders(app), metrics=app.state.metrics, readiness=app.state.readiness
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    warming = asyncio.create_task(app.state.readiness.warm_up())
    yield
    warming.cancel()
    state = app.state
    for workers in (state.workers, state.patient_workers, state.pack_workers, state.readiness):
        workers.close()
    app.state.gate.close()


def _metrics(app: FastAPI) -> Metrics:
    metrics = Metrics()
    metrics.watch("answers", app.state.workers)
    metrics.watch("language model", app.state.patient_workers)
    metrics.watch("response packs", app.state.pack_workers)
    return metrics
