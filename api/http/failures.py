"""Exceptions to responses: every failure leaves as a problem, never as a traceback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.guards import BodyTooLarge, too_large
from api.http.problems import (
    INTERNAL,
    INVALID_REQUEST,
    kind_of,
    kind_of_status,
    problem_response,
)
from api.keys.errors import RateLimited
from index.errors import PeelbackError

logger = logging.getLogger(__name__)

INNERMOST = 12
"""Frames of a failure that are logged: the outer ones are the web framework's, every time."""
SERVER_ERRORS = 500
"""The first status that is the server's own fault."""


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(PeelbackError, foreseen)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(Exception, _unforeseen)


async def foreseen(_: Request, error: Exception) -> Response:
    """Return the problem of one of our own exceptions."""
    assert isinstance(error, PeelbackError)  # noqa: S101  # registered for that class alone
    kind = kind_of(error)
    if kind.retry_after_s is not None:
        logger.info("put off", extra={"problem": kind.slug})
    elif kind.status >= SERVER_ERRORS:
        logger.error("%s: %s", type(error).__name__, error)
    return problem_response(kind, headers=_wait(error))


def _wait(error: PeelbackError) -> dict[str, str]:
    """Return how long to wait, where that is not the same for every error of the class."""
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


async def invalid(_: Request, error: Exception) -> Response:
    """Return the problem of a request that does not fit its model, fault by fault."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
    return problem_response(INVALID_REQUEST, errors=[_fault(item) for item in error.errors()])


async def framework(_: Request, error: Exception) -> Response:
    """Return the problem of a status that the web framework came to."""
    assert isinstance(error, HTTPException)  # noqa: S101  # as above
    if isinstance(error, BodyTooLarge):
        return problem_response(too_large(error.most_bytes))
    return problem_response(kind_of_status(error.status_code), headers=error.headers)


async def _unforeseen(_: Request, __: Exception) -> Response:
    # Starlette raises the exception again after this response, and the outermost rim logs it.
    return problem_response(INTERNAL)


def log_unforeseen(error: Exception) -> None:
    """Log where nobody foresaw a failure. Its message may quote a question: that is for DEBUG."""
    frames = traceback.extract_tb(error.__traceback__)[-INNERMOST:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error("unforeseen", extra={"error": type(error).__name__, "frames": places})
    logger.debug("unforeseen, in full", exc_info=error)


def _fault(item: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong and where, without the value that was sent."""
    place: Sequence[object] = item["loc"]
    if place[0] == "body":
        pointer = "".join(f"/{step}" for step in place[1:] if item["type"] != "json_invalid")
        return {"detail": item["msg"], "pointer": f"#{pointer}"}
    return {"detail": item["msg"], "parameter": str(place[-1])}
