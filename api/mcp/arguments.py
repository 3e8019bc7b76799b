"""What the tools take. What they give has the shapes of HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.http.request_models import Name, Names, QuestionText, RequestModel
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
