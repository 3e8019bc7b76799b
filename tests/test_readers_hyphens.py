"""Words broken at a line's end, decided by how the document spells them."""

from __future__ import annotations

import doctest

import pytest

import index.readers.characters
import index.readers.docx_lists
import index.readers.hyphens
import index.readers.pdf_joining
from index.readers.hyphens import Spellings

DOCUMENT = Spellings(
    ["The multi-agency team met.", "Our inspection was long.", "They have a co-located office."]
)


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("the multi-", "agency plan", "the multi-agency plan"),
        ("this inspec-", "tion found", "this inspection found"),
        ("a co\ufffe", "located team", "a co-located team"),
        ("a well-", "known case", "a well-known case"),  # seen nowhere: the hyphen stays
        ("from 2019-", "20 onwards", "from 2019-20 onwards"),
        ("the Anglo-", "Welsh border", "the Anglo-Welsh border"),
        ("every pro\u00ad", "gramme", "every programme"),  # a soft hyphen is never the word's own
        ("good decision\ufffe", "making has", "good decision-making has"),  # PDFium's own mark
        ("both pre- and post-", "(birth) care", "both pre- and post- (birth) care"),
        ("a plain line", "and the next", "a plain line and the next"),
    ],
)
def test_two_lines_are_joined_as_the_document_spells_the_word(line, following, joined):
    assert DOCUMENT.join(line, following) == joined


def test_a_half_word_at_a_line_end_is_no_spelling():
    spellings = Spellings(["this inspec-", "tion was an inspection."])
    assert spellings.join("an inspec-", "tion") == "an inspection"


@pytest.mark.parametrize(
    "module",
    [
        index.readers.characters,
        index.readers.docx_lists,
        index.readers.hyphens,
        index.readers.pdf_joining,
    ],
    ids=lambda module: module.__name__,
)
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0
