"""Sites that may show the widget, written as origins: ``https://www.example.org``."""

from __future__ import annotations

import re

from api.keys.errors import InvalidKeyRequest

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Letters, digits, dots and hyphens alone: a site is put into a header of ours as it is.
_HTTPS = re.compile(rf"https://(?:\*\.)?{_LABEL}(?:\.{_LABEL}){{1,10}}(?::\d{{1,5}})?")
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")


def read_site(text: str) -> str:
    """Return the origin that ``text`` names, in lower case and without a closing slash.

    ``https://*.example.org`` is every site below example.org. Plain http is
    for trying things out on one's own machine.

    >>> read_site("https://WWW.example.org/")
    'https://www.example.org'

    Raises:
        InvalidKeyRequest: it is not an origin.
    """
    site = text.strip().lower().removesuffix("/")
    if _HTTPS.fullmatch(site) or _LOCAL.fullmatch(site):
        return site
    raise InvalidKeyRequest(
        f"a site is written https://www.example.org or https://*.example.org, with a port where "
        f"it has one and without a path, got {text!r}"
    )
