"""Claims to claims: what the model makes of the quotes, sentence by sentence, proven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.store.snapshot import Snapshot
from rag.answers import SentenceKind
from rag.extractive import Claim, place_of
from rag.language_model.allowance import Allowance
from rag.language_model.breaker import Breaker
from rag.language_model.endpoint import LanguageModel
from rag.language_model.errors import (
    AllowanceSpent,
    EndpointFault,
    LeftUnasked,
    NothingProven,
)
from rag.language_model.instructions import talks_to_a_model
from rag.language_model.prompt import Prompt, make_prompt
from rag.language_model.replies import Unit, UnitReader
from rag.paraphrases import Source, is_plain, resting_on, why_unsupported

_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")

NOTHING_TO_WRITE = "No quote of this answer could be given to the language model within its limit."


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes by a model behind a breaker, within an allowance; tokens as in the settings."""

    model: LanguageModel
    breaker: Breaker
    allowance: Allowance
    prompt_tokens: int
    answer_tokens: int

    def write(
        self,
        question: str,
        claims: Sequence[Claim],
        snapshot: Snapshot,
        *,
        account: str,
        cancelled: Callable[[], bool],
    ) -> Iterator[Claim]:
        """Give proven sentences as the model says them, each resting on quotes of the claims.

        They hold only if the iterator ends: a reply that breaks off is none.

        Raises:
            NoProse: there is none; the message says why.
            Cancelled: nobody waits for it any more.
        """
        prompt = _prompt(question, claims, snapshot, max_tokens=self.prompt_tokens)
        self.breaker.enter()
        try:
            self._charge(account, prompt)
            said: set[str] = set()
            for unit in self._units(prompt, cancelled):
                for claim in _proven(unit, prompt.offered, snapshot):
                    if claim.text not in said:
                        said.add(claim.text)
                        yield claim
        except EndpointFault:
            self.breaker.failed()
            raise
        except BaseException:
            self.breaker.left_off()
            raise
        self.breaker.succeeded()
        if not said:
            raise NothingProven("The quotes prove nothing of what the language model wrote.")

    def close(self) -> None:
        self.model.close()

    def _charge(self, account: str, prompt: Prompt) -> None:
        if not self.allowance.take(account, prompt.tokens + self.answer_tokens):
            raise AllowanceSpent("The language model has been used as much as today allows.")

    def _units(self, prompt: Prompt, cancelled: Callable[[], bool]) -> Iterator[Unit]:
        reader = UnitReader()
        for piece in self.model.pieces(prompt.messages, cancelled=cancelled):
            yield from reader.take(piece)
        yield from reader.rest()


def _prompt(
    question: str, claims: Sequence[Claim], snapshot: Snapshot, *, max_tokens: int
) -> Prompt:
    offered = [
        (place_of(snapshot, claim), claim) for claim in claims if not talks_to_a_model(claim.text)
    ]
    prompt = make_prompt(question, offered, max_tokens=max_tokens)
    if not prompt.offered:
        raise LeftUnasked(NOTHING_TO_WRITE)
    return prompt


def _proven(unit: Unit, offered: Sequence[Claim], snapshot: Snapshot) -> Iterator[Claim]:
    """Give the unit's claims: its quotes, or those of its sentences that they prove.

    A number that was not offered spoils the unit: what rests on nothing is out.
    """
    if not unit.numbers or not all(1 <= number <= len(offered) for number in unit.numbers):
        return
    cited = [offered[number - 1] for number in unit.numbers]
    if not unit.sentences:
        yield from cited
        return
    # A link or markup beside a sentence makes that sentence suspect as well.
    if not all(map(is_plain, unit.sentences)):
        return
    # What two reports say may be true of each, and not of one as of the other.
    if len({claim.quotes[0].report_id for claim in cited}) > 1:
        return
    for sentence in unit.sentences:
        if (claim := _paraphrase(sentence, cited, snapshot)) is not None:
            yield claim


def _paraphrase(text: str, cited: Sequence[Claim], snapshot: Snapshot) -> Claim | None:
    report = snapshot.report(cited[0].quotes[0].report_id)
    names = report.metadata.bodies[:1]
    sources = [Source(claim.text, names) for claim in cited]
    used = resting_on(text, sources)
    for at in used:
        if text == cited[at].text:
            return cited[at]
    # What an earlier inspection found reads as today's without the words that say so.
    quotes = tuple(quote for at in used for quote in cited[at].quotes)
    if any(quote.note is not None for quote in quotes):
        return None
    # A word in capitals that no report explains is a code, and may only be quoted.
    known = {definition.acronym for definition in report.definitions}
    if not known.issuperset(_CAPITALS.findall(text)):
        return None
    if why_unsupported(text, [sources[at] for at in used]) is not None:
        return None
    return Claim(text=text, kind=SentenceKind.PARAPHRASE, quotes=quotes, score=cited[0].score)
