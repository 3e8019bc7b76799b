"""What a report asks for: its lists of areas for improvement, recommendations and the like.

A list is what stands under a heading that announces one. A case study about an
area for improvement is a story, not a list, and has no actions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Action, ActionKind, Span
from index.readers.blocks import BlockKind
from index.structure.announcements import Announcement, announcement, asks
from index.structure.canonical import PlacedBlock, introduces_list
from index.structure.headings import is_study
from index.structure.outline import OutlinedSection

_ASKS = re.compile(r"\brecommend|\bshould\b|\bmust\b|\bneeds?\s+to\b", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"we\s+set\s+out\s+(?:our\s+)?(?:detailed\s+)?findings|what\s+we\s+found\s+is\s+set\s+out"
    r"|(?:our\s+)?(?:detailed\s+)?findings\s+are\s+set\s+out",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:areas|causes|recommendations|actions)\b|\(s\)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class _Item:
    kind: ActionKind
    span: Span


def find_actions(sections: Sequence[OutlinedSection]) -> tuple[Action, ...]:
    """Return the actions in reading order, numbered from 1 within their kind."""
    counts: Counter[ActionKind] = Counter()
    titles = Counter(part.title for part in sections)
    actions: list[Action] = []
    for at, part in enumerate(sections):
        announced = _announced(part)
        if announced is None or not (_has_words(part) or titles[part.title] == 1):
            continue
        for item in _items(part, announced):
            counts[item.kind] += 1
            actions.append(Action(item.kind, counts[item.kind], at, item.span))
    return tuple(actions)


def _announced(part: OutlinedSection) -> Announcement | None:
    """Return what the section's heading, or the nearest above it, announces."""
    for title in reversed(part.section.path):
        if is_study(title):
            return None
        if found := announcement(title):
            return found
    return None


def _has_words(part: OutlinedSection) -> bool:
    """Return whether there is more than a page number: contents lists name these headings, too."""
    return any(_WORDS.search(item.text) for item in part.blocks)


def _items(part: OutlinedSection, announced: Announcement) -> Iterator[_Item]:
    listed = list(_below_heading(part, announced)) if _has_words(part) else []
    wish = _wish(part, announced)
    if wish is None or (part.blocks and not _has_words(part)):
        yield from listed
    elif announced.kind is ActionKind.CAUSE_OF_CONCERN and len(listed) > 1:
        # The cause is in the heading, with what is said of it; the rest is what should be done.
        own = listed[0].kind is announced.kind
        yield _Item(announced.kind, Span(wish.start, listed[0].span.end if own else wish.end))
        yield from listed[own:]
    else:
        end = max((item.span.end for item in listed), default=wish.end)
        yield _Item(announced.kind, Span(wish.start, end))


def _wish(part: OutlinedSection, announced: Announcement) -> Span | None:
    """Return the words of the section's own heading that say what should be done."""
    if part.title is None or part.heading_span is None:
        return None
    own, end = announcement(part.title), part.heading_span.end
    if own is not None:
        return None if own.wish is None else Span(end - len(part.title) + own.wish, end)
    if announced.kind is ActionKind.NEEDS_TO_IMPROVE or not asks(part.title):
        return None
    return part.heading_span


def _below_heading(part: OutlinedSection, announced: Announcement) -> Iterator[_Item]:
    kind = announced.kind
    blocks = [item for item in part.blocks if item.kind is not BlockKind.FOOTNOTE]
    first = next((item for item in blocks if _is_listed(item)), None)
    if first is None:
        yield from (_Item(kind, span) for span in _plain(blocks, kind, title=announced.label))
    elif first.kind is BlockKind.BULLET:
        yield from _bulleted(_before_numbers(blocks), kind)
    else:
        yield from (_Item(kind, span) for span in _numbered(blocks))


def _is_listed(item: PlacedBlock) -> bool:
    return item.kind is BlockKind.BULLET or (
        item.kind is BlockKind.PARAGRAPH and bool(item.block.label)
    )


def _before_numbers(blocks: Sequence[PlacedBlock]) -> Sequence[PlacedBlock]:
    """Return the blocks before the first numbered paragraph: those are findings, not the list's."""
    for at, item in enumerate(blocks):
        if item.kind is BlockKind.PARAGRAPH and item.block.label:
            return blocks[:at]
    return blocks


def _numbered(blocks: Sequence[PlacedBlock]) -> list[Span]:
    """Return each numbered paragraph with the bullets below it."""
    spans: list[Span] = []
    for item in blocks:
        if item.kind is BlockKind.PARAGRAPH and item.block.label:
            spans.append(item.content)
        elif item.kind is BlockKind.BULLET and spans:
            spans[-1] = Span(spans[-1].start, item.content.end)
    return spans


def _bulleted(blocks: Sequence[PlacedBlock], kind: ActionKind) -> Iterator[_Item]:
    """Yield each outer bullet with those inside it.

    Under "Cause of concern", the cause is the text before the list, and a list
    that says what should be done is of recommendations.
    """
    first = next(at for at, item in enumerate(blocks) if item.kind is BlockKind.BULLET)
    before = blocks[:first]
    if kind is ActionKind.CAUSE_OF_CONCERN and before and _ASKS.search(before[-1].text):
        cause = before[:-1] if introduces_list(before[-1].block) else before
        yield from (_Item(kind, span) for span in _joined(cause))
        kind = ActionKind.RECOMMENDATION
    for group in _outer_bullets([item for item in blocks if item.kind is BlockKind.BULLET]):
        yield _Item(kind, Span(group[0].content.start, group[-1].content.end))


def _outer_bullets(bullets: Sequence[PlacedBlock]) -> list[list[PlacedBlock]]:
    groups: list[list[PlacedBlock]] = []
    outer = min((item.block.level for item in bullets if item.block.level), default=1)
    for item in bullets:
        if groups and _is_inside(item, groups[-1][0], outer=outer):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _is_inside(item: PlacedBlock, opened: PlacedBlock, *, outer: int) -> bool:
    """Return whether a bullet is deeper, or reads on from a bullet that ended in a colon."""
    if item.block.level is not None:
        return item.block.level > outer
    return opened.text.endswith(":") and item.text[:1].islower()


def _plain(blocks: Sequence[PlacedBlock], kind: ActionKind, *, title: str) -> list[Span]:
    """Return each paragraph, or all as one where the heading speaks of one ("Cause of concern")."""
    asking = [
        item
        for item in blocks
        if item.kind is BlockKind.PARAGRAPH and not _BOILERPLATE.match(item.text)
    ]
    if kind is ActionKind.NEEDS_TO_IMPROVE or _PLURAL.search(title):
        return [item.content for item in asking if not introduces_list(item.block)]
    return _joined(asking)


def _joined(blocks: Sequence[PlacedBlock]) -> list[Span]:
    return [Span(blocks[0].content.start, blocks[-1].content.end)] if blocks else []
