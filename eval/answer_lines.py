"""Answers read back from the lines that runs keep of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rag.answers import Answer, Timings


def read_answer(answer: Mapping[str, Any], timings_ms: Mapping[str, float]) -> Answer:
    """Return the answer that ``rag.wire.answer_json`` wrote; its numbers are as rounded there.

    Raises:
        msgspec.ValidationError: it is no answer, naming the field.

    """
    spanned = {
        name: [
            {**part, "span": {"start": part["start"], "end": part["end"]}} for part in answer[name]
        ]
        for name in ("citations", "passages")
    }
    return msgspec.convert({**answer, **spanned, "timings_ms": timings_ms}, Answer)


def no_timings() -> dict[str, float]:
    """Return the timings of an answer whose timings were lost."""
    return dict.fromkeys(Timings.__slots__, 0.0)
