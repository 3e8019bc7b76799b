"""Text that XML and HTML can hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from eval.kept_run import KeptQuestion, KeptRun

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return the text with a replacement character for each control character."""
    return _NOT_XML.sub("�", text)


def plain_run(run: KeptRun) -> KeptRun:
    """Return the run with every text in it fit for a page: reports can hold any character."""
    return replace(run, questions=tuple(map(_plain_question, run.questions)))


def _plain_question(question: KeptQuestion) -> KeptQuestion:
    return replace(
        question,
        asked=_plain(question.asked),
        answer=_plain(question.answer),
        problems=_plain(question.problems),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return xml_text(value)
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return type(value)(map(_plain, value))
        case _:
            return value
