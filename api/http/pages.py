"""The page to ask from, and the files of all pages."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.http.access import PAGE

pages = APIRouter(include_in_schema=False, dependencies=[PAGE])

READING = ["GET", "HEAD"]
"""A browser's and a monitor's: HEAD asks whether a page is there, without the page."""


@pages.api_route("/", methods=READING)
async def ask_page() -> HTMLResponse:
    return HTMLResponse(page_file("ask.html"))


def page_file(name: str) -> str:
    return files("api").joinpath("page", name).read_text(encoding="utf-8")


def page_files() -> ASGIApp:
    """Return what serves the pages' scripts and styles: packed, and nothing besides them is.

    A stream of events that was packed would come in lumps.
    """
    return GZipMiddleware(StaticFiles(packages=[("api", "page")]), minimum_size=1000)
