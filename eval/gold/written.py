"""A gold question as it is written: one line of JSON, checked strictly."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

CANDIDATE = "candidate"
"""The key of a line that a person has not finished."""

Words = Annotated[str, StringConstraints(pattern=r"\S")]


def _alternatives(words: object) -> object:
    """One string is a group of one; a list stands for any one of its strings."""
    if isinstance(words, str):
        return (words,)
    return tuple(words) if isinstance(words, list) else words


_Alternatives = Annotated[
    tuple[Words, ...],
    Field(min_length=1),
    BeforeValidator(
        _alternatives,
        json_schema_input_type=Words | Annotated[list[Words], Field(min_length=1)],
    ),
]


def _unfinished(candidate: object) -> None:
    if candidate is not None:
        raise ValueError(f"do what it asks for, then take out {CANDIDATE!r}")


class EvidenceLine(BaseModel):
    """Words of a report that answer the question."""

    model_config = ConfigDict(strict=True)

    report: Words = Field(description="The report's file name without its ending.")
    quote: Words = Field(description="Text of the report, as it stands there.")


class GoldLine(BaseModel):
    """One question of a gold file, JSON Lines. Strict: "false" is never taken for a truth."""

    model_config = ConfigDict(strict=True, extra="allow")

    id: Words = Field(description="Unique in its file.")
    question: Words = Field(description="What is asked, as a user would type it.")
    type: Words = Field(description="Any word; scores are given by type.")
    answerable: bool = Field(description="Whether the reports answer it.")
    history: tuple[Words, ...] = Field((), description="Earlier questions, oldest first.")
    evidence: tuple[EvidenceLine, ...] = Field((), description="All words that answer it.")
    must_contain: tuple[_Alternatives, ...] = Field(
        (), description="What a right answer's text or quotes contain; of a list, any one."
    )
    scope: dict[str, Any] = Field(
        default_factory=dict,
        description="Whom and when the question names; never given to the assistant.",
    )
    why: str | None = Field(None, description="Why an unanswerable question is one.")
    candidate: Annotated[None, BeforeValidator(_unfinished)] = Field(
        None, description="Feedback that a person has yet to make a question of."
    )


def gold_schema() -> dict[str, Any]:
    """Return the JSON schema of a gold file's lines."""
    schema = GoldLine.model_json_schema(mode="validation")
    return {"$schema": SCHEMA_DIALECT, **schema, "title": "Gold question"}
