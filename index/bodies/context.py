"""What surrounds a word and shows whether it is meant as a body's name."""

from __future__ import annotations

from collections.abc import Iterator

from index.bodies.names import NameRule, WordRules
from index.bodies.words import WordedText
from index.documents import Span


def is_name_here(
    text: WordedText, start: int, end: int, *, rule: NameRule, rules: WordRules, listed: bool
) -> bool:
    """Whether the words ``[start, end)``, alone or as ordinary words too, are meant as a name.

    ``listed``: another name and an "and" or "or" stand directly before them.
    """
    match rule:
        case NameRule.ALWAYS | NameRule.AS_WRITTEN | NameRule.NO_BODY:
            return True
        case NameRule.NEVER_ALONE:
            return False
        case NameRule.EVERYDAY_WORD | NameRule.SELDOM_A_WORD:
            return (
                listed
                or end - start == len(text.words)
                or _is_written_as_a_name(text, start, end)
                or _follows_as_a_name(text, start, rules)
                or _is_placed_as_a_name(text, start, end, rule=rule, rules=rules)
            )


def _is_written_as_a_name(text: WordedText, start: int, end: int) -> bool:
    word = text.words[start]
    if not (word.written[0].isupper() and text.case_tells):
        return False
    return not text.begins_sentence(start) or word.possessive or text.pauses_before(end)


def _follows_as_a_name(text: WordedText, start: int, rules: WordRules) -> bool:
    before = text.folded(start - 2, start)
    if before[-1:] == ["the"]:
        return text.words[start].folded in rules.after_the
    return len(before) == 2 and before[0] in rules.nouns_before and before[1] in ("of", "for", "in")


def _is_placed_as_a_name(
    text: WordedText, start: int, end: int, *, rule: NameRule, rules: WordRules
) -> bool:
    after = set(text.folded(end, end + 1))
    if after & rules.beside_everyday:
        return True
    if rule is NameRule.EVERYDAY_WORD:
        return False
    before = set(text.folded(start - 1, start))
    return not before or bool(before & rules.before_seldom or after & rules.beside_seldom)


_KIND_WORDS = ("police", "constabulary", "council")
_PARTS_OF_A_KIND = frozenset(["county", "city", "borough", "district", "metropolitan"])
_LONGEST_UNKNOWN_NAME = 4


def unknown_names(text: WordedText, rules: WordRules) -> Iterator[Span]:
    """Yield the capitalised words that lead up to "Police", "Constabulary" or "Council"."""
    if not text.case_tells:
        return
    for at, word in enumerate(text.words):
        if word.folded not in _KIND_WORDS or word.written[0].islower():
            continue
        first = at
        while at - first < _LONGEST_UNKNOWN_NAME and _may_be_a_name(text, first - 1, rules):
            first -= 1
        if not set(text.folded(first, at)) <= _PARTS_OF_A_KIND:
            yield text.span(first, at + 1)


def _may_be_a_name(text: WordedText, at: int, rules: WordRules) -> bool:
    if at < 0 or not text.is_adjacent(at + 1):
        return False
    word = text.words[at]
    return word.written[0].isupper() and word.folded not in rules.no_name
