"""For whoever runs the server: is it alive, can it answer, how much does it do."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from api.http.access import OPEN, allowed
from api.http.dependencies import Measured, Ready
from api.http.metrics import TEXT_FORMAT
from api.http.models import HealthBody, problems
from api.keys import KeyScope

health = APIRouter(tags=["operation"])


@health.get("/livez", dependencies=[OPEN])
async def alive() -> HealthBody:
    """Say that the process runs."""
    return HealthBody(status="alive")


@health.get("/readyz", dependencies=[OPEN], responses=problems(500, 503))
async def ready(readiness: Ready) -> HealthBody:
    """Say that questions are answered: the library is readable, the models are warm.

    While the server starts, and from the moment it is told to stop, it is not ready.
    """
    await readiness.check()
    return HealthBody(status="ready")


@health.get(
    "/metrics",
    dependencies=[allowed(KeyScope.ADMIN)],
    response_class=PlainTextResponse,
    responses=problems(401, 403, 429, 500, 503),
)
async def metrics(measured: Measured) -> PlainTextResponse:
    """Count requests by route and status, answers by status, time by stage. No question's text."""
    return PlainTextResponse(measured.text(), media_type=TEXT_FORMAT)
