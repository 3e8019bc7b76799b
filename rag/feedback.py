"""What a user says of an answer: the one shape that a door keeps and the evaluation reads.

It is kept as JSON Lines, one :class:`Feedback` a line, whichever door it came
through.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

Words = Annotated[str, StringConstraints(pattern=r"\S")]


class Verdict(StrEnum):
    """What a user said of an answer."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"


class Feedback(BaseModel):
    """One user's word on one answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Words = Field(description="The question, as it was asked.")
    history: tuple[Words, ...] = Field((), description="The questions before it, oldest first.")
    answer_id: Words = Field(description="The answer's id: it tells which answer was meant.")
    verdict: Verdict
    wrong_citations: tuple[PositiveInt, ...] = Field(
        (), description="Numbers of citations that do not support what they stand behind."
    )
    comment: str | None = Field(None, description="In the user's own words.")
