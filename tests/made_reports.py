"""Reports made by hand and a small encoder: what the library's tests bring in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np

from index.documents import (
    Action,
    ActionKind,
    DateRange,
    Definition,
    Judgement,
    JudgementBasis,
    Metadata,
    Passage,
    Report,
    ReportKind,
    Section,
    Span,
)
from index.embedding import EmbeddingInput, Embeddings, PassageVectors

RECIPE = "hash-16; passages of 64 tokens"


class HashEmbedder:
    """A bag of words: each word has a fixed direction, a text is their sum made unit length."""

    identity = "hash-16"
    dim = 16
    max_tokens = 256

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def embed_query(self, text: str) -> Embeddings:
        total = np.sum([_direction(word) for word in _words(text)], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[PassageVectors]:
        return [self._vectors(item) for item in inputs]

    def _vectors(self, item: EmbeddingInput) -> PassageVectors:
        if self.count_tokens(item.text) > self.max_tokens:
            raise ValueError(f"longer than {self.max_tokens} tokens: {item.text[:40]!r}")
        sentences = [self.embed_query(span.of(item.text)) for span in item.sentences]
        return PassageVectors(
            passage=self.embed_query(item.text),
            sentences=np.array(sentences, np.float32).reshape(-1, self.dim),
        )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower()) or [""]


@cache
def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(
        hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "little"
    )
    return np.random.default_rng(seed).normal(size=HashEmbedder.dim)


def made_report(report_id: str, sections: Mapping[str, Sequence[str]], **metadata) -> Report:
    """A report of headings and their paragraphs."""
    pieces: list[str] = []
    made: list[Section] = []
    at = 0
    for heading, paragraphs in sections.items():
        text = "\n\n".join((heading, *paragraphs))
        body = min(len(heading) + 2, len(text))
        made.append(Section((heading,), Span(at, at + len(text)), Span(at + body, at + len(text))))
        pieces.append(text)
        at += len(text) + 2
    whole = "\n\n".join(pieces)
    return Report(
        report_id=report_id,
        source=f"{report_id}.txt",
        sha256=hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest(),
        text=whole,
        metadata=Metadata(**{"title": report_id.title(), **metadata}),
        sections=tuple(made),
    )


def passages_of(report: Report) -> tuple[Passage, ...]:
    """A passage a paragraph, a sentence a full stop."""
    return tuple(
        Passage(
            report_id=report.report_id,
            section=number,
            span=span,
            text=span.of(report.text),
            sentences=_spans(r"[^.]+\.?", span, report.text),
        )
        for number, section in enumerate(report.sections)
        for span in _spans(r"[^\n]+", section.body, report.text)
    )


def _spans(pattern: str, within: Span, text: str) -> tuple[Span, ...]:
    found = re.finditer(pattern, within.of(text))
    return tuple(Span(*m.span()).shifted(within.start) for m in found if m[0].strip())


def contents(
    report: Report,
) -> tuple[Report, tuple[Passage, ...], list[PassageVectors]]:
    """What ``Library.add`` takes: the report, its passages and their vectors."""
    passages = passages_of(report)
    inputs = [
        EmbeddingInput(p.text, tuple(s.shifted(-p.span.start) for s in p.sentences))
        for p in passages
    ]
    return report, passages, HashEmbedder().embed_passages(inputs)


HARBOUR = made_report(
    "harbour-2019",
    {
        "Supervision": [
            "Sergeants look at every crime file. They wrote “keep going” on 14 of them.",
            "Body-worn video was used in 54 percent of incidents.",
        ],
        "Training": ["The force trained 16 detectives in 2018/19."],
    },
    bodies=("Harbour Constabulary",),
    cycle="2018/19",
)
MOORLAND = made_report(
    "moorland-2021",
    {"Vulnerability": ["Officers find children who are missing. Most come home the same day."]},
    bodies=("Moorland Police",),
)
FULL = Report(
    report_id="full-2020",
    source="full 2020.pdf",
    sha256="ab" * 32,
    text="Question one\n\nThe force is good — “very” good (VGF). 🙂 It must improve.",
    metadata=Metadata(
        title="A full report",
        kind=ReportKind.PEEL,
        publisher="HMICFRS",
        bodies=("Quay Police", "Quay Council"),
        area="Quay",
        cycle="2018/19",
        pillar="effectiveness",
        theme="crime",
        fieldwork=DateRange(date(2019, 3, 1), date(2019, 3, 15)),
        inspectorates=("HMICFRS", "Ofsted"),
        published=date(2020, 1, 2),
        updated=date(2020, 1, 21),
        url="https://example.org/quay",
        invented=True,
        evidence={"bodies": Span(18, 23)},
    ),
    sections=(Section(("Question one",), Span(0, 71), Span(14, 71), number="1"),),
    judgements=(
        Judgement(
            question="Question one",
            number="1",
            grade="Good",
            basis=JudgementBasis.CARRIED_OVER,
            span=Span(27, 31),
            carried_from="2017",
            basis_span=Span(14, 52),
        ),
    ),
    actions=(Action(ActionKind.AREA_FOR_IMPROVEMENT, 1, 0, Span(55, 71)),),
    definitions=(Definition("VGF", "very good force", Span(35, 52)),),
    page_starts=(0, 55),
)
