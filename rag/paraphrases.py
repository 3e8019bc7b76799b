"""What a sentence that is no quote may say: nothing but what the quotes beside it say.

No model judges this, and no threshold: a paraphrase is held against its quotes
word by word. That costs good paraphrases, which is the price of letting none
through that adds a word, a figure, a name or a link, or loses a "not".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.passages.sentences import sentence_spans
from index.store.keywords import analyse
from rag.amounts import Amount, amounts

FEWEST_SHARED = 3
"""Words of a paraphrase that its quotes hold: less is a scrap, not a paraphrase."""
FEWEST_OF_EACH = 2
"""Words that each quote lends: a quote that lends fewer proves nothing."""
NEAR = 3
"""Words after a figure among which a quote names what it counts."""
LONGEST = 600

_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9 .,;:!?'’‘“”\"()\-–—%£€/&]+")
"""Letters, figures and the marks of prose: no brackets, angles, stars, unseen characters."""
_LINK = re.compile(r"//|:\S|\bwww\b|[A-Za-z]\.[A-Za-z]{2,}|&\w+;", re.IGNORECASE)
_WHOLE = re.compile(r"[“‘\"'(£]*[A-ZÀ-ÖØ-Þ0-9].*[.!?][”’\"')]*")
_CODE = re.compile(r"[A-Za-z][-_]?\d|\d[A-Za-z]|[A-Za-z]{2,}[A-Z]\w*[a-z]|\w{30,}")
"""Letters and figures in one word, capitals inside one, a word of thirty letters."""
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|(?<!\w)‘(.*?)’(?!\w)|(?<!\w)'(.*?)'(?!\w)")
_BETWEEN = re.compile(r"(?<=[^\W\d_])[-–—/](?=[^\W\d_])")

_CONNECTING = frozenset(
    analyse(
        "also although according addition overall both however including include includes within "
        "report reports reported inspector inspectors inspection found find finding findings said "
        "say says stated state noted note identified observed concluded described saw although "
        "while whereas because therefore well since may instead example"
    )
)
"""Words that join or attribute and claim nothing else."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DENYING = _listed(
    "not no never none nor neither without cannot nothing nobody unable fail fails failed "
    "failing failure lack lacks lacked lacking insufficient rarely seldom hardly barely "
    "scarcely few little only unless except should must may might could would if cease "
    "ceased stop stopped"
)
"""What turns or limits a claim: a paraphrase has just those that its quotes have."""

_MEASURING = _listed(
    "all any both each every most more less fewer some other than before after against too "
    "until once again always often many further now over under above below first second "
    "third half quarter twice double dozen up down off out"
)
"""Small words that add to a claim: a paraphrase has none that its quotes have not."""

_WORDS = re.compile(r"[a-z]+(?:n't)?|[a-z]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A quote that a paraphrase may rest on, and the names of the bodies that it is about."""

    quote: str
    names: tuple[str, ...] = ()


def resting_on(text: str, sources: Sequence[Source]) -> tuple[int, ...]:
    """Return which of the sources, by place, lend the text enough words to prove any of it."""
    words = set(_tokens(text))
    return tuple(
        at
        for at, source in enumerate(sources)
        if len(words.intersection(_tokens(source.quote))) >= FEWEST_OF_EACH
    )


def is_plain(text: str) -> bool:
    """Whether the text has the letters and marks of prose alone, and nothing that may be a link."""
    return bool(_PLAIN.fullmatch(text)) and not _LINK.search(text)


def why_unsupported(text: str, sources: Sequence[Source]) -> str | None:
    """Return what the text says that its sources do not, ``None`` if they say all of it.

    >>> quote = Source("Supervision was not effective in 31 of the 40 files.")
    >>> why_unsupported("Supervision was effective in 31 of 40 files.", [quote])
    "it does not keep 'not'"
    >>> why_unsupported("Supervision was not effective in 31 of 40 files.", [quote])
    """
    return next(_objections(text, sources), None)


def _objections(text: str, sources: Sequence[Source]) -> Iterator[str]:
    yield from _of_form(text)
    if len(resting_on(text, sources)) != len(sources) or not sources:
        yield "a quote it cites lends it no words"
    if not all(is_plain(source.quote) for source in sources):
        yield "a quote with marks that prose has not can only be quoted"
    for quoted in _quotations(text):
        if not any(quoted in source.quote for source in sources):
            yield f"no quote has the words {quoted!r}"
    yield from _of_figures(text, sources)
    yield from _of_words(text, sources)


def _of_form(text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        yield "it is too long"
        return
    if not _PLAIN.fullmatch(text):
        yield "it has a character that plain prose has not"
    if _LINK.search(text):
        yield "it has what may be a link or markup"
    if _CODE.search(text):
        yield "it has a word that is no word"
    if not _WHOLE.fullmatch(text) or len(sentence_spans(text)) != 1:
        yield "it is not one whole sentence"


def _of_figures(text: str, sources: Sequence[Source]) -> Iterator[str]:
    """Each amount is in a quote with its unit, in the same order, counting the same thing."""
    stated = [(amount, source.quote) for source in sources for amount in amounts(source.quote)]
    for amount in amounts(text):
        at = next((n for n, (a, _) in enumerate(stated) if a.same_as(amount)), None)
        while at is not None and not _counts_the_same(text, amount, *stated[at]):
            later = range(at + 1, len(stated))
            at = next((n for n in later if stated[n][0].same_as(amount)), None)
        if at is None:
            yield f"no quote has {amount.span.of(text).strip()!r} there"
            return
        stated = stated[at + 1 :]


def _counts_the_same(text: str, amount: Amount, stated: Amount, quote: str) -> bool:
    named = _tokens(_in_place_of_amounts("0", text[amount.span.end :]))[:1]
    near = _tokens(_in_place_of_amounts("0", quote[stated.span.end :]))[:NEAR]
    return all(token in (*near, "0") or token in _CONNECTING for token in named)


def _of_words(text: str, sources: Sequence[Source]) -> Iterator[str]:
    quoted = {token for source in sources for token in _tokens(source.quote)}
    named = {token for source in sources for name in source.names for token in _tokens(name)}
    # Figures are held against the quotes on their own.
    own = set(_tokens(_in_place_of_amounts("", text)))
    if extra := sorted(own - quoted - named - _CONNECTING):
        yield f"no quote has the word {extra[0]!r}"
    if len(own & quoted) < FEWEST_SHARED:
        yield "it holds too little of its quotes"
    small = set(_small_words(text))
    theirs = {word for source in sources for word in _small_words(source.quote)}
    for word in sorted((small ^ theirs) & _DENYING):
        yield f"it does not keep {word!r}" if word in theirs else f"no quote has {word!r}"
    for word in sorted((small - theirs) & _MEASURING):
        yield f"no quote has {word!r}"


def _in_place_of_amounts(word: str, text: str) -> str:
    """Return the text with the word in the place of each of its amounts."""
    kept, start = [], 0
    for amount in amounts(text):
        kept.append(text[start : amount.span.start])
        start = amount.span.end
    return f" {word} ".join([*kept, text[start:]])


def _quotations(text: str) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        yield next(group for group in match.groups() if group is not None)


def _tokens(text: str) -> tuple[str, ...]:
    return analyse(_BETWEEN.sub(" ", text))


def _small_words(text: str) -> Iterator[str]:
    for word in _WORDS.findall(text.lower().replace("’", "'")):
        yield "not" if word.endswith("n't") else word
