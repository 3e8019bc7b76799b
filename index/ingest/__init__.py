"""Files into the library: what came in, what was there already, what failed and why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from index.documents import Metadata, Passage, Report
from index.embedding import Embedder, PassageVectors
from index.errors import NoText, PeelbackError, UnreadableReport
from index.ingest.ahead import one_ahead
from index.ingest.held_sources import HeldSources
from index.ingest.sources import Source, find_sources
from index.passages import embedding_input, split_passages
from index.readers import read_document
from index.store.library import AddOutcome, HeldSource, Library
from index.store.recipes import recipe_of as recipe_of
from index.structure import parse_report, report_id_of

logger = logging.getLogger(__name__)

PASSAGES_AT_ONCE = 64
"""How many passages the encoder is given in one call: enough to fill its batches, few
enough that progress shows and Ctrl-C is heard within a second."""


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
    fetched: Iterable[Source | UnreadableReport] = (),
) -> IngestSummary:
    """Bring the files at ``paths`` into the library, one transaction a report; then ``fetched``.

    While the encoder has one report, a second thread reads, parses and splits
    the next; ``embedder`` is called from there, ``on_progress`` never is.
    A file whose bytes are in the library costs its reading and no more;
    ``embedder`` is called when the first new report has been read, never
    otherwise. A file from the same place as before with other bytes replaces
    its report. Another file of the same name comes in beside the first, with a
    number behind its id and a warning; the same bytes under another name are
    left out; if a report stands that was made from what that file held before,
    a warning names it. A file that cannot be read is collected with its reason.

    Raises:
        EncoderMismatch: the library was built with another encoder or chunking.
        LibraryLocked: another process is writing to the library.
        EncoderError: the encoder cannot be loaded or run.

    """
    with library.writing():
        held = HeldSources(library.sources())
        run = _Run(library, embedder, passage_tokens, on_progress, held)
        try:
            run.bring_in(run.survey(chain(find_sources(paths), fetched)))
        except KeyboardInterrupt:
            run.note_interruption()
    return run.summary()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report and its passages: all that the encoder needs."""

    report: Report
    passages: tuple[Passage, ...]

    def named(self, report_id: str) -> Prepared:
        """Return the same under the id that the library has for it."""
        if report_id == self.report.report_id:
            return self
        return Prepared(
            replace(self.report, report_id=report_id),
            tuple(replace(passage, report_id=report_id) for passage in self.passages),
        )


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A file with the bytes of ``report_id``, where ``before`` was made from others."""

    source: Source
    before: HeldSource
    report_id: str


@dataclass(slots=True)
class _Run:
    """One run over many files, and what it has done so far."""

    library: Library
    make_embedder: Callable[[], Embedder]
    passage_tokens: int
    on_progress: Callable[[Progress], None]
    held: HeldSources
    embedder: Embedder | None = None
    outcomes: dict[str, AddOutcome] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    failed: list[UnreadableReport] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    overwritten: list[Overwritten] = field(default_factory=list)
    interrupted: bool = False

    def survey(self, sources: Iterable[Source | UnreadableReport]) -> list[Source]:
        """Return the files that are not in the library yet, having read each once."""
        new: list[Source] = []
        for source in sources:
            if isinstance(source, UnreadableReport):
                self.failed.append(source)
                continue
            try:
                sha256 = hashlib.sha256(source.read()).hexdigest()
                self.seen.add(sha256)
                if not self._is_held(source, sha256):
                    new.append(source)
            except UnreadableReport as error:
                self.failed.append(error)
        return new

    def bring_in(self, sources: Sequence[Source]) -> None:
        with one_ahead(self._prepared, sources) as prepared:
            for number, (source, ready) in enumerate(prepared, start=1):
                try:
                    self._add(source, ready, number=number, files=len(sources))
                except UnreadableReport as error:
                    self.failed.append(error)

    def note_interruption(self) -> None:
        """Take note of a report that was on the disk when Ctrl-C was heard, a moment later."""
        self.interrupted = True
        for held in self.library.sources():
            before = self.held.get(held.report_id)
            if before is None or before.sha256 != held.sha256:
                outcome = AddOutcome.REPLACED if before else AddOutcome.ADDED
                self.outcomes[held.report_id] = outcome

    def summary(self) -> IngestSummary:
        return IngestSummary(
            added=self._with_outcome(AddOutcome.ADDED),
            replaced=self._with_outcome(AddOutcome.REPLACED),
            unchanged=tuple(self.unchanged),
            duplicates=tuple(self.duplicates),
            failed=tuple(self.failed),
            warnings=(*self.warnings, *self._left_standing()),
            interrupted=self.interrupted,
        )

    def _with_outcome(self, wanted: AddOutcome) -> tuple[str, ...]:
        return tuple(name for name, outcome in self.outcomes.items() if outcome is wanted)

    def _is_held(self, source: Source, sha256: str) -> bool:
        held = self.held.with_bytes(sha256, name=source.name)
        if held is None:
            return False
        if held.source == source.name:
            self.unchanged.append(held.report_id)
        else:
            self.duplicates.append(Duplicate(source.origin, held.report_id))
        before = self.held.at(source.name, origin=_place(source))
        if before is not None and before.sha256 != sha256:
            self.overwritten.append(Overwritten(source, before, held.report_id))
        return True

    def _left_standing(self) -> Iterator[str]:
        """Yield a warning for each report whose file holds another report's bytes now."""
        for one in self.overwritten:
            # What it held before may only have moved to another of the files.
            if one.before.sha256 not in self.seen:
                yield (
                    f"{one.source.origin}: it holds the same as {one.report_id!r} now, and"
                    f" {one.before.report_id!r}, made from what it held before, is still in the"
                    f" library; to take it out: peelback remove {one.before.report_id}"
                )

    def _prepared(self, source: Source) -> Prepared:
        """Return the file as a report and its passages, under the id of its name."""
        data = source.read()
        with _faults_reported(source):
            document = read_document(source.name, data)
            report = parse_report(document, report_id=report_id_of(source.name))
            if source.url is not None:
                report = replace(report, metadata=_published_at(source.url, report.metadata))
        embedder = self._ready_embedder()
        with _faults_reported(source):
            return Prepared(report, self._passages(report, source, embedder))

    def _add(
        self, source: Source, prepared: Callable[[], Prepared], *, number: int, files: int
    ) -> None:
        place = _place(source)
        report_id = self.held.report_id(source.name, origin=place)
        progress = Progress(report_id, source.name, number, files)
        self.on_progress(progress)
        ready = prepared().named(report_id)
        # A copy of it may have come in earlier in this run.
        if self._is_held(source, ready.report.sha256):
            return
        with _faults_reported(source):
            progress = replace(progress, passages=len(ready.passages))
            vectors = self._vectors(ready, progress)
            outcome = self.library.add(ready.report, ready.passages, vectors, origin=place)
        self._note(ready.report, source, outcome)
        self.on_progress(replace(progress, passages_done=progress.passages, outcome=outcome))

    def _note(self, report: Report, source: Source, outcome: AddOutcome) -> None:
        held = HeldSource(report.report_id, report.source, _place(source), report.sha256)
        self.held.put(held)
        self.outcomes[report.report_id] = outcome
        first = report_id_of(source.name)
        if outcome is AddOutcome.ADDED and first != report.report_id:
            self.warnings.append(
                f"{source.origin}: another file of that name is in the library as {first!r}, so"
                f" this one is {report.report_id!r}; if it takes the other's place:"
                f" peelback remove {first}"
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
            raise NoText(source.origin, "there is no text in it to search")
        return passages

    def _vectors(self, ready: Prepared, progress: Progress) -> list[PassageVectors]:
        embedder = self._ready_embedder()
        vectors: list[PassageVectors] = []
        for done in range(0, len(ready.passages), PASSAGES_AT_ONCE):
            self.on_progress(replace(progress, passages_done=done))
            batch = ready.passages[done : done + PASSAGES_AT_ONCE]
            vectors += embedder.embed_passages([embedding_input(ready.report, p) for p in batch])
        return vectors


def _published_at(url: str, metadata: Metadata) -> Metadata:
    """Return the metadata with the address that the report came from, whatever it says itself."""
    evidence = {name: span for name, span in metadata.evidence.items() if name != "url"}
    return replace(metadata, url=url, evidence=MappingProxyType(evidence))


def _place(source: Source) -> str:
    """Return where the file is, the same from whatever folder the command is run in."""
    return source.origin if "://" in source.origin else str(Path(source.origin).resolve())


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
