"""Personal data in what is asked: found by form, and refused before anything is done with it.

A question about reports needs nobody's telephone number, and what is never
taken in cannot be logged, kept or sent to a model. Four kinds have a form that
can be told from years, counts, sums of money and the identifiers of reports
and schools: e-mail addresses, telephone numbers of people in the United
Kingdom, National Insurance numbers, payment cards; and NHS numbers that are
called so. Names and addresses have no such form and are not looked for.

Every pattern is tried at the start of a word only and takes a bounded number
of characters from there, so the time grows with the length and no faster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from index.errors import PeelbackError


class PersonalDataKind(StrEnum):
    """What was found, as a person is told of it."""

    EMAIL = "an e-mail address"
    PHONE = "a telephone number"
    NATIONAL_INSURANCE = "a National Insurance number"
    CARD = "the number of a payment card"
    NHS = "an NHS number"


class PersonalData(PeelbackError):
    """What was asked holds personal data. The message says of which kind, and never repeats it."""

    def __init__(self, kind: PersonalDataKind) -> None:
        super().__init__(
            f"the question seems to hold {kind.value}: ask it without; "
            "reports are found by what they are about, not by whom"
        )
        self.kind = kind


def refuse_personal_data(text: str) -> None:
    """Return if there is none in ``text``.

    Raises:
        PersonalData: there is.
    """
    kind = personal_data_in(text)
    if kind is not None:
        raise PersonalData(kind)


def personal_data_in(text: str) -> PersonalDataKind | None:
    """Return the kind of personal data that ``text`` holds, ``None`` where it holds none.

    >>> personal_data_in("Ring me on 07700 900123"), personal_data_in("In 2018/19, 07 cases")
    (<PersonalDataKind.PHONE: 'a telephone number'>, None)
    """
    folded = _folded(text)
    return next((kind for kind, is_in in FORMS.items() if is_in(folded)), None)


def _folded(text: str) -> str:
    """Return ``text`` with full-width and other odd forms plain, and invisible characters out."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        "-" if unicodedata.category(c) == "Pd" else c
        for c in plain
        if unicodedata.category(c) != "Cf"
    )


_EMAIL = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]{1,64}(?:@|\s?[(\[]\s?at\s?[)\]]\s?)"
    r"(?:[a-z0-9-]{1,63}(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)){1,6}[a-z]{2,24}(?![a-z0-9-])",
    re.IGNORECASE,
)

# 01 and 02 are places, 07 is a mobile; 03, 08 and 09 are organisations' lines. The first group
# has three digits or more, which tells it from a date: 01.02.2019.
_GAP = r"(?:[ .-]|\) ?)?"
_PHONE = re.compile(
    r"(?<![\w/£$€+])(?<!\d[.,-])"
    rf"(?:(?:\+|00) ?44[ .-]?(?:\(0\)[ .-]?)?\(?|\(?0)"
    rf"(?:7\d\d(?:{_GAP}\d){{7}}|2\d(?:{_GAP}\d){{8}}|1\d\d(?:{_GAP}\d){{6,7}})(?!\d)",
    re.ASCII,
)

# HMRC's own rule (NIM39110): the letters that are used, and the pairs that are not.
# QQ stands in every example of one.
_NATIONAL_INSURANCE = re.compile(
    r"(?<![a-z0-9])(?:QQ|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])"
    r"[ .-]?(?:\d\d[ .-]?){3}[A-D](?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)

_CARD = re.compile(
    r"(?<![\w£$€])(?<!\d[.,-])"
    r"(?:\d{13,19}|\d{4}([ -])\d{4}(?:\1\d{4}){2}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})"
    r"(?!\w|[.,/-]\d)",
    re.ASCII,
)
_ISSUERS = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])"
    r"|6(?:011|4[4-9]|5)|50[123]|5[6-8]|6(?:2|304|7)"
)
"""How card numbers begin (ISO/IEC 7812): Visa, Mastercard, Amex, Diners, JCB, Discover, Maestro."""

_NHS = re.compile(
    r"\bNHS\b[^\d\n]{0,20}(\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", re.IGNORECASE | re.ASCII
)

_LABEL = re.compile(
    r"\b(?:urn|ukprn|uprn|laestab|reference|ref|report|case|crime|incident|log|cad|isbn|cm|hc|id)"
    r"(?:[ :#.]{1,3}(?:number|no|nos|id|reference|ref|code))?[ :#.]{0,3}$",
    re.IGNORECASE,
)
"""What stands before a number that is an identifier and no telephone or card."""
LABEL_REACH = 40


DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit doubled, and nine taken off what is over nine."""


def _found_unlabelled(
    pattern: re.Pattern[str], holds: Callable[[str], bool]
) -> Callable[[str], bool]:
    def is_in(text: str) -> bool:
        return any(
            holds(match[0]) and not _is_labelled(text, match.start())
            for match in pattern.finditer(text)
        )

    return is_in


def _is_labelled(text: str, start: int) -> bool:
    return _LABEL.search(text[max(0, start - LABEL_REACH) : start]) is not None


def _is_card(number: str) -> bool:
    digits = _digits(number)
    return _ISSUERS.match(digits) is not None and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    others = digits[-2::-2].translate(DOUBLED)
    return (sum(map(int, digits[::-2])) + sum(map(int, others))) % 10 == 0


def _is_nhs_number(number: str) -> bool:
    """Return whether the tenth digit is the check digit: weights 10 to 2, modulo 11."""
    digits = [int(digit) for digit in _digits(number)]
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == digits[9]


def _digits(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _always(_: str) -> bool:
    return True


FORMS: dict[PersonalDataKind, Callable[[str], bool]] = {
    PersonalDataKind.EMAIL: lambda text: _EMAIL.search(text) is not None,
    PersonalDataKind.PHONE: _found_unlabelled(_PHONE, _always),
    PersonalDataKind.NATIONAL_INSURANCE: lambda text: _NATIONAL_INSURANCE.search(text) is not None,
    PersonalDataKind.CARD: _found_unlabelled(_CARD, _is_card),
    PersonalDataKind.NHS: lambda text: any(_is_nhs_number(m[1]) for m in _NHS.finditer(text)),
}
