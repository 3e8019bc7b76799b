"""What a command costs as a process of its own: time, processor and memory.

A process begins with the peak of the one that started it, so commands are
started by a small one in between: ``python -m benchmarks.processes COMMAND``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
BYTES_PER_MAXRSS = 1 if sys.platform == "darwin" else 1024
MB = 1e6


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu_s`` is user and system time of all threads, ``peak_mb`` the largest resident set."""

    wall_s: float
    cpu_s: float
    peak_mb: float


class FailedCommand(Exception):
    """A command to be measured failed; its time would mean nothing."""


def cost_of(arguments: Sequence[str], *, library: Path) -> Cost:
    """Run ``peelback`` with the arguments to its end and return what it cost.

    Raises:
        FailedCommand: it did not end well; the message has what it said.
    """
    peelback = [sys.executable, "-c", "from api.cli import main; main()", *arguments]
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-m", "benchmarks.processes", *peelback],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PEELBACK_LIBRARY": str(library), "PYTHONPATH": str(ROOT)},
    )
    if done.returncode != 0:
        raise FailedCommand(f"peelback {' '.join(arguments)}: {done.stderr.strip()}")
    return Cost(**json.loads(done.stdout))


def _run(command: Sequence[str]) -> int:
    """Run the command, write its cost as JSON and return its exit code."""
    started = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # our own code
    # Popen.wait would throw away what the process used.
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = used.ru_maxrss * BYTES_PER_MAXRSS / MB
    sys.stdout.write(json.dumps(asdict(Cost(wall, used.ru_utime + used.ru_stime, peak))))
    return process.returncode


if __name__ == "__main__":
    raise SystemExit(_run(sys.argv[1:]))
