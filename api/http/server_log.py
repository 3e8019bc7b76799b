"""The server's log: an event and its fields a line, as text or as JSON.

What users ask is in no line: routes are logged by their template, and failures
that nobody foresaw by their class and place, since a message may quote anything.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from api.http.request_ids import REQUEST_ID
from api.http.serving_settings import LogFormat

_COMMON = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"}
)


def log_to_stderr(form: LogFormat) -> None:
    """Send every logger's lines from INFO up to stderr, in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # At INFO they tell of every step of their own; we tell of what came of it.
    for talker in ("uvicorn", "httpx", "httpx2"):
        logging.getLogger(talker).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """Time, level and event, then ``name=value`` for each field that has one."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        head = " ".join(str(fields.pop(name)) for name in ("time", "level", "event"))
        fields.pop("logger")
        trace = fields.pop("traceback", None)
        rest = "".join(f" {name}={value}" for name, value in fields.items() if value is not None)
        return f"{head}{rest}" if trace is None else f"{head}{rest}\n{trace}"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC)
    fields = {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage(),
        "request_id": REQUEST_ID.get(),
        **{name: value for name, value in vars(record).items() if name not in _COMMON},
    }
    if record.exc_info:
        fields["traceback"] = logging.Formatter().formatException(record.exc_info)
    return fields
