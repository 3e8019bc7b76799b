"""Report -> passages: paragraphs packed to a token budget inside one section.

A passage is what is searched and cited, so it is always a verbatim slice of the
report. What the encoder is shown for it (where it stands, then the text) is
made by ``embedding_input`` alone and is never kept as the passage's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.documents import Passage, Report, Section, Span
from index.embedding import EmbeddingInput
from index.errors import EncoderError
from index.passages.atoms import Atom, atoms_of, joined_sentences
from index.passages.packing import pack
from index.passages.tokens import exceeds, prefix_within

MIN_PASSAGE_TOKENS = 16
"""A smaller budget would cut most sentences; no sense in offering it."""

HEADER_TOKENS = 48
HEADER_CHARACTERS = 160
"""The header's limits. Encoding time grows with every token, and all-MiniLM-L6-v2 reads 256 word
pieces: 180 for the passage leave room for these even where every character is a piece."""

FEW_TOKENS = 3
"""A body up to this long ("Requires improvement") says nothing without its heading."""

_HEADINGS_SHOWN = 2


def embedding_input(report: Report, passage: Passage) -> EmbeddingInput:
    """Return what the encoder is shown: report label > section path, then the passage.

    The label is the body and cycle, or the title where the report has no body;
    of the path the innermost headings are shown. The sentences are those of the
    passage, moved to where they stand in the shown text.
    """
    section = report.sections[passage.section]
    header = _header(report, section, body_shown=passage.span.start >= section.body.start)
    shift = len(header) - passage.span.start
    return EmbeddingInput(
        text=header + passage.text,
        sentences=tuple(sentence.shifted(shift) for sentence in passage.sentences),
    )


def split_passages(
    report: Report, *, max_tokens: int = 180, fits: Callable[[str], bool]
) -> tuple[Passage, ...]:
    """Return the report's passages in reading order.

    Every non-blank character of a section's body is in exactly one; a section
    whose body is a few words (a grade, nothing) gives its heading with them.
    None crosses a section or takes more than
    ``max_tokens`` (tiktoken), and ``fits`` (does the encoder take this text
    whole?) holds for the embedding input of each. Paragraphs and lists stay
    whole where the budget lets; a list is cut between items, a paragraph between
    sentences, a sentence at white space, a word only where there is none.

    Raises:
        ValueError: ``max_tokens`` is too small to hold any sentence.
        EncoderError: not even one character fits the encoder under its header.

    """
    if max_tokens < MIN_PASSAGE_TOKENS:
        raise ValueError(f"max_tokens must be at least {MIN_PASSAGE_TOKENS}, got {max_tokens!r}")
    return tuple(
        passage
        for number in range(len(report.sections))
        for passage in _SectionSplitter(report, number, max_tokens, fits).passages()
    )


@dataclass(frozen=True, slots=True)
class _SectionSplitter:
    report: Report
    section: int
    max_tokens: int
    fits: Callable[[str], bool]

    def passages(self) -> Iterator[Passage]:
        text, section = self.report.text, self.report.sections[self.section]
        says_little = not exceeds(section.body.of(text), max_tokens=FEW_TOKENS)
        region = section.span if says_little else section.body
        yield from self._packed(list(atoms_of(text, region)), budget=self.max_tokens)

    def _packed(self, atoms: Sequence[Atom], *, budget: int) -> Iterator[Passage]:
        atoms = [piece for atom in atoms for piece in atom.cut(self.report.text, max_tokens=budget)]
        weights, breaks = [a.tokens for a in atoms], [a.opening for a in atoms]
        for group in pack(weights, breaks, budget=budget):
            together = atoms[group.start : group.stop]
            passage = self._passage(together)
            if self._is_within_limits(passage):
                yield passage
            else:
                yield from self._split_further(together, budget=budget * 2 // 3)

    def _split_further(self, atoms: Sequence[Atom], *, budget: int) -> Iterator[Passage]:
        """Yield passages packed with less room, down to single characters: always an end."""
        if budget:
            yield from self._packed(atoms, budget=budget)
        elif len(halves := atoms[0].halved(self.report.text)) == 2:
            yield from self._packed(halves, budget=1)
        else:
            raise EncoderError(
                f"the encoder's limit is too low for report {self.report.report_id!r}: not even "
                f"{atoms[0].span.of(self.report.text)!r} fits below its header; use another model"
            )

    def _passage(self, atoms: Sequence[Atom]) -> Passage:
        span = Span(atoms[0].span.start, atoms[-1].span.end)
        return Passage(
            report_id=self.report.report_id,
            section=self.section,
            span=span,
            text=span.of(self.report.text),
            sentences=joined_sentences(atoms),
        )

    def _is_within_limits(self, passage: Passage) -> bool:
        return not exceeds(passage.text, max_tokens=self.max_tokens) and self.fits(
            embedding_input(self.report, passage).text
        )


def _header(report: Report, section: Section, *, body_shown: bool) -> str:
    """Return "label > heading > heading" and a line break, within the header's limits.

    A passage that is a heading itself has only the headings above it in its header.
    """
    path = section.path if body_shown else section.path[:-1]
    parts = [_label(report), *path[-_HEADINGS_SHOWN:]]
    header = " > ".join(flat for part in parts if (flat := " ".join(part.split())))
    return f"{_clipped(header)}\n" if header else ""


def _label(report: Report) -> str:
    metadata = report.metadata
    if not metadata.bodies:
        return metadata.title
    return ", ".join(filter(None, (metadata.bodies[0], metadata.cycle)))


def _clipped(header: str) -> str:
    within = header[:HEADER_CHARACTERS]
    return within[: prefix_within(within, max_tokens=HEADER_TOKENS)].rstrip()
