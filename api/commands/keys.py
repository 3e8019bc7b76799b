"""``keys``: who may use the server: keys made, listed and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.failures import WrongUsage
from api.options import json_option, library_option, settings_of
from api.terminal import show, show_json, show_table, talk

if TYPE_CHECKING:
    from api.keys import Key, KeyBook

SCOPES = ("ask", "search", "admin")
LONGEST_LIFE_DAYS = 3650

keys_option = click.option(
    "--keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="PEELBACK_SERVE_KEYS",
    help="The file of keys [default: $PEELBACK_SERVE_KEYS, else the library's name and .keys].",
)


class Expiry(click.ParamType[datetime]):
    """A number of days (``90d``) or the last day that a key is good for (``2027-03-31``)."""

    name = "DAYS|DATE"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        expires = _in_days(value) or _after(value)
        if expires is None:
            self.fail(f"{value!r} is neither days, as 90d, nor a day, as 2027-03-31", param, ctx)
        return expires


def _in_days(value: str) -> datetime | None:
    match = re.fullmatch(r"(\d{1,4})d", value, re.ASCII)
    if match is None or not 1 <= int(match[1]) <= LONGEST_LIFE_DAYS:
        return None
    return datetime.now(UTC) + timedelta(days=int(match[1]))


def _after(value: str) -> datetime | None:
    """Return the end of that day in UTC."""
    try:
        last = date.fromisoformat(value)
        return datetime.combine(last + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        return None


@click.group("keys")
def keys_group() -> None:
    """Make, list and take back the keys of the HTTP API and the widget.

    Once a first key is made the server answers with a key only, and may listen
    on other addresses than this machine's own.
    """


@keys_group.command()
@click.option("--name", default="", help="Whose it is, or what for; shown in the list.")
@click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="ORIGIN",
    help="Make a publishable key (pk_) for the widget on this site: https://www.example.org.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="What the key may do [default: ask and search; of a publishable key: ask].",
)
@click.option("--expires", type=Expiry(), help="90d, or its last day: 2027-03-31 [default: never].")
@click.option("--per-minute", type=int, help="Requests a minute [default: 900; pk_: 60].")
@click.option("--per-day", type=int, help="Requests a day [default: 100000; pk_: 2000].")
@json_option
@keys_option
@library_option
@click.pass_context
def create(
    context: click.Context,
    *,
    name: str,
    sites: tuple[str, ...],
    scopes: tuple[str, ...],
    expires: datetime | None,
    per_minute: int | None,
    per_day: int | None,
    as_json: bool,
    keys_file: Path | None,
) -> None:
    """Make a key and show it, this once: what is kept of it cannot be turned back into it."""
    from api.keys import KeyKind, KeyScope

    with _book(context, keys_file, create=True) as book:
        key, text = book.create(
            KeyKind.PUBLISHABLE if sites else KeyKind.SECRET,
            name=name,
            scopes=tuple(map(KeyScope, scopes)),
            sites=sites,
            expires=expires,
            per_minute=per_minute,
            per_day=per_day,
        )
        path = book.path
    if as_json:
        show_json({"key": text, **key_json(key)})
        return
    show(text)
    talk(f"{key.key_id} is kept in {path}, the key itself is not: note it now.")
    if not sites:
        talk("It is a secret: a program may send it, a web page must not.")


@keys_group.command("list")
@json_option
@keys_option
@library_option
@click.pass_context
def list_keys(context: click.Context, *, as_json: bool, keys_file: Path | None) -> None:
    """List the keys that were made, the revoked ones too; none is shown itself."""
    with _book(context, keys_file) as book:
        keys = book.listed()
    if as_json:
        show_json({"keys": [key_json(key) for key in keys]})
        return
    now = datetime.now(UTC)
    show_table(
        ("id", "kind", "state", "name", "scopes", "sites", "quota", "expires", "last used"),
        [
            (
                key.key_id,
                f"{key.kind.value}_",
                key.state(now).value,
                key.name,
                " ".join(key.scopes),
                " ".join(key.sites),
                f"{key.quota.per_minute} a minute, {key.quota.per_day} a day",
                key.expires and f"{key.expires:%Y-%m-%d %H:%M}",
                key.last_used,
            )
            for key in keys
        ],
    )


@keys_group.command()
@click.argument("key_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@keys_option
@library_option
@click.pass_context
def revoke(
    context: click.Context, key_ids: tuple[str, ...], *, as_json: bool, keys_file: Path | None
) -> None:
    """Take keys back, for good; a server that runs refuses them from now on.

    A key whose id is not known, because it was found somewhere, can stand in the id's place.
    """
    with _book(context, keys_file) as book:
        # All are looked up first, so that a misspelt one does not leave half done.
        found = [book.named(_id_of(book, given)) for given in key_ids]
        keys = [book.revoke(key.key_id) for key in found]
    if as_json:
        show_json({"revoked": [key_json(key) for key in keys]})
    else:
        talk(f"revoked {', '.join(key.key_id for key in keys)}")


def key_json(key: Key) -> dict[str, Any]:
    """Return what is known of a key, which is never the key."""
    return {
        "id": key.key_id,
        "kind": f"{key.kind.value}_",
        "name": key.name,
        "state": key.state(datetime.now(UTC)).value,
        "scopes": list(key.scopes),
        "sites": list(key.sites),
        "per_minute": key.quota.per_minute,
        "per_day": key.quota.per_day,
        "created": key.created.isoformat(),
        "expires": key.expires.isoformat() if key.expires else None,
        "revoked": key.revoked.isoformat() if key.revoked else None,
        "last_used": key.last_used.isoformat() if key.last_used else None,
    }


def _id_of(book: KeyBook, given: str) -> str:
    if given.startswith(("sk_", "pk_")):
        return book.find(given).key_id
    return given


@contextmanager
def _book(
    context: click.Context, keys_file: Path | None, *, create: bool = False
) -> Iterator[KeyBook]:
    """Give the keys; a name or value that cannot be is wrong usage."""
    from api.keys import KeyBook, keys_beside
    from api.keys.errors import AccessRefused, InvalidKeyRequest, UnknownKeyId

    path = keys_file or keys_beside(settings_of(context).library)
    try:
        with KeyBook.open(path, create=create) as book:
            yield book
    except (AccessRefused, InvalidKeyRequest, UnknownKeyId) as error:
        raise WrongUsage(str(error)) from error
