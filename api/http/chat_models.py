"""The shapes of ``/v1/chat/completions`` and ``/v1/models``: OpenAI's, and what we add to them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from api.http.models import AnswerBody
from api.http.request_models import EXAMPLE_QUESTION, NOT_BLANK, ScopeRequest

EXTRACTIVE_MODEL = "peelback"
LLM_MODEL = "peelback-llm"

Worded = Annotated[str, StringConstraints(min_length=1, pattern=NOT_BLANK)]
MOST_MESSAGES = 1000
"""Far more than a body within its limit holds; only so that the document says one."""


def _boolean(value: object) -> object:
    """Return ``value`` if it is a boolean: Python takes 0 for False, and JSON does not."""
    if not isinstance(value, bool):
        raise ValueError("not a boolean")  # noqa: TRY004  # what Pydantic reports as a fault
    return value


class Ignoring(BaseModel):
    """A request of OpenAI's has many fields that make no difference to a quoted answer."""

    model_config = ConfigDict(extra="ignore")


class TextPart(Ignoring):
    type: Literal["text"]
    text: Worded


class UserMessage(Ignoring):
    """What a person asked: the last one is the question, those before it the history."""

    role: Literal["user"]
    content: Worded | Annotated[list[TextPart], Field(min_length=1, max_length=100)]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class OtherMessage(Ignoring):
    """What somebody else said: read by nobody, so that it can instruct nobody."""

    role: Literal["system", "developer", "assistant", "tool", "function"]
    content: Any = None


Message = Annotated[UserMessage | OtherMessage, Field(discriminator="role")]


class StreamOptions(Ignoring):
    include_usage: bool = False


class TextFormat(Ignoring):
    type: Literal["text"]


class ChatRequest(Ignoring):
    """A conversation. What would change an answer and cannot is refused; the rest is passed over.

    ``temperature``, ``top_p``, ``seed``, ``max_tokens``, ``stop`` and the like are
    accepted and make no difference: an answer is quotes, the same each time, and whole.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": EXTRACTIVE_MODEL,
                    "messages": [{"role": "user", "content": EXAMPLE_QUESTION}],
                },
                {
                    "model": EXTRACTIVE_MODEL,
                    "messages": [
                        {"role": "user", "content": EXAMPLE_QUESTION},
                        {"role": "assistant", "content": "…"},
                        {"role": "user", "content": "And of victims?"},
                    ],
                    "stream": True,
                    "stream_options": {"include_usage": True},
                },
            ]
        }
    )

    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    messages: Annotated[
        list[Message],
        Field(
            min_length=1,
            max_length=MOST_MESSAGES,
            json_schema_extra={
                "contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}
            },
        ),
    ]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    tools: Annotated[list[Any], Field(max_length=0)] | None = None
    functions: Annotated[list[Any], Field(max_length=0)] | None = None
    response_format: TextFormat | None = None
    modalities: list[Literal["text"]] | None = None
    logprobs: Annotated[Literal[False], BeforeValidator(_boolean)] | None = None
    scope: ScopeRequest = ScopeRequest()
    """Ours: which reports to ask, as in ``/v1/answers``."""

    @field_validator("messages")
    @classmethod
    def _has_a_question(cls, messages: list[Message]) -> list[Message]:
        if not any(isinstance(message, UserMessage) for message in messages):
            raise ValueError("there is no user message, and so no question")
        return messages

    @property
    def asked(self) -> list[str]:
        """Everything that a person asked, oldest first."""
        return [message.text for message in self.messages if isinstance(message, UserMessage)]


class UrlCitation(BaseModel):
    """``content[start_index:end_index]`` is the marker, in code points."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    index: Literal[0] = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens of tiktoken's cl100k_base: of the user's messages, and of the content."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletionBody(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[Choice]
    usage: Usage
    peelback: AnswerBody
    """The whole answer, as ``/v1/answers`` gives it."""


class ModelBody(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelsBody(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelBody]
