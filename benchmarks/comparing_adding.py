"""Passages brought in a second, beside the other systems."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2

from benchmarks.parts import Bars, Part, at_least
from benchmarks.spread import spread
from benchmarks.stores import KEPT, fill, kept_passages
from benchmarks.systems import Driver, System
from eval.tables import Table
from index.ingest.sources import Source, find_sources

TIMES_THE_BEST = 4.5
WARM_UP = 16
"""Passages that every encoder has seen before the clock runs."""

PDF_SEED = 7


def compare_adding(
    reports: Sequence[Path],
    systems: Mapping[System, Path],
    *,
    into: int,
    rounds: int,
    each: int,
    kept: Path = KEPT,
) -> Part:
    """Return what instalments cost into a library of ``into`` passages, systems taking turns.

    Peelback's are on the disk when the clock stops; the others' are in memory.
    """
    texts = kept_passages(reports, into + rounds * each, within=kept).texts[into:]
    adding = {system: python for system, python in systems.items() if system.adds}
    rates = _Rates(adding)
    with _started(adding, reports, into, kept) as drivers:
        for at in range(0, len(texts), each):
            for driver in drivers:
                rates.note(driver, each, driver.do("add", texts=texts[at : at + each]))
    library = f"a library of {into:,}" if into else "an empty library"
    what = f"{len(texts):,} passages into {library}"
    return _part(f"adding-{into + len(texts)}", what, "passages", rates)


def compare_reading(
    reports: Sequence[Path],
    systems: Mapping[System, Path],
    *,
    rounds: int,
    files: int,
    kept: Path = KEPT,
) -> Part:
    """Return how many pages of PDF a second come in, reading and splitting included.

    Each round has other files, ``files`` of them, each into an empty library.
    A page makes more passages in one system than in another: pages are what all
    have the same of. Nothing where the reports hold too few PDFs.
    """
    found = [str(path) for path in _pdfs(reports)]
    random.Random(PDF_SEED).shuffle(found)  # noqa: S311 - not for secrets
    reading = {each: python for each, python in systems.items() if each.adds and each.reads_pdf}
    rounds = min(rounds, len(found) // files)
    rates = _Rates(reading)
    made = {system.name: 0 for system in reading}
    if not rounds:
        return Part(notes=["No PDFs among the reports, so reading them was not measured."])
    with TemporaryDirectory() as folder, _started(reading, reports, 0, kept) as drivers:
        for number in range(rounds):
            batch = found[number * files : (number + 1) * files]
            pages = sum(map(_pages, batch))
            for driver in drivers:
                driver.do("create", folder=str(Path(folder) / f"{driver.system.key}-{number}"))
                answer = driver.do("add_files", files=batch)
                rates.note(driver, pages, answer)
                made[driver.system.name] += answer["passages"]
    what = f"{rounds * files} PDFs, reading and splitting included"
    part = _part("adding-pdfs", what, "pages", rates)
    counts = ", ".join(f"{name} {count:,}" for name, count in made.items())
    return Part(part.tables, part.bars, part.targets, [f"Passages made of them: {counts}."])


class _Rates:
    """What each system brought in a second of the clock, and a second of the processor."""

    def __init__(self, adding: Iterable[System]) -> None:
        self.wall: dict[str, list[float]] = {system.name: [] for system in adding}
        self.cpu: dict[str, list[float]] = {name: [] for name in self.wall}

    def note(self, driver: Driver, count: int, cost: Mapping[str, float]) -> None:
        self.wall[driver.system.name].append(count / cost["seconds"])
        self.cpu[driver.system.name].append(count / cost["cpu_s"])


def _part(file: str, what: str, unit: str, rates: _Rates) -> Part:
    rows = tuple(
        (name, spread(values, digits=1), spread(rates.cpu[name], digits=1))
        for name, values in rates.wall.items()
    )
    return Part(
        tables=[Table(f"Adding {what}", ("system", f"{unit}/s", f"{unit}/CPU s"), rows)],
        bars=[Bars(file, f"Adding {what}", f"{unit} a second", rates.wall)],
        targets=at_least(f"adding {what}", rates.wall, times=TIMES_THE_BEST, unit=f"{unit}/s"),
    )


@contextmanager
def _started(
    adding: Mapping[System, Path], reports: Sequence[Path], into: int, kept: Path
) -> Iterator[list[Driver]]:
    """Lend a driver a system, its encoder warm, with ``into`` passages in its library."""
    warm_up = [f"{text} Once more." for text in kept_passages(reports, WARM_UP, within=kept).texts]
    with TemporaryDirectory() as folder, ExitStack() as stack:
        drivers = [stack.enter_context(Driver(each, adding[each])) for each in adding]
        for driver in drivers:
            place = Path(folder) / driver.system.key
            driver.do("create", folder=f"{place}-warm")
            driver.do("add", texts=warm_up)
            driver.do("create", folder=str(place))
            if into:
                stores = kept_passages(reports, into, within=kept)
                fill(stores, adding)
                shutil.copytree(stores.of(driver.system), place, dirs_exist_ok=True)
                driver.do("open", folder=str(place))
        yield drivers


def _pdfs(reports: Sequence[Path]) -> list[Path]:
    """Return the PDFs among the reports that lie on the disk as they are, not in an archive."""
    sources = (each for each in find_sources(reports) if isinstance(each, Source))
    paths = (Path(source.origin) for source in sources)
    return sorted(path for path in paths if path.suffix.lower() == ".pdf" and path.is_file())


def _pages(file: str) -> int:
    with closing(pypdfium2.PdfDocument(file)) as document:
        return len(document)
