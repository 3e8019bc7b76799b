"""Problems as OpenAI's clients read errors: the same problem, with an ``error`` in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.failures import foreseen, framework, invalid
from api.http.problems import MEDIA_TYPE, TYPE_PREFIX
from index.errors import PeelbackError

REFUSED = {
    "n": "a question has one answer here: leave n out, or make it 1",
    "tools": "no tools are called here: leave tools out",
    "functions": "no functions are called here: leave functions out",
    "response_format": "an answer is text: leave response_format out",
    "modalities": "an answer is text: leave modalities out",
    "logprobs": "quotes have no log probabilities: leave logprobs out",
    "type": "only text is read: no images, sound or files",
}
"""What to say of a field that asks for what there is none of; by the field's name."""

KINDS = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
"""OpenAI's ``type`` of an error by its status, where it is not one of the two below."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenAIRoute(APIRoute):
    """A route whose problems can be read as OpenAI's errors too."""

    def get_route_handler(self) -> Handler:
        answered = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answered(request)
            except RequestValidationError as error:
                return _with_error(await invalid(request, error))
            except PeelbackError as error:
                return _with_error(await foreseen(request, error))
            except HTTPException as error:
                return _with_error(await framework(request, error))

        return handle


def error_json(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return OpenAI's ``error`` of a problem; ``code`` is the last part of the problem's type."""
    faults = _telling(problem.get("errors", []))
    status = problem["status"]
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return {
        "message": "; ".join(map(_said, faults)) or f"{problem['title']}: {problem['detail']}",
        "type": KINDS.get(status) or ("server_error" if ours else "invalid_request_error"),
        "param": _name(faults[0]) if faults else None,
        "code": problem["type"].removeprefix(TYPE_PREFIX),
    }


def _with_error(response: Response) -> Response:
    problem = json.loads(bytes(response.body))
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in ("content-length", "content-type")
    }
    return Response(
        json.dumps({**problem, "error": error_json(problem)}),
        status_code=response.status_code,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _telling(faults: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, str]]:
    """Return the faults to speak of: the first that is refused on purpose, else all."""
    refused = [fault for fault in faults if _refusal(fault)]
    return refused[:1] or faults


def _said(fault: Mapping[str, str]) -> str:
    wrong = fault["detail"].removeprefix("Value error, ")
    return _refusal(fault) or f"{_name(fault) or 'the body'}: {wrong}"


def _refusal(fault: Mapping[str, str]) -> str | None:
    first, *_, last = (*_name(fault).split("."), _name(fault).rpartition(".")[2])
    return REFUSED.get(first) or REFUSED.get(last)


def _name(fault: Mapping[str, str]) -> str:
    """Return the field that a fault is about, as ``messages.0.user.content``."""
    return fault.get("pointer", "").removeprefix("#").strip("/").replace("/", ".")
