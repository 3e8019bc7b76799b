"""The shapes of requests, checked where bytes come in; each with an example that runs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag.answers import Mode
from rag.feedback import Verdict
from rag.limits import MAX_HISTORY, MAX_QUESTION_CHARACTERS

NOT_BLANK = r"[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
"""Some character that is no white space, named one by one: what ``\\S`` leaves out
depends on who reads it, and the OpenAPI document is read by many."""

QuestionText = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_QUESTION_CHARACTERS, pattern=NOT_BLANK)
]
CitationNumber = Annotated[int, Field(ge=1, le=10_000)]
GIVEN_DAY = (
    r"^[^=]{1,200}=(?:"
    r"(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)$"
)
"""A report's id and a day there is, of these two centuries: what it lets through is a date."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NOT_BLANK)]
Names = Annotated[list[Name], Field(max_length=50)]


EXAMPLE_QUESTION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
EXAMPLE_BODIES = ["Wrenmoor Constabulary", "Osterfell Police"]
EXAMPLE_REPORT = "sample-wrenmoor-peel-2018-effectiveness"
"""Of the invented sample reports, which a server without a library of its own starts with."""

MOST_COMMENT_CHARACTERS = 2000
MOST_REPORTS = 200
"""Reports whose actions one response holds."""


class RequestModel(BaseModel):
    # A misspelt field must not widen a search in silence.
    model_config = ConfigDict(extra="forbid")


def _with_examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(examples)})


class ScopeRequest(RequestModel):
    """Which reports to ask. An empty list restricts nothing."""

    bodies: Names = []
    cycles: Names = []
    reports: Names = []


class AnswerRequest(RequestModel):
    model_config = _with_examples(
        {"question": EXAMPLE_QUESTION},
        {
            "question": "And of victims?",
            "history": [EXAMPLE_QUESTION],
            "scope": {"bodies": EXAMPLE_BODIES[:1], "cycles": ["2018"], "reports": []},
            "mode": "extractive",
        },
    )

    question: QuestionText
    scope: ScopeRequest = ScopeRequest()
    history: Annotated[list[QuestionText], Field(max_length=MAX_HISTORY)] = []
    """Earlier questions of the conversation, oldest first."""
    mode: Mode = Mode.EXTRACTIVE


class SearchRequest(RequestModel):
    model_config = _with_examples({"query": "thefts from boats", "k": 3})

    query: QuestionText
    scope: ScopeRequest = ScopeRequest()
    k: Annotated[int, Field(ge=1, le=100)] = 10


class CompareQuery(RequestModel):
    topic: Annotated[QuestionText, Field(examples=["supervision of investigations"])]
    body: Annotated[Names, Field(examples=[EXAMPLE_BODIES])] = []
    cycle: Annotated[Names, Field(examples=[["2018"]])] = []
    report: Annotated[Names, Field(examples=[[EXAMPLE_REPORT]])] = []


class PackFormat(StrEnum):
    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"
    WORD = "docx"


class ActionsQuery(RequestModel):
    report: Annotated[
        list[Name],
        Field(
            max_length=MOST_REPORTS,
            description="A report's id, repeated for several; none: every report.",
            examples=[[EXAMPLE_REPORT]],
        ),
    ] = []
    published: Annotated[
        list[Annotated[str, StringConstraints(max_length=220, pattern=GIVEN_DAY)]],
        Field(
            max_length=MOST_REPORTS,
            description="REPORT=DAY: when a report that does not say was published.",
            examples=[[f"{EXAMPLE_REPORT}=2019-05-02"]],
        ),
    ] = []
    format: PackFormat = PackFormat.JSON


class FeedbackRequest(RequestModel):
    model_config = _with_examples(
        {
            "question": EXAMPLE_QUESTION,
            "answer_id": "3f0c9a",
            "verdict": "not_useful",
            "wrong_citations": [2],
            "comment": "The second quote is about another force.",
        }
    )

    question: QuestionText
    history: Annotated[list[QuestionText], Field(max_length=MAX_HISTORY)] = []
    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NOT_BLANK)]
    verdict: Verdict
    wrong_citations: Annotated[list[CitationNumber], Field(max_length=100)] = []
    comment: Annotated[str, StringConstraints(max_length=MOST_COMMENT_CHARACTERS)] | None = None
