"""Libraries of each size in each system, made once and kept under ``build/bench``.

Peelback encodes the passages; the others are given its vectors as if they had
encoded the texts themselves (the two differ by less than a thousandth in
cosine), since to encode 10,000 passages in each of nine variants takes an hour
and measures the same encoder nine times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.passages import made_passages
from benchmarks.systems import PEELBACK, Driver, System

KEPT = ROOT / "build" / "bench"
MADE_BY = "passages.py, 1"
"""Raise the number when the same reports give other passages."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Passages, and where every system keeps them."""

    folder: Path
    texts: list[str]

    def of(self, system: System) -> Path:
        return self.folder / system.key


def kept_passages(reports: Sequence[Path], count: int, *, within: Path = KEPT) -> Stores:
    """Return the passages made of the reports; where they were made before, those."""
    listed = [f"{path.resolve()}:{path.stat().st_mtime_ns}" for path in reports]
    digest = hashlib.sha256("\n".join([*listed, MADE_BY]).encode()).hexdigest()[:12]
    folder = within / f"{count}-{digest}"
    file = folder / "passages.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made_passages(reports, count)), encoding="utf-8")
    return Stores(folder, json.loads(file.read_text(encoding="utf-8")))


def fill(stores: Stores, systems: Mapping[System, Path]) -> None:
    """Fill the store of every system that has none of these passages yet; not measured."""
    vectors = stores.folder / "vectors.npy"
    for system in sorted(systems, key=lambda each: not each.is_ours):
        done = stores.folder / f".{system.key}"
        if done.exists():
            continue
        texts, folder = str(stores.folder / "passages.json"), str(stores.of(system))
        with Driver(system, systems[system]) as driver:
            driver.do("create", folder=folder)
            driver.do("fill", texts=texts, vectors=str(vectors))
            driver.do("save", folder=folder)
            if system == PEELBACK:
                driver.do("vectors", file=str(vectors))
        done.touch()


def size_mb(folder: Path) -> float:
    """Return what the files in a folder take on the disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
