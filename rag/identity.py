"""A name for an answer that is the same for the same question, scope and library."""

from __future__ import annotations

import hashlib
import json

from rag.answers import Question, Scope
from rag.wire import scope_json


def answer_id(question: Question, scope: Scope, library_digest: str) -> str:
    """Return 32 hexadecimal digits; timings and the machine do not enter."""
    asked = [question.text, question.history, scope_json(scope), question.mode, library_digest]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]
