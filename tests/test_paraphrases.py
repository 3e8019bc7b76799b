"""A paraphrase says what its quotes say, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.amounts import amounts
from rag.paraphrases import Source, why_unsupported

FILES = Source(
    "Supervision was not effective in 31 of the 40 files, and 12 sergeants said they lacked time.",
    ("Osterfell Police",),
)
HUB = Source("The hub’s “daily meeting” helps staff to share information about victims.")


@pytest.mark.parametrize(
    "text",
    [
        "Supervision was not effective in 31 of 40 files, and sergeants lacked time.",
        "In Osterfell Police, supervision was not effective in 31 of 40 files: 12 sergeants "
        "lacked time.",
        "The inspectors found that supervision was not effective in thirty-one of forty files "
        "and that sergeants lacked time.",
    ],
)
def test_the_quote_s_own_words_in_fewer_of_them_are_supported(text):
    assert why_unsupported(text, [FILES]) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Supervision was effective in 31 of 40 files and sergeants lacked time.", "keep 'not'"),
        ("Supervision was not effective in 31 of 40 files.", "keep 'lacked'"),
        ("Supervision was never not effective and sergeants lacked time.", "word 'never'"),
        ("Supervision was not effective in 13 of 40 files; they lacked time.", "'13'"),
        ("Supervision was not effective in 40 of 31 files; they lacked time.", "'31'"),
        ("Supervision was not effective in 31 sergeants; files lacked time.", "'31'"),
        ("Supervision was not effective in 31% of files; they lacked time.", "'31%'"),
        ("Supervision was not effective in fifty files; they lacked time.", "'fifty'"),
        ("Supervision was not effective in all files; they lacked time.", "has 'all'"),
        ("In 2017 supervision was not effective; sergeants lacked time.", "'2017'"),
        ("Supervision in Kent was not effective; sergeants lacked time.", "'kent'"),
        ("Supervision was not effective (www.files.com); they lacked time.", "link"),
        ("Supervision was not effective, see files.example; they lacked time.", "link"),
        ("Supervision was not effective; they lacked time: http://a.", "link"),
        ("Supervision was not effective ![x](files) and lacked time.", "character"),
        ("Supervision was <b>not</b> effective in files and lacked time.", "character"),
        ("Supervision was not effect\u200bive; sergeants lacked time.", "character"),
        ("Supervision was not effective; sergeants lacked time \u202e.", "character"),
        ("Supervision was nоt effective; sergeants lacked time.", "character"),  # a Cyrillic o
        ("Supervision was `not` effective; sergeants lacked time.", "character"),
        ("Supervision was &lt;not&gt; effective; sergeants lacked time.", "link"),
        ("Supervision was not effective X-31 and sergeants lacked time.", "no word"),
        ("“Supervision was effective” not in files; sergeants lacked time.", "no quote has the wo"),
        ("'Supervision was effective' not in files; sergeants lacked time.", "no quote has the wo"),
        ("supervision was not effective and sergeants lacked time.", "whole sentence"),
        ("Supervision was not effective. Sergeants lacked time.", "whole sentence"),
        ("Supervision was not effective and sergeants lacked ti", "whole sentence"),
        ("Not files lacked.", "too little"),
    ],
)
def test_what_the_quote_does_not_say_is_named(text, why):
    objection = why_unsupported(text, [FILES])
    assert objection is not None
    assert why in objection


def test_a_quotation_inside_is_the_quote_s_to_the_letter():
    fine = "Staff share information about victims in a “daily meeting”."
    assert why_unsupported(fine, [HUB]) is None
    assert why_unsupported(fine.replace("daily meeting", "meeting daily"), [HUB]) is not None


def test_a_quote_that_lends_no_words_is_not_cited():
    text = "Staff share information about victims in the hub."
    assert why_unsupported(text, [HUB, FILES]) == "a quote it cites lends it no words"
    assert why_unsupported(text, []) == "a quote it cites lends it no words"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Twenty-five of 1,204 (2%) cost £3 million", ["25", "1204", "2%", "£3000000"]),
        ("one hundred and five officers, two thousand and twenty-one", ["105", "2021"]),
        ("12 per cent, 0.50 and a million", ["12%", "0.5", "1000000"]),
        ("five and six; hundreds; someone often; 5m", ["5", "6", "5000000"]),
    ],
)
def test_amounts_are_read_in_figures_and_in_words(text, values):
    read = amounts(text)
    pounds = [
        ("£" if a.unit == "£" else "", f"{a.value:f}", "%" if a.unit == "%" else "") for a in read
    ]
    assert ["".join(parts) for parts in pounds] == values


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_other_number_stands_for_a_number(stated, said):
    quote = Source(f"Officers looked at {stated} crimes with care.")
    supported = why_unsupported(f"Officers looked at {said} crimes with care.", [quote]) is None
    assert supported == (stated == said)


@given(st.text(max_size=200))
def test_no_text_is_too_strange_to_be_judged(text):
    why_unsupported(text, [FILES, HUB])
    amounts(text)
