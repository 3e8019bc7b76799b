"""A block while its lines are still being gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.readers.blocks import Block, BlockKind
from index.readers.hyphens import Spellings


@dataclass(slots=True)
class Draft:
    """The lines of one block so far, joined, and where they run on to another page."""

    kind: BlockKind
    text: str
    page: int | None = None
    label: str | None = None
    level: int | None = None
    size: float | None = None
    bold: bool = False
    page_breaks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def last_page(self) -> int | None:
        return self.page_breaks[-1][1] if self.page_breaks else self.page

    def run_on(self, line: str, *, page: int | None, spellings: Spellings) -> None:
        """Add a further line; a word broken over a page belongs to the page it began on."""
        joined = spellings.join(self.text, line)
        if page is not None and page != self.last_page:
            first_space = line.find(" ") if joined.endswith(line) else -1
            start = len(joined) - len(line)
            if self.text and joined[start - 1] != " " and first_space > 0:
                start += first_space + 1
            self.page_breaks.append((start, page))
        self.text = joined

    def block(self) -> Block:
        return Block(
            kind=self.kind,
            text=self.text,
            level=self.level,
            size=self.size,
            bold=self.bold,
            label=self.label,
            page=self.page,
            page_breaks=tuple(self.page_breaks),
        )
