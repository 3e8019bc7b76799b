"""Text that a web page holds and does not show, as far as the element itself says so."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_GONE = r"\s*(?:!\s*important\s*)?(?:;|$)"
_UNSEEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|opacity\s*:\s*0*\.?0+%?|font-size\s*:\s*0*\.?0+(?:[a-z]{2,4}|%)?"
    r"|(?:text-indent|margin-left|margin-top)\s*:\s*-\d{3,}[a-z]*)" + _GONE,
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|;)\s*(?:left|top|right|bottom)\s*:\s*-\d{3,}[a-z%]*" + _GONE, re.IGNORECASE
)
_PLACED = re.compile(r"(?:^|;)\s*position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
"""Only what is placed so leaves the page by its offsets."""
_SHOWN_LATER = re.compile(r"(?:^|;)\s*(?:transition|transform|animation)[a-z-]*\s*:", re.IGNORECASE)
"""What a script fades in as the reader scrolls to it."""
_FADES = re.compile(r"(?:^|\s)(?:wow|aos-\S+|fade\S*|animated?\S*)(?:\s|$)", re.IGNORECASE)
_FADED = re.compile(r"(?:^|;)\s*(?:opacity|visibility)\s*:", re.IGNORECASE)
_WHITE = re.compile(
    r"(?:^|;)\s*color\s*:\s*(?:white|transparent|#fff|#ffffff|#fefefe"
    r"|rgba?\(\s*255\s*,\s*255\s*,\s*255(?:\s*,\s*[\d.]+)?\s*\)|rgba\([^)]*,\s*0(?:\.0+)?\s*\))"
    r"\s*(?:!\s*important\s*)?(?:;|$)",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:", re.IGNORECASE)


def is_styled_away(element: HtmlElement) -> bool:
    """Return whether the element's own style hides it, or writes white where no ground is stated.

    Style sheets are not read: white on a ground that one gives is taken for
    hidden as well, but only where the white stands in the element's own style.
    """
    style = element.get("style")
    if not style:
        return False
    if _FADED.search(style) and _fades_in(element, style):
        return False
    return (
        _UNSEEN.search(style) is not None
        or (_ASIDE.search(style) is not None and _PLACED.search(style) is not None)
        or (_WHITE.search(style) is not None and not _has_ground(element))
    )


def _fades_in(element: HtmlElement, style: str) -> bool:
    return bool(_SHOWN_LATER.search(style) or _FADES.search(element.get("class", "")))


def _has_ground(element: HtmlElement) -> bool:
    return any(
        _BACKGROUND.search(above.get("style", "")) or above.get("bgcolor")
        for above in (element, *element.iterancestors())
    )
