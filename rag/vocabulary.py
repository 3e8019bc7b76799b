"""The words of a question, with the words that reports use for the same things.

Acronyms and their expansions find each other, lay words find the reports'
terms, and a misspelt word finds the nearest word of the library. The
expansions of the library's own reports come before those of ``glossary.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from index.documents import Definition
from index.store.keywords import KeywordIndex

_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*\b")
_INDEFINITE = re.compile(r"(?:any|every|some|no)(?:thing|body|one|where)$", re.IGNORECASE)
_LONG_WORD = 5
"""Shorter words have too many neighbours one letter away to be corrected."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for.

    ``text`` is what the encoder is shown; ``core`` are the question's own
    keyword tokens, each with the tokens that may stand for it; ``tokens`` are
    all of them, for the keyword search.
    """

    text: str
    core: tuple[frozenset[str], ...]
    tokens: tuple[str, ...]
    meanings: tuple[str, ...]
    """The expansions used, in words, for display and tracing."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Acronyms by name, acronyms by lower-cased expansion, and lay words."""

    expansions: Mapping[str, tuple[str, ...]]
    acronyms: Mapping[str, str]
    lay: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]

    def meanings_in(self, text: str) -> list[tuple[str, str]]:
        """Return ``(words of the text, words that mean the same)``, in the text's order."""
        found: list[tuple[int, str, str]] = []
        for match in _ACRONYM.finditer(text):
            key = match[0].upper()
            key = key if key in self.expansions else key.removesuffix("S")
            found += [(match.start(), match[0], other) for other in self.expansions.get(key, ())]
        lowered = text.lower()
        for expansion, acronym in self.acronyms.items():
            if (at := lowered.find(expansion)) >= 0:
                found.append((at, text[at : at + len(expansion)], acronym))
        for pattern, terms in self.lay:
            if said := pattern.search(lowered):
                found += [(said.start(), said[0], term) for term in terms]
        return [(words, other) for _, words, other in sorted(found)]


def load_vocabulary(definitions: Iterable[Definition]) -> Vocabulary:
    """Return the glossary that ships with the project, led by the reports' own definitions."""
    shipped = tomllib.loads(files("rag").joinpath("glossary.toml").read_text(encoding="utf-8"))
    expansions: dict[str, dict[str, None]] = {}
    for definition in definitions:
        expansions.setdefault(definition.acronym.upper(), {})[definition.expansion.lower()] = None
    for acronym, listed in shipped["acronyms"].items():
        expansions.setdefault(acronym, {}).update({words.lower(): None for words in listed})
    acronyms = {words: acronym for acronym, listed in expansions.items() for words in listed}
    return Vocabulary(
        expansions={acronym: tuple(listed)[:3] for acronym, listed in expansions.items()},
        acronyms={words: acronym for words, acronym in acronyms.items() if " " in words},
        lay=tuple((_lay_pattern(said), tuple(terms)) for said, terms in shipped["lay"].items()),
    )


def _lay_pattern(said: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(said)}(?:e?s)?(?!\w)")


_FRAME = (
    "inspector inspectors inspectorate inspectorates inspection inspections inspected hmicfrs hmic "
    "jtai peel report reports letter letters watchdog say says said find finds found finding "
    "findings tell told"
)
"""Words that ask a report something without saying what."""

_WHO_SAYS = (
    r"(?:the )?(?:hmicfrs|hmic|inspectors?|inspectorates?|inspections?|watchdog|reports?|letters?|"
    r"jtais?|peel(?: reports?| inspections?)?)"
)
_SAYS = r"(?:say|says|said|find|finds|found|conclude[sd]?|think|thought|report(?:ed)?|tell|told us)"
_ASKING = re.compile(
    rf"\b(?:what|which|how) (?:did|do|does|has|have) {_WHO_SAYS} {_SAYS}\b(?: about| on| of)?\s*|"
    rf"\bwhat (?:is|was|are|were) said\b(?: about| on| of)?\s*|"
    rf"\b(?:according to|in) {_WHO_SAYS}\b\s*",
    re.IGNORECASE,
)
"""The part of a question that is the same whatever it is about."""


def read_words(
    topic: str, vocabulary: Vocabulary, keywords: KeywordIndex, *, names: Sequence[str] = ()
) -> Query:
    """Return the topic as a query, expanded and with misspellings corrected.

    ``names`` are the bodies that the search is restricted to: inside their
    reports their names tell nothing, and leave ``core``, unless nothing else is
    in it. The words that only ask ("what did HMICFRS say about") leave the
    whole query.

    A word that no passage has is replaced by the library's nearest word (one
    edit, two from eight letters on; ties by the alphabet); with none so near
    it stays, and counts as a word the reports do not have.
    """
    corrected = _corrected(_asked_about(topic, keywords), keywords)
    meanings = vocabulary.meanings_in(corrected)
    alternatives: dict[str, set[str]] = {}
    for words, other in meanings:
        for token in keywords.analyse(words):
            alternatives.setdefault(token, set()).update(keywords.analyse(other))
    said = tuple(dict.fromkeys(keywords.analyse(corrected)))
    framing = set(keywords.analyse(" ".join([_FRAME, *names])))
    core = tuple(token for token in said if token not in framing) or said
    added = [token for _, other in meanings for token in keywords.analyse(other)]
    shown = ", ".join(dict.fromkeys(other for _, other in meanings))
    return Query(
        text=f"{corrected} ({shown})" if shown else corrected,
        core=tuple(frozenset({token, *alternatives.get(token, ())}) for token in core),
        tokens=tuple(dict.fromkeys([*said, *added])),
        meanings=tuple(f"{words} = {other}" for words, other in meanings),
    )


def _asked_about(topic: str, keywords: KeywordIndex) -> str:
    """Return the topic without the words that only ask, unless nothing is left then."""
    rest = " ".join(_ASKING.sub(" ", topic).split())
    return rest if keywords.analyse(rest) else topic


def _corrected(text: str, keywords: KeywordIndex) -> str:
    return re.sub(rf"[A-Za-z]{{{_LONG_WORD},}}", lambda word: _nearest(word[0], keywords), text)


def _nearest(word: str, keywords: KeywordIndex) -> str:
    tokens = keywords.analyse(word)
    if word.isupper() or len(tokens) != 1 or tokens[0] in keywords or _INDEFINITE.match(word):
        return word
    found = process.extractOne(
        word.lower(),
        keywords.words,
        scorer=DamerauLevenshtein.distance,
        score_cutoff=1 if len(word) < 8 else 2,
    )
    return found[0] if found else word
