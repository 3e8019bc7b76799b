"""The HTTP application: its routes' parts put together around one assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.http.access import gate_of_settings
from api.http.embed import embed
from api.http.failures import add_problem_handlers
from api.http.guards import BodyLimit, SecurityHeaders
from api.http.hosts import HostGuard
from api.http.models import ProblemBody
from api.http.pages import page_files, pages
from api.http.routes import routes
from api.http.serving_settings import DEFAULTS, ServingSettings
from api.http.workers import Workers
from rag.pipeline import Assistant


def create_app(assistant: Assistant, *, serving: ServingSettings = DEFAULTS) -> ASGIApp:
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
    app.state.gate = gate_of_settings(serving)
    app.include_router(routes)
    app.include_router(pages)
    app.include_router(embed)
    app.mount("/page", page_files(), name="page")
    app.add_middleware(BodyLimit)
    if serving.hosts:
        app.add_middleware(HostGuard, names=serving.hosts.split(","))
    add_problem_handlers(app)
    _describe_problems(app)
    # Around everything: what answers an unforeseen failure stands outside all middleware.
    return SecurityHeaders(app)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.workers.close()
    app.state.gate.close()


def _describe_problems(app: FastAPI) -> None:
    """Put the problem's schema, which no route returns as a value, into the document."""
    document = app.openapi()
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemBody"] = ProblemBody.model_json_schema()
