"""Imported once by the process that children are forked from: all that a first run loads."""

import tempfile
from pathlib import Path

from tests.adding import add, open_library, write_reports

with tempfile.TemporaryDirectory() as name:
    write_reports(Path(name) / "reports", ["anywhere"], version=0)
    with open_library(Path(name) / "library.db") as library:
        add(library, Path(name) / "reports")
