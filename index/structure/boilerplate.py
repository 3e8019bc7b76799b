"""Lines of a page that are not the report: navigation, cookies, sharing, leftovers of boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.readers.blocks import Block, BlockKind

# Whole lines, compared without case and final punctuation.
_ALWAYS = re.compile(
    r"""
      (?:skip|jump|go) \s to \s (?:the \s)? (?:main \s)? (?:content|navigation|search)
    | back \s to \s (?:the \s)? (?:top|contents|list)
    | (?:return|back) \s to \s (?:the \s)? (?:start|top) \s of \s (?:the \s)? page
    | print \s (?:or \s save \s)? (?:this \s)? (?:page|document|report)
    | (?:view|show|hide) \s (?:the \s)? (?:contents|table \s of \s contents)
    | summary \s for \s question \s \d+
    | share \s this (?:\s (?:page|report|document|on .*))?
    | (?:share|tweet|post|send) \s (?:this \s)? (?:on|by|via|to) \s
      (?:facebook|twitter|x|linkedin|whatsapp|e-?mail|bluesky)
    | tweet \s this | email \s this \s page
    | (?:accept|reject|allow|manage|view) \s (?:(?:all|additional|analytics|optional) \s)? cookies
    | cookie \s (?:settings|preferences|policy|notice) | cookies \s on \s .{1,60}
    | hide \s this \s message
    | is \s this \s page \s useful | report \s a \s problem \s with \s this \s page
    """,
    re.IGNORECASE | re.VERBOSE,
)
# One sentence. It and the words below are furniture only beside other furniture;
# alone, a report may mean them.
_COOKIE_SENTENCE = re.compile(
    r"(?:we|this (?:web)?site)\b[^.]{0,40}\buses?\b[^.]{0,40}\bcookies\b[^.]*", re.IGNORECASE
)
_BESIDE_OTHERS = frozenset(
    (
        *("contents", "print", "share", "email", "facebook", "twitter", "linkedin", "whatsapp"),
        *("x", "home", "menu", "search", "close"),
    )
)


def without_boilerplate(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks that are the report's own."""
    furniture = [_is_furniture(block) for block in blocks]
    _spread(furniture, [_is_doubtful(block) for block in blocks])
    return tuple(block for block, left_out in zip(blocks, furniture, strict=True) if not left_out)


def _bare(block: Block) -> str:
    return " ".join(block.text.split()).rstrip(".:?!… ").lower()


def _is_furniture(block: Block) -> bool:
    if block.kind is BlockKind.FOOTNOTE:
        return False
    return _ALWAYS.fullmatch(_bare(block)) is not None


def _is_doubtful(block: Block) -> bool:
    bare = _bare(block)
    return bare in _BESIDE_OTHERS or _COOKIE_SENTENCE.fullmatch(bare) is not None


def _spread(furniture: list[bool], doubtful: Sequence[bool]) -> None:
    """Let what is doubtful follow its neighbours, forwards, then backwards."""
    for order in (range(1, len(furniture)), range(len(furniture) - 2, -1, -1)):
        step = order.step
        for at in order:
            furniture[at] = furniture[at] or (doubtful[at] and furniture[at - step])
