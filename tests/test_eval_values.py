import pytest

from eval.measures import contains_all
from eval.values import normalised


@pytest.mark.parametrize(
    ("spelling", "same"),
    [
        ("25th october 2022", "2022-10-25"),
        ("october 25, 2022", "2022-10-25"),
        ("25 oct 2022", "2022-10-25"),
        ("3/4/2022", "2022-04-03"),
        ("12,345,678 calls", "12345678 calls"),
        ("12 per cent", "12%"),
        ("12 percent", "12%"),
        ("12.50", "12.50"),
        ("12.00", "12"),
        ("£1.1 million", "£1100000"),
        ("£34m", "£34000000"),
        ("2 thousand", "2000"),
        ("thirty-four", "34"),
        ("ninety", "90"),
        ("twelve of nineteen", "12 of 19"),
        ("one of the", "one of the"),
        ("requiring improvement", "requires improvement"),
        ("requires-improvement", "requires improvement"),
        ("seventh, often, someone", "seventh, often, someone"),
        ("1.2345 thousand", "1.2345 thousand"),
    ],
)
def test_what_is_equal_is_spelt_alike(spelling, same):
    assert normalised(spelling) == same


@pytest.mark.parametrize(
    ("wanted", "said", "contained"),
    [
        ("2,345", "It had 2345 officers.", 1),
        ("71%", "It answered 71 percent of calls.", 1),
        ("seven", "There are 7 areas.", 1),
        ("7", "There are seventeen areas.", 0),
        ("25 October 2022", "It was due on October 25, 2022 [1].", 1),
        ("25 October 2022", "It was due on 26 October 2022.", 0),
        ("requires improvement", "The force was graded as requiring improvement.", 1),
        ("1.5 million", "It spent £1,500,000.", 1),
        ("345", "It had 2,345 officers.", 0),
    ],
)
def test_an_answer_contains_a_value_in_whatever_spelling(wanted, said, contained):
    assert contains_all([(wanted,)], [said]).value == contained
