"""Dates and ranges of dates in all the forms that reports print."""

from datetime import date

import pytest

from index.structure.dates import date_in_name, find_dates, find_ranges, whole_date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("from 23 to 27 May 2022.", date(2022, 5, 23), date(2022, 5, 27)),
        ("Between 27 February and 3 March 2017,", date(2017, 2, 27), date(2017, 3, 3)),
        ("26-30 June 2017", date(2017, 6, 26), date(2017, 6, 30)),
        ("05 July 2016–27 July 2016", date(2016, 7, 5), date(2016, 7, 27)),
        ("from 27 June 2022 to 1 July 2022", date(2022, 6, 27), date(2022, 7, 1)),
        ("between Monday 9th May and Friday 13th May 2022", date(2022, 5, 9), date(2022, 5, 13)),
        ("12 December to 6 January 2023", date(2022, 12, 12), date(2023, 1, 6)),
        ("28 April – 25 May 2017", date(2017, 4, 28), date(2017, 5, 25)),
    ],
)
def test_a_range_is_read_in_every_printed_form(text, first, last):
    (found,) = find_ranges(text)
    assert (found.days.first, found.days.last) == (first, last)


def test_a_range_without_a_year_is_the_last_one_before_the_report_came_out():
    (june,) = find_ranges("Between 20 and 24 June, we", no_later_than=date(2016, 8, 2))
    (december,) = find_ranges("Between 5 and 9 December, we", no_later_than=date(2017, 2, 1))
    assert (june.days.first, december.days.last) == (date(2016, 6, 20), date(2016, 12, 9))


def test_a_range_without_a_year_is_left_out_where_nothing_tells_it():
    assert list(find_ranges("Between 20 and 24 June, we")) == []


@pytest.mark.parametrize(
    "text", ["between 40 and 60 March 2017", "3 to 5 officers", "9 May to 3 May 2022", "in 2016-17"]
)
def test_what_is_no_range_of_days(text):
    assert list(find_ranges(text)) == []


def test_numeric_dates_are_read_day_first():
    assert [found.day for found in find_dates("Last updated 03/02/2020, then 2021-05-04")] == [
        date(2020, 2, 3),
        date(2021, 5, 4),
    ]


def test_a_line_is_a_date_only_as_a_whole():
    assert whole_date(" 18 July 2022 ") == date(2022, 7, 18)
    assert whole_date("By 18 July 2022") is None
    assert whole_date("31 June 2022") is None


def test_a_date_in_a_file_name():
    assert date_in_name("ilacs-nowhere-07-july-2031.txt") == date(2031, 7, 7)
    assert date_in_name("nowhere-2031.txt") is None
