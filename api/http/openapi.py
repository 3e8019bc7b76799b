"""The OpenAPI document, completed by what FastAPI cannot know: problems and headers."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from fastapi import FastAPI

from api.http.models import PassagesEvent, ProblemBody, SentenceEvent, problems
from api.http.problems import WRONG_HOST
from api.http.request_ids import HEADER

REFERENCE = "#/components/schemas/{model}"
UNUSED = ("HTTPValidationError", "ValidationError")
"""FastAPI's own shape of a request that is not valid; ours is a problem."""

REQUEST_ID_HEADER = {
    "description": "What the server's log calls the request; the id that the client sent, if any.",
    "schema": {"type": "string"},
}
RETRY_AFTER = {
    "description": "Seconds to wait before asking again.",
    "schema": {"type": "integer", "minimum": 0},
}
ANYWHERE = problems(WRONG_HOST.status)
"""What no route decides, since it is decided before any."""
RETRIED = ("429", "503")


def complete_openapi(app: FastAPI, *, needs_key: Callable[[], bool]) -> None:
    """Complete the application's document.

    It demands a key of whoever reads it as long as the server does.
    """
    document = app.openapi()
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (ProblemBody, PassagesEvent, SentenceEvent):
        schema = model.model_json_schema(ref_template=REFERENCE)
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    for name in UNUSED:
        schemas.pop(name, None)
    for operation in _operations(document):
        operation["responses"] |= {str(status): wrong for status, wrong in ANYWHERE.items()}
        for status, response in operation["responses"].items():
            retrying = {"Retry-After": RETRY_AFTER} if status in RETRIED else {}
            response["headers"] = {HEADER: REQUEST_ID_HEADER, **retrying}
    open_to_all = _with_keys_optional(document)
    setattr(app, "openapi", lambda: document if needs_key() else open_to_all)  # noqa: B010


def _with_keys_optional(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document of a server that has no key: one may be sent, and none has to be."""
    copy = deepcopy(document)
    for operation in _operations(copy):
        if "security" in operation:
            operation["security"].append({})
    return copy


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]
