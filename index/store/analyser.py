"""The analyser made for reports: a text to the tokens that it is searched by."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

import Stemmer

from index.number_words import UNITS
from index.store.digests import fingerprint

_STOP_WORDS = (
    "a about above after again against ain all am an and any are aren aren't as at be because "
    "been before being below between both but by can couldn couldn't d did didn didn't do "
    "does doesn doesn't doing don don't down during each few for from further had hadn hadn't "
    "has hasn hasn't have haven haven't having he her here hers herself him himself his how i "
    "if in into is isn isn't it it's its itself just ll m ma me mightn mightn't more most "
    "mustn mustn't my myself needn needn't no nor not now o of off on once only or other our "
    "ours ourselves out over own re s same shan shan't she she's should should've shouldn "
    "shouldn't so some such t than that that'll the their theirs them themselves then there "
    "these they this those through to too under until up ve very was wasn wasn't we were "
    "weren weren't what when where which while who whom why will with won won't wouldn "
    "wouldn't y you you'd you'll you're you've your yours yourself yourselves"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""bm25s's ``STOPWORDS_EN_PLUS`` (MIT licence), which is NLTK's list with its contractions."""

_TYPOGRAPHY = dict.fromkeys("‘’‛′`´", "'") | dict.fromkeys("‐‑‒–—―−", "-")

_ACCENTS = re.compile(r"[\u0300-\u036f]+")

_WORD = re.compile(r"[^\W_]+(?:['.,/&-][^\W_]+)*")
"""Letters and digits, held together by single marks inside: 2018/19, body-worn, s.136, A&E."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)*")

_PART = re.compile(rf"{_NUMBER.pattern}(?![^\W_])|[^\W_]+(?:'[^\W_]+)*")

_FIGURES = {word: str(n) for n, word in enumerate((*UNITS, "twenty")) if n > 1}

_LETTERS = re.compile(r"[a-z]{4,}")

_stemmers = threading.local()


def analyse(text: str) -> tuple[str, ...]:
    """Return the search tokens of a text, in order: folded, stemmed, stop words out.

    A word joined by a mark gives one token for the whole and one for each part,
    so "body-worn" is found by "body-worn", "bodyworn" and "body worn". A span
    of years is one token however it is printed; a number keeps its decimals
    and loses its thousands commas; "two" to "twenty" are figures, for reports
    print both ("one" is too often no number).

    >>> analyse("The force’s body-worn cameras, 2018–19")
    ('forc', 'bodyworn', 'bodi', 'worn', 'camera', '2018/19', '2018', '19')
    >>> analyse("s.136 was used 1,204 times (0.05 per 1,000)")
    ('s136', '136', 'use', '1204', 'time', '0.05', 'per', '1000')
    """
    return tuple(token for word in words_of(text) for token in tokens_of(word))


def words_of(text: str) -> list[str]:
    """Return the words, with the marks inside them, lower case and without accents."""
    if not text.isascii():
        for mark, plain in _TYPOGRAPHY.items():
            text = text.replace(mark, plain)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    found: list[str] = _WORD.findall(text.lower())
    return found


@lru_cache(maxsize=1 << 16)
def tokens_of(word: str) -> tuple[str, ...]:
    """Return the tokens of one word, which is lower case and may hold marks."""
    parts = [
        part.replace(",", "") if _NUMBER.fullmatch(part) else part for part in _PART.findall(word)
    ]
    kept = tuple(_FIGURES.get(part) or _stem(part) for part in parts if part not in STOP_WORDS)
    if len(parts) == 1:
        return kept
    if all(_NUMBER.fullmatch(part) for part in parts):
        return ("/".join(parts), *kept)
    return (_stem("".join(parts)), *kept)


def _stem(word: str) -> str:
    # A PyStemmer object must not be used by two threads at a time.
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    stem: str = _stemmers.english.stemWord(word)
    return stem


def letters_of(words: list[str]) -> frozenset[str]:
    """Return the parts of four letters and more: what a misspelt word is compared with."""
    return frozenset(part for word in set(words) for part in _LETTERS.findall(word))


@lru_cache(maxsize=1)
def analyser_version() -> str:
    """Return what two analysers share only if they give the same tokens: their code, the stemmer's.

    An index that was kept is used only by the analyser that made it.
    """
    return fingerprint(Path(__file__).read_bytes(), str(Stemmer.version()).encode())[:16]
