"""The two pages for people: one to ask from, one to read a report in."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.http.access import PAGE
from api.http.routes import Answering, OnWorkers

pages = APIRouter(include_in_schema=False, dependencies=[PAGE])

READING = ["GET", "HEAD"]
"""A browser's and a monitor's: HEAD asks whether a page is there, without the page."""


@pages.api_route("/", methods=READING)
async def ask_page() -> HTMLResponse:
    return HTMLResponse(page_file("ask.html"))


@pages.api_route("/reports/{report_id}", methods=READING)
async def reader_page(report_id: str, assistant: Answering, workers: OnWorkers) -> HTMLResponse:
    """Return the reader; the page fetches the report itself, and says so if there is none."""
    cards = await workers.run(assistant.library.cards)
    known = any(card.report_id == report_id for card in cards)
    return HTMLResponse(page_file("reader.html"), status_code=200 if known else 404)


def page_file(name: str) -> str:
    return files("api").joinpath("page", name).read_text(encoding="utf-8")


def page_files() -> ASGIApp:
    """Return what serves the pages' scripts and styles: packed, and nothing besides them is.

    A stream of events that was packed would come in lumps.
    """
    return GZipMiddleware(StaticFiles(packages=[("api", "page")]), minimum_size=1000)
