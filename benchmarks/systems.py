"""The systems that are compared, each driven in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import REQUIREMENTS, ROOT, peer_python
from benchmarks.processes import FailedCommand
from eval.tables import Table

OURS = "peelback"


@dataclass(frozen=True, slots=True)
class System:
    """``adds`` marks the variant whose adding is timed: a peer's variants encode alike."""

    peer: str
    variant: str
    name: str
    adds: bool = False
    reads_pdf: bool = True

    @property
    def key(self) -> str:
        return f"{self.peer}-{self.variant}"

    @property
    def is_ours(self) -> bool:
        return self.peer == OURS


PEELBACK = System(OURS, "default", "Peelback", adds=True)
PEERS = (
    System("llamaindex", "default", "LlamaIndex"),
    System("llamaindex", "faiss", "LlamaIndex, FAISS", adds=True),
    System("llamaindex", "hybrid", "LlamaIndex, hybrid"),
    System("langchain", "faiss", "LangChain, FAISS", adds=True),
    System("langchain", "hybrid", "LangChain, hybrid"),
    System("haystack", "default", "Haystack", adds=True),
    System("haystack", "hybrid", "Haystack, hybrid"),
    System("txtai", "default", "txtai", adds=True, reads_pdf=False),
    System("txtai", "hybrid", "txtai, hybrid", reads_pdf=False),
)


def systems(*, install: bool) -> dict[System, Path]:
    """Return what can be measured here, Peelback first, and the Python that runs it."""
    pythons = {
        peer: peer_python(peer, install=install)
        for peer in dict.fromkeys(each.peer for each in PEERS)
    }
    found = {each: python for each in PEERS if (python := pythons[each.peer]) is not None}
    return {PEELBACK: Path(sys.executable), **found}


class Driver:
    """A system at work. A context manager: it ends with the block."""

    def __init__(self, system: System, python: Path) -> None:
        self.system = system
        self._process = subprocess.Popen(  # noqa: S603  # our own scripts
            command_of(system, python),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment_of(system),
        )

    def do(self, order: str, **details: object) -> dict[str, Any]:
        """Have the order carried out and return its answer.

        Raises:
            FailedCommand: the driver ended instead of answering.
        """
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps({"do": order, **details}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise FailedCommand(
                f"the driver of {self.system.name} ended at {order!r}; to see why, give it "
                f"the order yourself: {' '.join(command_of(self.system, Path('python')))}"
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        # Closes its input, which ends it, waits for that, and closes its output.
        self._process.__exit__(None, None, None)


def command_of(system: System, python: Path) -> Sequence[str]:
    return [str(python), str(REQUIREMENTS / f"drive_{system.peer}.py"), system.variant]


def environment_of(system: System) -> dict[str, str]:
    """Return the environment of its process: no network, and ours alone sees the checkout."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}
    return {**environment, "PYTHONPATH": str(ROOT) if system.is_ours else ""}


def versions_table(systems: Mapping[System, Path]) -> Table:
    """Return the releases that were measured, as the packages give them."""
    rows = []
    for system, python in {each.peer: (each, systems[each]) for each in systems}.values():
        with Driver(system, python) as driver:
            released = driver.do("versions")
        named = ", ".join(f"{name} {version}" for name, version in released.items())
        rows.append((system.name.partition(",")[0], named))
    return Table("Versions", ("system", "packages"), tuple(rows), figures_from=2)
