"""Around everything: a request's id, its line in the log, its count, and its last resort."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.failures import log_unforeseen
from api.http.metrics import Metrics
from api.http.problems import CLIENT_CLOSED_REQUEST, INTERNAL, problem_response
from api.http.readiness import Readiness
from api.http.request_ids import HEADER, REQUEST_ID, request_id_of

logger = logging.getLogger(__name__)

NOWHERE = "none"
"""The route template of what no route took: a path that a client made up is no label."""


class Application:
    """The whole application. What runs it asks ``readiness``, and tells it when to stop."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, readiness: Readiness) -> None:
        self._app = app
        self._metrics = metrics
        self.readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(Headers(scope=scope).get(HEADER))
        token = REQUEST_ID.set(request_id)
        try:
            await self._serve(scope, receive, send, request_id)
        finally:
            REQUEST_ID.reset(token)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started, status = perf_counter(), CLIENT_CLOSED_REQUEST

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  # the outermost rim
            log_unforeseen(error)
            if status == CLIENT_CLOSED_REQUEST:
                await problem_response(INTERNAL)(scope, receive, watched)
        finally:
            self._note(scope, status, perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or NOWHERE
        self._metrics.served(scope["method"], route, status, seconds)
        key = scope.get("state", {}).get("key")
        fields = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": key.key_id if key else None,
        }
        logger.info("request", extra=fields)
