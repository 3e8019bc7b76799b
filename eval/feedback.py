"""Kept feedback on answers, and the gold candidates that it turns into.

What a user says of an answer is not gold: a candidate lacks what only a person
who reads the report can add, and cannot be read as gold before that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.errors import GoldError
from eval.gold import line_faults
from eval.gold.written import CANDIDATE
from rag.answers import Answer, Question
from rag.feedback import Feedback, Verdict

__all__ = ["Feedback", "Verdict", "candidates", "read_feedback"]

TO_DO = (
    "read the reports: is the question answerable by them?",
    "quote all evidence, and add must_contain, type and scope; why, if it cannot be answered",
    f"take out the key {CANDIDATE!r}",
)


def read_feedback(path: Path) -> tuple[Feedback, ...]:
    """Return the feedback of a file, in its order; blank lines are skipped.

    So is a last line that breaks off: the server died while it wrote, and told nobody
    that it was kept.

    Raises:
        GoldError: naming file, line and field of everything that is wrong.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GoldError([f"{path}: {error.strerror or error}"]) from error
    lines = content.splitlines()
    if lines and not content.endswith(b"\n") and not _is_json(lines[-1]):
        lines.pop()
    kept: list[Feedback] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            kept.append(Feedback.model_validate_json(line))
        except ValidationError as error:
            faults.extend(f"{path}:{number}: {fault}" for fault in line_faults(error))
    if faults:
        raise GoldError(faults)
    return tuple(kept)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def candidates(
    feedback: Iterable[Feedback], *, answer: Callable[[Question], Answer] | None = None
) -> list[dict[str, Any]]:
    """Return one gold candidate a question, in the order in which they were first asked.

    With ``answer`` the question is asked again. If that gives the very answer
    that was called useful, its citations that nobody called wrong are put in as
    evidence, for a person to judge.
    """
    by_question: dict[tuple[str, tuple[str, ...]], list[Feedback]] = {}
    for one in feedback:
        by_question.setdefault((one.question, one.history), []).append(one)
    return [_candidate(given, answer) for given in by_question.values()]


def _candidate(
    given: Sequence[Feedback], answer: Callable[[Question], Answer] | None
) -> dict[str, Any]:
    first = given[0]
    again = answer(Question(text=first.question, history=first.history)) if answer else None
    return {
        "id": _id(first),
        "question": first.question,
        "history": list(first.history),
        "type": "unsorted",
        "answerable": None,
        "evidence": _supported(given, again) if again else [],
        "must_contain": [],
        "scope": {},
        CANDIDATE: {
            "to_do": list(TO_DO),
            "feedback": [one.model_dump(mode="json") for one in given],
        },
    }


def _supported(given: Sequence[Feedback], answer: Answer) -> list[dict[str, str]]:
    """Return the citations of an answer that was called useful, but those called wrong."""
    about = [one for one in given if one.answer_id == answer.id]
    if not any(one.verdict is Verdict.USEFUL for one in about):
        return []
    wrong = {number for one in about for number in one.wrong_citations}
    return [
        {"report": citation.report_id, "quote": citation.quote}
        for citation in answer.citations
        if citation.number not in wrong
    ]


def _id(feedback: Feedback) -> str:
    said = "\n".join([*feedback.history, feedback.question])
    return f"fb-{hashlib.sha256(said.encode()).hexdigest()[:10]}"
