"""What can be wrong with a request's key, or with the file of keys, drawn once.

* PeelbackError
  + KeysUnusable            the file of keys cannot be read or written
  + InvalidKeyRequest       a key was asked for that cannot be
  + UnknownKeyId            no key of that id was ever made
  + AccessRefused           this request may not do this
    - KeyMissing            a key is needed and none was sent
    - KeyMistyped           no key: its checksum does not fit, as after a slip of the pen
    - KeyUnknown            well-formed, but not one of this server's
    - KeyExpired            its last day is over
    - KeyRevoked            it was taken back
    - ScopeMissing          the key is good, for other things
    - SecretKeyInBrowser    a secret key came out of a web page, where everybody can read it
    - ForeignSite           a browser asks from another site's page
  + RateLimited             the key's, or the visitor's, requests of a minute or day are used up

No message here holds a key or a part of one.
"""

from __future__ import annotations

from index.errors import PeelbackError


class KeysUnusable(PeelbackError):
    """The file of keys is damaged, locked, no such file, or gone while it was in use."""


class InvalidKeyRequest(PeelbackError):
    """A key was asked for that cannot be: a site that is no origin, an expiry in the past."""


class UnknownKeyId(PeelbackError):
    """No key of that id was ever made."""


class AccessRefused(PeelbackError):
    """The request may not do this; its class says why."""


class KeyMissing(AccessRefused):
    """A key is needed and none was sent."""


class KeyMistyped(AccessRefused):
    """What was sent is no key: a character is wrong or missing."""


class KeyUnknown(AccessRefused):
    """The key is well-formed but not one of this server's."""


class KeyExpired(AccessRefused):
    """The key was good until its expiry."""


class KeyRevoked(AccessRefused):
    """The key was taken back."""


class ScopeMissing(AccessRefused):
    """The key is good, but not for this."""


class SecretKeyInBrowser(AccessRefused):
    """A secret key was sent by a browser: whoever visits that page can read it."""


class ForeignSite(AccessRefused):
    """A browser sent this from a page of another site."""


class RateLimited(PeelbackError):
    """The requests of a minute or of a day are used up; ``retry_after_s`` says until when."""

    def __init__(self, what: str, *, retry_after_s: int) -> None:
        super().__init__(f"{what} are used up; the next is taken in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s
