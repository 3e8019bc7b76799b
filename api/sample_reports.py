"""The three invented reports that ship with the project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path


@contextmanager
def sample_folder() -> Iterator[Path]:
    """Lend the folder of the sample reports, also where the package is a zip file."""
    with as_file(files("api") / "samples") as folder:
        yield folder
