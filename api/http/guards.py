"""What stands before and behind every route: a limit on bodies, headers for browsers."""

from __future__ import annotations

from dataclasses import replace

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import TOO_LARGE, ProblemKind, problem_response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class BodyTooLarge(HTTPException):
    """A body grew over the limit while it was read."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(TOO_LARGE.status)
        self.most_bytes = most_bytes


def too_large(most_bytes: int) -> ProblemKind:
    """Return the problem of a body over the limit, which it states."""
    limit = f"A request's body may have {most_bytes // 1024} KiB at most."
    return replace(TOO_LARGE, detail=limit)


class BodyLimit:
    """Refuses a body over the limit, whether its length was announced or not."""

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._most_bytes:
            await problem_response(too_large(self._most_bytes))(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def counting() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most_bytes:
                # An HTTPException, because FastAPI turns any other one here into a 400.
                raise BodyTooLarge(self._most_bytes)
            return message

        return counting


class SecurityHeaders:
    """Tells browsers to run our own files and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A page that needs more (a form that is sent) says what, and no other does.
                headers.setdefault("Content-Security-Policy", POLICY)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, with_headers)
