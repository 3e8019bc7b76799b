"""The id of a request: the client's own where it is sane, else a new one."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"

REQUEST_ID: ContextVar[str | None] = ContextVar("peelback_request_id", default=None)
"""Of the request that is worked on; ``None`` outside of any. It stands in problems and logs."""

SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
"""What can stand in a header, a log and a search box as it is."""


def request_id_of(given: str | None) -> str:
    """Return the id that the client gave, or a new one.

    >>> request_id_of("page-7.2"), len(request_id_of("<script>"))
    ('page-7.2', 32)
    """
    return given if given is not None and SANE.fullmatch(given) else uuid.uuid4().hex
