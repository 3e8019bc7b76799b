"""An answer put into prose, or the reason that it stands in the reports' own words."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from index.store.snapshot import Snapshot
from rag.answers import Answer, SentenceKind
from rag.drafts import Draft
from rag.events import SentenceVerified, sentences_of
from rag.extractive import Claim, Numbering
from rag.language_model.errors import LeftUnasked, NoProse, NothingProven
from rag.verification import UnprovenSentence, prove

NOBODY = ""
"""The account of all who have none."""

NOT_CONFIGURED = "No language model is configured."
NO_ANSWER = "There is no answer to put into prose."
AS_IT_STANDS = "The answer is what the reports list or state, and is given as it stands there."


class Writer(Protocol):
    """Makes sentences of claims: ``rag.language_model.writing``."""

    def write(
        self,
        question: str,
        claims: Sequence[Claim],
        snapshot: Snapshot,
        *,
        account: str,
        cancelled: Callable[[], bool],
    ) -> Iterator[Claim]:
        """Give proven sentences; they hold only if it ends without ``NoProse``."""
        ...

    def close(self) -> None:
        """End what it has going on outside."""
        ...


@dataclass(frozen=True, slots=True)
class Prose:
    """The work of one answer. ``finish`` writes a draft down, and proves it."""

    writer: Writer | None
    question: str
    draft: Draft
    snapshot: Snapshot
    finish: Callable[[Draft], Answer]

    def events(
        self, plain: Answer, *, account: str, cancelled: Callable[[], bool]
    ) -> Generator[SentenceVerified, None, Answer]:
        """Give the sentences as they are proven; return the answer in prose, else ``plain``.

        What has been shown before the prose broke off is not taken back here:
        the answer that follows is what holds.
        """
        said: list[Claim] = []
        shown: list[SentenceVerified] = []
        numbering = Numbering(self.snapshot)
        try:
            for claim in self._proven(account, cancelled):
                said.append(claim)
                shown.append(_event(claim, numbering))
                yield shown[-1]
            self._require_every_side(said)
        except NoProse as reason:
            whole = list(sentences_of(plain))
            if shown == whole[: len(shown)]:
                yield from islice(whole, len(shown), None)
            return replace(plain, degraded=str(reason))
        return self.finish(replace(self.draft, claims=tuple(said)))

    def _proven(self, account: str, cancelled: Callable[[], bool]) -> Iterator[Claim]:
        """Give the facts, as they are, and then what the model makes of the quotes.

        Raises:
            NoProse: there is none; the message says why.
        """
        facts = [claim for claim in self.draft.claims if claim.kind is SentenceKind.FACT]
        quotes = [claim for claim in self.draft.claims if claim.kind is not SentenceKind.FACT]
        if self.writer is None:
            raise LeftUnasked(NOT_CONFIGURED)
        if not self.draft.claims:
            raise LeftUnasked(NO_ANSWER)
        if self.draft.settled or not quotes:
            raise LeftUnasked(AS_IT_STANDS)
        yield from facts
        written = self.writer.write(
            self.question, quotes, self.snapshot, account=account, cancelled=cancelled
        )
        yield from (claim for claim in written if self._is_proven(claim))

    def _is_proven(self, claim: Claim) -> bool:
        """Whether the claim passes the gate that the whole answer has to pass."""
        alone = Numbering(self.snapshot)
        try:
            prove(alone.write(claim), alone.citations, self._text_of)
        except UnprovenSentence:
            return False
        return True

    def _text_of(self, report_id: str) -> str:
        return self.snapshot.report(report_id).text

    def _require_every_side(self, said: Sequence[Claim]) -> None:
        """Check that each side of a comparison that has something to say still has.

        Raises:
            NothingProven: one has been left out.
        """
        cited = {quote.report_id for claim in said for quote in claim.quotes}
        start = 0
        for side in self.draft.sides:
            own = self.draft.claims[start : start + side.claims]
            start += side.claims
            if own and cited.isdisjoint(q.report_id for claim in own for q in claim.quotes):
                raise NothingProven(
                    f"The language model left out what the reports say about {side.name}."
                )


def _event(claim: Claim, numbering: Numbering) -> SentenceVerified:
    numbered = len(numbering.citations)
    sentence = numbering.write(claim)
    return SentenceVerified(sentence, tuple(numbering.citations[numbered:]))
