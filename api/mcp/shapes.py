"""What the tools take and give, beside the shapes that HTTP has too."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from api.http.models import AnswerBody
from api.http.request_models import Name, Names, QuestionText, RequestModel
from index.documents import ActionKind
from rag.answers import Scope
from rag.limits import MAX_HISTORY

Bodies = Annotated[
    Names,
    Field(
        default_factory=list,
        description="Only these forces, councils or services. Empty: those the words name.",
    ),
]
Cycles = Annotated[
    Names,
    Field(
        default_factory=list,
        description='Only these inspection cycles or years, as "2018/19" or "2022".',
    ),
]
Reports = Annotated[
    Names,
    Field(default_factory=list, description="Only these reports, by the ids of list_reports."),
]


class NoArguments(RequestModel):
    """Nothing to say."""


class ScopedArguments(RequestModel):
    bodies: Bodies
    cycles: Cycles
    reports: Reports

    def scope(self) -> Scope:
        fields = {
            "bodies": tuple(self.bodies),
            "cycles": tuple(self.cycles),
            "reports": tuple(self.reports),
        }
        stated = tuple(name for name, values in fields.items() if values)
        return Scope(**fields, stated=stated)


class AskArguments(ScopedArguments):
    question: Annotated[QuestionText, Field(description="The question, in plain words.")]
    history: Annotated[
        list[QuestionText],
        Field(
            default_factory=list,
            max_length=MAX_HISTORY,
            description="Earlier questions of the conversation, oldest first: for a follow-up.",
        ),
    ]


class SearchArguments(ScopedArguments):
    query: Annotated[QuestionText, Field(description="What to look for.")]
    k: Annotated[int, Field(ge=1, le=100, description="How many passages.")] = 10


class CompareArguments(ScopedArguments):
    topic: Annotated[QuestionText, Field(description='What to compare them on: "supervision".')]

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        if max(len(self.bodies), len(self.cycles), len(self.reports)) < 2:
            raise ValueError("name at least two bodies, or two cycles, or two reports")
        return self


class PassageArguments(RequestModel):
    passage_id: Annotated[Name, Field(description="The passage_id of a citation or passage.")]


class ActionsArguments(RequestModel):
    reports: Reports
    published: Annotated[
        dict[str, date],
        Field(
            default_factory=dict,
            max_length=50,
            description="By a report's id, the day it was published, where it does not say so.",
        ),
    ]


class SideBody(BaseModel):
    """One side of a comparison; ``gap`` says why nothing is cited for it."""

    name: str
    citations: list[int]
    gap: str | None


class ComparisonBody(AnswerBody):
    sides: list[SideBody]


class ActionRow(BaseModel):
    """One thing that a report asks for. ``derived_number`` is counted, not printed there."""

    report_id: str
    report_title: str
    invented: bool
    body: str | None
    cycle: str | None
    published: str | None
    published_from: str | None
    """``report`` says it, or it was ``given``."""
    day_56: str | None
    kind: ActionKind
    derived_number: int
    section: list[str]
    page: int | None
    start: int
    end: int
    lead_in: str | None
    quote: str
    url: str


class ActionsBody(BaseModel):
    actions: list[ActionRow]
