"""JSON and JSON Lines as runs keep them: UTF-8, one newline, the same bytes everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_lines(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    write_text(path, "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values))


def write_pretty(path: Path, value: Mapping[str, Any]) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
