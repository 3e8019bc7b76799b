"""Language models in memory that say what a test wants, and an assistant that listens to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.bodies import BodyRegistry
from index.embedding import Embedder
from index.store.library import Library
from rag.language_model.allowance import Allowance, DailyAllowance
from rag.language_model.breaker import Breaker
from rag.language_model.endpoint import LanguageModel
from rag.language_model.prompt import Message
from rag.language_model.writing import Writer
from rag.pipeline import Assistant
from rag.reading import PlainReader
from rag.settings import Settings

_OFFERED = re.compile(r"^\[S(\d+)\] (.*)$", re.MULTILINE)


def offered(messages: Sequence[Message]) -> dict[int, str]:
    """Return the numbered sentences of a prompt."""
    return {int(number): text for number, text in _OFFERED.findall(messages[-1].text)}


class Speaker:
    """Says its lines; raises any exception among them. Keeps what it was given."""

    def __init__(self, *lines: str | Exception) -> None:
        self.lines = lines
        self.given: list[Sequence[Message]] = []

    def pieces(
        self, messages: Sequence[Message], *, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        self.given.append(messages)
        for line in self.lines:
            if isinstance(line, Exception):
                raise line
            yield line

    def close(self) -> None:
        pass


def obedient_reply(prompt: str) -> str:
    """Return all that a model may be brought to say by its prompt, whoever tells it to.

    Each line of the prompt, and each part of one that may be what it is told to
    say, is said as a sentence of its own under every number, and between two
    halves of what it was asked to do.
    """
    sentences = {int(number): text for number, text in _OFFERED.findall(prompt)}
    lines = []
    for text in [*sentences.values(), prompt.rpartition("<question>")[2]]:
        for part in (text, *re.split(r"[:“”\"<>\[\]{}()]", text), text.split()[-1]):
            said = " ".join(part.split()).rstrip(".")
            for number, other in sentences.items():
                lines += [f"{said}. [S{number}]", f"{said} [S{number}].", f"{said}"]
                lines.append(f"{other.rstrip('.')}, says {said}. [S{number}]")
    return "\n".join([*lines, *(f"[S{number}]" for number in sentences)])


class Obedient(Speaker):
    """Does all that its prompt says, and says so."""

    def pieces(
        self, messages: Sequence[Message], *, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        self.given.append(messages)
        yield obedient_reply(messages[-1].text)


def writer_of(
    model: LanguageModel,
    *,
    allowance: Allowance | None = None,
    prompt_tokens: int = 3000,
    answer_tokens: int = 600,
) -> Writer:
    return Writer(
        model=model,
        breaker=Breaker(),
        allowance=allowance or DailyAllowance(10**9),
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
    )


def assistant_with(
    writer: Writer | None, library: Library, embedder: Embedder, settings: Settings
) -> Assistant:
    return Assistant(
        library=library,
        embedder=embedder,
        reader=PlainReader.load(),
        registry=BodyRegistry.load(),
        settings=settings,
        writer=writer,
    )
