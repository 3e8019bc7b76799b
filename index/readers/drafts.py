"""A block while its lines are still being gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.readers.blocks import Block, BlockKind
from index.readers.hyphens import LINE_END_HYPHEN, SOFT_HYPHEN, Spellings

TAIL_CHARS = 100


@dataclass(slots=True)
class Draft:
    """The lines of one block so far, and where they run on to another page.

    The lines are put together at the end only: a block may be a whole file.
    """

    kind: BlockKind
    parts: list[str]
    page: int | None = None
    label: str | None = None
    level: int | None = None
    size: float | None = None
    bold: bool = False
    page_breaks: list[tuple[int, int]] = field(default_factory=list)
    _length: int = 0

    def __post_init__(self) -> None:
        self._length = sum(map(len, self.parts))

    @property
    def text(self) -> str:
        """The text so far; a mark of a word's end that no line followed is settled."""
        return "".join(self.parts).replace(LINE_END_HYPHEN, "-").replace(SOFT_HYPHEN, "")

    @property
    def tail(self) -> str:
        """The end of the text so far, long enough to see how it ends."""
        return "".join(self.parts[-2:])[-TAIL_CHARS:]

    @property
    def is_empty(self) -> bool:
        return self._length == 0

    @property
    def last_page(self) -> int | None:
        return self.page_breaks[-1][1] if self.page_breaks else self.page

    def run_on(self, line: str, *, page: int | None, spellings: Spellings) -> None:
        """Add a further line; a word broken over a page belongs to the page it began on."""
        kept, joint = spellings.joint(self.parts[-1], line)
        self._length += len(kept) - len(self.parts[-1])
        self.parts[-1] = kept
        if page is not None and page != self.last_page:
            rest_of_word = 0 if joint == " " or not self._length else line.find(" ") + 1
            self.page_breaks.append((self._length + len(joint) + rest_of_word, page))
        self.parts.append(joint + line)
        self._length += len(joint) + len(line)

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
