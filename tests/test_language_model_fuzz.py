"""Thousands of replies, true, false and mad: no marker dangles, and no quote is not the report's.

The replies are made of what lies about: the offered sentences whole, cut, mixed and altered;
numbers that exist and do not; links, markup and letters nobody sees.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store.snapshot import Snapshot
from rag.answers import Question, SentenceKind
from rag.events import never
from rag.extractive import Claim, compose, verbatim
from rag.language_model.errors import NoProse
from rag.paraphrases import is_plain
from rag.pipeline import Assistant
from rag.verification import prove
from tests.scripted_models import Speaker, writer_of

QUESTIONS = (
    "What did the inspectors say about supervision in Osterfell?",
    "What did the inspectors say about the control room?",
    "Compare sickness in Osterfell Police and Wrenmoor Constabulary",
)
SCRAPS = (
    "[S1]", "[S2]", "[S1][S3]", "[S2, S4]", "[S99]", "[S0]", "[3]", "[]", "[S]", "[S1", "S2]",
    "[S1](http://x.example)", "![a](b)", "<img src=x onerror=y>", "**", "`", "# ", "\n", "\n\n",
    ". ", " not ", " never ", " no ", " only ", " in 2017 ", " 45% ", " twelve ", " £3 million ",
    " Kent Police ", "\u200b", "\u202e", "\U000e0041", "“", "”", "’", "&amp;", "javascript:x",
    " Inspectors found that ", " and ", " the force ", "\x00", "é", "。", "１２", "CANARY",
)  # fmt: skip
REPLIES = 600
FULL_REPLIES = 12_000
MARKER = re.compile(r"\[(\d+)\]")


def mad_reply(chance: random.Random, sentences: Sequence[str]) -> str:
    """Return a reply of one to eight lines, each near enough to a good one to be dangerous."""
    return "\n".join(_line(chance, sentences) for _ in range(chance.randint(1, 8)))


def _line(chance: random.Random, sentences: Sequence[str]) -> str:
    number = chance.randint(1, len(sentences))
    words = sentences[number - 1].split()
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(words) + 1)
        match chance.randrange(5):
            case 0:
                del words[at : at + chance.randint(1, 6)]
            case 1:
                words.insert(at, chance.choice(SCRAPS))
            case 2:
                other = chance.choice(sentences).split()
                words[at:at] = other[: chance.randint(1, len(other))]
            case 3:
                chance.shuffle(words)
            case _:
                words = [re.sub(r"\d", str(chance.randrange(10)), word) for word in words]
        words = words or ["And"]
    ending = chance.choice((f" [S{number}]", f". [S{number}]", f" [S{number}].", "", " [S42]"))
    return " ".join(words)[: chance.choice((40, 400, 4000))] + ending + chance.choice((*SCRAPS, ""))


@dataclass(frozen=True)
class Bench:
    """The quotes of one answer, and the report texts that they stand in."""

    snapshot: Snapshot
    claims: tuple[Claim, ...]

    @property
    def sentences(self) -> list[str]:
        return [claim.text for claim in self.claims]

    def shown(self, pieces: Sequence[str]) -> int:
        """Write by a model that says the pieces; check all that comes of it, return how much."""
        said: list[Claim] = []
        written = writer_of(Speaker(*pieces)).write(
            "What was said?", self.claims, self.snapshot, account="", cancelled=never
        )
        try:
            said.extend(written)
        except NoProse:
            assert not said
        self.check(said)
        return len(said)

    def check(self, said: Sequence[Claim]) -> None:
        written = compose(said, self.snapshot)
        numbers = list(range(1, len(written.citations) + 1))
        assert [citation.number for citation in written.citations] == numbers
        assert {n for sentence in written.sentences for n in sentence.citations} == set(numbers)
        own = "".join(s.text for s in written.sentences if s.kind is SentenceKind.PARAPHRASE)
        assert not MARKER.search(own)
        assert {int(n) for n in MARKER.findall(written.text)} == set(numbers)
        for citation in written.citations:
            report = self.snapshot.report(citation.report_id).text
            assert report[citation.span.start : citation.span.end] == citation.quote
            assert citation.quote in self.sentences
        for sentence in written.sentences:
            cited = [c for c in written.citations if c.number in sentence.citations]
            prove(sentence, cited, lambda report_id: self.snapshot.report(report_id).text)
            assert sentence.kind is SentenceKind.VERBATIM or is_plain(sentence.text)


@pytest.fixture(scope="module")
def benches(sample_assistant: Assistant) -> list[Bench]:
    snapshot = sample_assistant.edition().snapshot
    made = []
    for text in QUESTIONS:
        citations = sample_assistant.answer(Question(text)).citations
        claims = tuple(verbatim(snapshot.report(c.report_id), c.span) for c in citations)
        made.append(Bench(snapshot, claims))
    return made


def mad_replies(benches: Sequence[Bench], *, seed: int, count: int) -> list[int]:
    """Return how many sentences were shown of each of so many mad replies."""
    chance = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    shown = []
    for _ in range(count):
        bench = chance.choice(benches)
        reply = mad_reply(chance, bench.sentences)
        cuts = sorted(chance.randrange(len(reply) + 1) for _ in range(chance.randrange(6)))
        starts, ends = [0, *cuts], [*cuts, len(reply)]
        shown.append(bench.shown([reply[i:j] for i, j in zip(starts, ends, strict=True)]))
    return shown


def test_mad_replies_show_only_what_the_reports_say(benches):
    shown = mad_replies(benches, seed=1, count=REPLIES)
    # Both ways out are taken often, or the replies would show nothing of the checks.
    assert sum(1 for count in shown if count) > REPLIES / 10
    assert sum(1 for count in shown if not count) > REPLIES / 10


@pytest.mark.full
def test_twelve_thousand_mad_replies_show_only_what_the_reports_say(benches):
    mad_replies(benches, seed=2, count=FULL_REPLIES)


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_at_all_shows_only_what_the_reports_say(benches, pieces):
    benches[0].shown(pieces)


@given(st.lists(st.sampled_from(SCRAPS), max_size=40), st.integers(0, 2))
def test_any_order_of_the_marks_shows_only_what_the_reports_say(benches, scraps, which):
    benches[which].shown(scraps)
