"""The machine that figures were measured on, in words."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from eval.tables import Table

GB = 1e9


def machine_table(*, load_before: float) -> Table:
    """Return what it is; ``load_before`` is the load average when the measuring began.

    Above nothing, a load average is other people's work: it makes wall times
    longer, and CPU times hardly.
    """
    rows = (
        ("processor", cpu_model()),
        ("cores for this process", str(available_cores())),
        ("memory", f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / GB:.0f} GB"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        ("load before, over one minute", f"{load_before:.1f}"),
    )
    return Table("Machine", ("part", "is"), rows, figures_from=2)


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name as Linux gives it, else as Python does."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def available_cores() -> int:
    """Return how many cores the process may use, not how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
