"""Which of two forms of an answer a client would rather have."""

from __future__ import annotations

from api.http.answer_stream import MEDIA_TYPE


def wants_events(accept: str) -> bool:
    """Whether an ``Accept`` header asks for a stream before it asks for JSON.

    >>> wants_events("text/event-stream"), wants_events("application/json, text/event-stream")
    (True, False)
    >>> wants_events("application/json;q=0.5, text/event-stream"), wants_events("*/*")
    (True, False)
    """
    weights = dict(_weighed(part) for part in reversed(accept.lower().split(",")))
    events = weights.get(MEDIA_TYPE, 0.0)
    other = max(weights.get(name, 0.0) for name in ("application/json", "application/*"))
    if events != other:
        return events > other
    return events > 0 and accept.lower().index(MEDIA_TYPE) < accept.lower().index("application/")


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
