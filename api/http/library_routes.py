"""What is in the library: reports, passages, actions. All of it is read on a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import JSONResponse, Response

from api.http.access import allowed
from api.http.dependencies import Answering, OnPackWorker, OnWorkers
from api.http.models import ActionsBody, PassageBody, ReportBody, ReportsBody, problems
from api.http.problems import TooManyReports
from api.http.request_models import EXAMPLE_REPORT, MOST_REPORTS, ActionsQuery, PackFormat
from api.http.work import Work
from api.keys import KeyScope
from api.passage_json import passage_of
from api.response_pack import pack_csv, pack_json, pack_markdown
from index.documents import Report
from index.store.snapshot import Snapshot
from rag.events import Cancelled
from rag.wire import card_json, report_json

library_routes = APIRouter(tags=["library"], dependencies=[allowed(KeyScope.SEARCH)])

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ReportId = Annotated[str, Path(examples=[EXAMPLE_REPORT])]
PassageId = Annotated[str, Path(examples=["1"])]

Writer = Callable[[Sequence[Report], Mapping[str, date]], Response]


def _docx(reports: Sequence[Report], days: Mapping[str, date]) -> bytes:
    # python-docx takes a tenth of a second to import.
    from api.response_docx import docx_of

    return docx_of(reports, published=days)


WRITERS: Mapping[PackFormat, Writer] = {
    PackFormat.JSON: lambda reports, days: JSONResponse(pack_json(reports, published=days)),
    PackFormat.MARKDOWN: lambda reports, days: Response(
        pack_markdown(reports, published=days), media_type="text/markdown"
    ),
    PackFormat.CSV: lambda reports, days: _file(
        pack_csv(reports, published=days).encode(), "text/csv; charset=utf-8", "actions.csv"
    ),
    PackFormat.WORD: lambda reports, days: _file(_docx(reports, days), WORD, "actions.docx"),
}

PACK: dict[str, Any] = {
    "description": "The response pack, in the format asked for.",
    "content": {
        name: {"schema": {"type": "string"}} for name in ("text/markdown", "text/csv", WORD)
    },
}


@library_routes.get(
    "/v1/reports", response_model=ReportsBody, responses=problems(401, 403, 429, 500, 503)
)
async def reports(assistant: Answering, work: OnWorkers) -> Response:
    """List the reports in the library, by id."""
    cards = await work.run(assistant.library.cards)
    return JSONResponse({"reports": [card_json(card) for card in cards]})


@library_routes.get(
    "/v1/reports/{report_id}",
    response_model=ReportBody,
    responses=problems(401, 403, 404, 422, 429, 500, 503),
)
async def report(report_id: ReportId, assistant: Answering, work: OnWorkers) -> Response:
    """Return a whole report: text, outline, judgements, actions and definitions."""
    found = await work.run(lambda: report_json(assistant.library.snapshot().report(report_id)))
    return JSONResponse(found)


@library_routes.get(
    "/v1/passages/{passage_id}",
    response_model=PassageBody,
    responses=problems(401, 403, 404, 422, 429, 500, 503),
)
async def passage(passage_id: PassageId, assistant: Answering, work: OnWorkers) -> Response:
    """Return one passage, with where it stands in its report."""
    found = await work.run(lambda: passage_of(assistant.library.snapshot(), passage_id))
    return JSONResponse(found)


@library_routes.get(
    "/v1/actions",
    response_model=ActionsBody,
    responses={200: PACK, **problems(401, 403, 404, 422, 429, 500, 503)},
)
async def actions(
    query: Annotated[ActionsQuery, Query()], assistant: Answering, work: OnPackWorker
) -> Response:
    """Return the response pack: everything that reports ask for, quoted, numbered and cited.

    `day_56` is 56 days after publication, where the report or `published` says
    when that was; the day of a report's last update is never taken for it.
    """
    days = _days(query.published)
    write = WRITERS[query.format]
    return await work.run(
        lambda: write(_chosen(assistant.library.snapshot(), query.report, work), days)
    )


def _chosen(snapshot: Snapshot, named: Sequence[str], work: Work) -> list[Report]:
    report_ids = tuple(dict.fromkeys(named)) or tuple(sorted(snapshot.cards))
    if len(report_ids) > MOST_REPORTS:
        raise TooManyReports(f"the library has {len(report_ids)} reports")
    chosen = []
    for report_id in report_ids:
        if work.cancelled():
            raise Cancelled("nobody waits for the actions any more")
        chosen.append(snapshot.report(report_id))
    return chosen


def _days(told: Sequence[str]) -> dict[str, date]:
    """Return the days of publication by report; the query's pattern lets through nothing else."""
    days = (item.rpartition("=") for item in told)
    return {report_id: date.fromisoformat(day) for report_id, _, day in days}


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=disposition)
