"""What was measured, kept between runs and written into docs/performance.md with its charts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from benchmarks.charts import chart
from benchmarks.parts import Part, targets_table
from eval.tables import Table, markdown

BEGIN, END = "<!-- measured: make bench writes from here -->", "<!-- to here -->"


def kept_parts(file: Path) -> dict[str, Part]:
    """Return what earlier runs found, by the part's name; nothing where there was none."""
    if not file.exists():
        return {}
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Part])


def keep(file: Path, parts: Mapping[str, Part]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(parts), indent=1))


def write_page(page: Path, images: Path, parts: Mapping[str, Part]) -> None:
    """Replace the measured part of the page and the charts beside it."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    images.mkdir(parents=True, exist_ok=True)
    for bars in (bars for part in parts.values() for bars in part.bars):
        (images / f"{bars.file}.svg").write_text(chart(bars), encoding="utf-8")
    measured = page_of(parts, images=images.name)
    page.write_text(f"{before}{BEGIN}\n\n{measured}\n{END}{after}", encoding="utf-8")


def page_of(parts: Mapping[str, Part], *, images: str) -> str:
    """Return the parts as Markdown: the targets first, then each part's charts and tables."""
    targets = [target for part in parts.values() for target in part.targets]
    pieces = [_section(targets_table(targets))] if targets else []
    for part in parts.values():
        pieces += [f"![{bars.title}]({images}/{bars.file}.svg)\n" for bars in part.bars]
        pieces += [_section(table) for table in part.tables]
        pieces += [f"{note}\n" for note in part.notes]
    return "\n".join(pieces)


def _section(table: Table) -> str:
    return f"#{markdown(table)}"
