"""The pages that need no script: the library, a report, the actions and their downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from api.http.access import PAGE
from api.http.dependencies import Answering, OnPackWorker, OnWorkers
from api.http.problems import TooManyReports
from api.http.request_models import MOST_REPORTS
from api.pages.actions_view import (
    DAY_FIELD,
    PackFilters,
    actions_page,
    wanted_cards,
    wanted_reports,
)
from api.pages.filters import Filters
from api.pages.library_view import library_page
from api.pages.report_view import report_page
from api.pages.templates import looks, render
from api.response_pack import pack_csv, pack_markdown
from index.errors import UnknownReport
from index.store.snapshot import Snapshot

report_pages = APIRouter(include_in_schema=False, dependencies=[PAGE])

READING = ["GET", "HEAD"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The forms go to this server; the pages fetch nothing."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOST_PAGES = 1_000_000

PageNumber = Annotated[int, Query(ge=1, le=MOST_PAGES)]


@report_pages.api_route("/reports", methods=READING)
async def library(  # a field of the form each
    request: Request,
    assistant: Answering,
    work: OnWorkers,
    *,
    body: str = "",
    cycle: str = "",
    kind: str = "",
    page: PageNumber = 1,
) -> Response:
    """Return the list of reports, narrowed by the form's fields."""
    filters = Filters(body=body, cycle=cycle, kind=kind)

    def make(snapshot: Snapshot) -> str:
        cards = tuple(snapshot.cards.values())
        return library_page(cards, snapshot.report, filters, number=page)

    return await work.run(lambda: _fresh(request, assistant.library.snapshot(), make))


@report_pages.api_route("/reports/{report_id}", methods=READING)
async def reader(
    request: Request,
    report_id: str,
    assistant: Answering,
    work: OnWorkers,
    quote: Annotated[list[str], Query()] = [],  # noqa: B006  # FastAPI copies it
) -> Response:
    """Return a report with the quotes that ``?quote=start-end`` names highlighted."""

    def make(snapshot: Snapshot) -> str:
        return report_page(snapshot.report(report_id), asked=quote)

    return await work.run(lambda: _fresh(request, assistant.library.snapshot(), make))


@report_pages.api_route("/actions", methods=READING)
async def actions(
    request: Request, assistant: Answering, work: OnWorkers, page: PageNumber = 1
) -> Response:
    """Return the response pack as a page."""
    filters = _pack_filters(request)

    def make(snapshot: Snapshot) -> str:
        cards = tuple(snapshot.cards.values())
        return actions_page(cards, snapshot.report, filters, number=page)

    return await work.run(lambda: _fresh(request, assistant.library.snapshot(), make))


@report_pages.api_route("/actions.{ending}", methods=READING)
async def download(
    request: Request, ending: str, assistant: Answering, work: OnPackWorker
) -> Response:
    """Return the response pack that the page with the same query shows, as a file."""
    filters = _pack_filters(request)
    return await work.run(lambda: _file(assistant.library.snapshot(), filters, ending))


def _pack_filters(request: Request) -> PackFilters:
    given = request.query_params
    typed = {
        name.removeprefix(DAY_FIELD): value
        for name, value in given.items()
        if name.startswith(DAY_FIELD) and value
    }
    reports = Filters(
        body=given.get("body"), cycle=given.get("cycle"), reports=tuple(given.getlist("report"))
    )
    return PackFilters(reports, kind=given.get("kind"), typed=typed)


def _fresh(request: Request, snapshot: Snapshot, make: Callable[[Snapshot], str]) -> Response:
    """Return the page, or word that the one the browser has is still right."""
    # Weak: what packs responses on the way may change the bytes.
    tag = f'W/"{snapshot.digest[:32]}-{looks()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    held = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in held:
        return Response(status_code=304, headers=headers)
    try:
        return HTMLResponse(make(snapshot), headers=headers)
    except UnknownReport:
        page = render("absent.html")
        return HTMLResponse(page, status_code=404, headers={"Content-Security-Policy": POLICY})


def _file(snapshot: Snapshot, filters: PackFilters, ending: str) -> Response:
    cards = wanted_cards(tuple(snapshot.cards.values()), filters)
    if len(cards) > MOST_REPORTS:
        raise TooManyReports(f"{len(cards)} reports have such actions")
    reports = wanted_reports(cards, snapshot.report, filters)
    days = filters.days
    match ending:
        case "docx":
            # python-docx takes a tenth of a second to import.
            from api.response_docx import docx_of

            content, media_type = docx_of(reports, published=days), WORD
        case "csv":
            content, media_type = pack_csv(reports, published=days).encode("utf-8-sig"), "text/csv"
        case "md":
            content, media_type = pack_markdown(reports, published=days).encode(), "text/markdown"
        case _:
            return HTMLResponse(render("absent.html"), status_code=404)
    name = filters.reports.reports[0] if len(filters.reports.reports) == 1 else "actions"
    safe = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_")) or "actions"
    disposition = {"Content-Disposition": f'attachment; filename="{safe}.{ending}"'}
    return Response(content, media_type=media_type, headers=disposition)
