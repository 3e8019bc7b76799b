"""Files into the library: what came in, what was there already, what failed and why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import Passage, Report
from index.embedding import Embedder, PassageVectors
from index.errors import PeelbackError, UnreadableReport
from index.library import AddOutcome, HeldSource, Library
from index.passages import embedding_input, split_passages
from index.readers import read_document
from index.structure import parse_report, report_id_of

if TYPE_CHECKING:
    from index.sources import Source

logger = logging.getLogger(__name__)

PASSAGES_AT_ONCE = 64
"""How many passages the encoder is given in one call: enough to fill its batches, few
enough that progress shows and Ctrl-C is heard within a second."""

CHUNKING = 1
"""Goes up when ``split_passages`` or ``embedding_input`` makes something else of a report."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is. Files that are in the library already are not counted.

    ``passages`` is 0 until the report is read. ``outcome`` is given once a
    report, last: it is on the disk then, whatever happens next.
    """

    report_id: str
    source: str
    number: int
    files: int
    passages_done: int = 0
    passages: int = 0
    outcome: AddOutcome | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file that was left out: its bytes are in the library already, under another name."""

    source: str
    report_id: str


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What a run did: ids of reports in the order of the files; ``warnings`` are sentences.

    ``interrupted`` says that Ctrl-C ended the run; what was added before it is in.
    """

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]
    duplicates: tuple[Duplicate, ...]
    failed: tuple[UnreadableReport, ...]
    warnings: tuple[str, ...]
    interrupted: bool


def add_sources(
    paths: Sequence[Path],
    *,
    library: Library,
    embedder: Callable[[], Embedder],
    passage_tokens: int,
    on_progress: Callable[[Progress], None],
) -> IngestSummary:
    """Bring the files at ``paths`` into the library, one transaction a report.

    A file whose bytes are in the library costs its reading and no more;
    ``embedder`` is called when the first new report has been read, never
    otherwise. A file from the same place as before with other bytes replaces
    its report. Another file of the same name comes in beside the first, with a
    number behind its id and a warning; the same bytes under another name are
    left out. A file that cannot be read is collected with its reason.

    Raises:
        EncoderMismatch: the library was built with another encoder or chunking.
        LibraryLocked: another process is writing to the library.
        EncoderError: the encoder cannot be loaded or run.

    """
    run = _Run(library, embedder, passage_tokens, on_progress)
    with library.writing():
        try:
            run.bring_in(run.survey(paths))
        except KeyboardInterrupt:
            run.interrupted = True
    return run.summary()


def recipe_of(embedder: Embedder, passage_tokens: int) -> str:
    """Return what makes vectors and passages of two runs comparable: encoder and chunking."""
    return f"{embedder.identity}; passages of {passage_tokens} tokens (chunking {CHUNKING})"


@dataclass(slots=True)
class _Run:
    """One run over many files, and what it has done so far."""

    library: Library
    make_embedder: Callable[[], Embedder]
    passage_tokens: int
    on_progress: Callable[[Progress], None]
    embedder: Embedder | None = None
    held: dict[str, HeldSource] = field(default_factory=dict)
    outcomes: dict[str, AddOutcome] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    failed: list[UnreadableReport] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    interrupted: bool = False

    def survey(self, paths: Sequence[Path]) -> list[Source]:
        """Return the files that are not in the library yet, having read each once."""
        from index.sources import find_sources

        self.held = {held.report_id: held for held in self.library.sources()}
        new: list[Source] = []
        for source in find_sources(paths):
            if isinstance(source, UnreadableReport):
                self.failed.append(source)
                continue
            try:
                known = self._is_known(source, _read(source))
            except UnreadableReport as error:
                self.failed.append(error)
                continue
            if not known:
                new.append(source)
        return new

    def bring_in(self, sources: Sequence[Source]) -> None:
        for number, source in enumerate(sources, start=1):
            try:
                data = _read(source)
                # A copy of it may have come in earlier in this run.
                if not self._is_known(source, data):
                    self._add(source, data, number=number, files=len(sources))
            except UnreadableReport as error:
                self.failed.append(error)

    def summary(self) -> IngestSummary:
        return IngestSummary(
            added=self._with_outcome(AddOutcome.ADDED),
            replaced=self._with_outcome(AddOutcome.REPLACED),
            unchanged=tuple(self.unchanged),
            duplicates=tuple(self.duplicates),
            failed=tuple(self.failed),
            warnings=tuple(self.warnings),
            interrupted=self.interrupted,
        )

    def _with_outcome(self, wanted: AddOutcome) -> tuple[str, ...]:
        return tuple(name for name, outcome in self.outcomes.items() if outcome is wanted)

    def _is_known(self, source: Source, data: bytes) -> bool:
        sha256 = hashlib.sha256(data).hexdigest()
        same = [held for held in self.held.values() if held.sha256 == sha256]
        if not same:
            return False
        named = [held for held in same if held.source == source.name]
        if named:
            self.unchanged.append(named[0].report_id)
        else:
            self.duplicates.append(Duplicate(source.origin, same[0].report_id))
        return True

    def _add(self, source: Source, data: bytes, *, number: int, files: int) -> None:
        report_id, warning = self._report_id(source)
        self.on_progress(Progress(report_id, source.name, number, files))
        with _faults_reported(source):
            report = parse_report(read_document(source.name, data), report_id=report_id)
        embedder = self._ready_embedder()
        with _faults_reported(source):
            passages = self._passages(report, source, embedder)
            vectors: list[PassageVectors] = []
            for done in range(0, len(passages), PASSAGES_AT_ONCE):
                self.on_progress(
                    Progress(report_id, source.name, number, files, done, len(passages))
                )
                batch = passages[done : done + PASSAGES_AT_ONCE]
                vectors += embedder.embed_passages([embedding_input(report, p) for p in batch])
            outcome = self.library.add(report, passages, vectors, origin=_place(source))
        self._note(report, source, outcome, warning)
        total = len(passages)
        self.on_progress(Progress(report_id, source.name, number, files, total, total, outcome))

    def _note(
        self, report: Report, source: Source, outcome: AddOutcome, warning: str | None
    ) -> None:
        held = HeldSource(report.report_id, report.source, _place(source), report.sha256)
        self.held[report.report_id] = held
        self.outcomes[report.report_id] = outcome
        if warning is not None:
            self.warnings.append(warning)

    def _report_id(self, source: Source) -> tuple[str, str | None]:
        """Return the id for a file with new bytes, and what to say about it."""
        for held in self.held.values():
            if (held.source, held.origin) == (source.name, _place(source)):
                return held.report_id, None
        wanted = report_id_of(source.name)
        if wanted not in self.held:
            return wanted, None
        free = next(name for n in count(2) if (name := f"{wanted}-{n}") not in self.held)
        return free, (
            f"{source.origin}: another file of that name is in the library as {wanted!r}, so this"
            f" one is {free!r}; if it takes the other's place: peelback remove {wanted}"
        )

    def _ready_embedder(self) -> Embedder:
        if self.embedder is None:
            embedder = self.make_embedder()
            self.library.require_recipe(recipe_of(embedder, self.passage_tokens))
            self.embedder = embedder
        return self.embedder

    def _passages(self, report: Report, source: Source, embedder: Embedder) -> tuple[Passage, ...]:
        passages = split_passages(
            report,
            max_tokens=self.passage_tokens,
            fits=lambda text: embedder.count_tokens(text) <= embedder.max_tokens,
        )
        if not passages:
            raise UnreadableReport(source.origin, "there is no text in it to search")
        return passages


def _read(source: Source) -> bytes:
    try:
        return source.read()
    except OSError as error:
        raise UnreadableReport(source.origin, error.strerror or str(error)) from error


def _place(source: Source) -> str:
    """Return where the file is, the same from whatever folder the command is run in."""
    return source.origin if "://" in source.origin else str(Path(source.origin).absolute())


@contextmanager
def _faults_reported(source: Source) -> Iterator[None]:
    """Make one report's unforeseen failure that report's: it must not cost the others."""
    try:
        yield
    except PeelbackError:
        raise
    except Exception as error:
        logger.exception("cannot bring in", extra={"source": source.name})
        raise UnreadableReport(
            source.origin,
            f"it is more than this version can take in ({type(error).__name__}: {error});"
            " please report it",
        ) from error
