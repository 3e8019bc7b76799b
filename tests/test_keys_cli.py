"""``peelback keys``, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.keys import KeyBook


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def run(library: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--library", str(library), "keys", *words])


def test_a_new_key_alone_is_on_stdout_and_works(library: Path):
    result = run(library, "create", "--name", "intranet")
    assert result.exit_code == 0
    with KeyBook.open(Path(f"{library}.keys")) as book:
        key = book.authenticate(result.stdout.strip())
    assert key.name == "intranet"
    assert f"{key.key_id} is kept in {library}.keys, the key itself is not" in result.stderr
    assert result.stdout.strip() not in result.stderr


def test_a_site_makes_a_publishable_key(library: Path):
    result = run(library, "create", "--site", "https://www.example.org", "--per-day", "9", "--json")
    made = json.loads(result.stdout)
    assert made["key"].startswith("pk_")
    assert (made["scopes"], made["sites"]) == (["ask"], ["https://www.example.org"])
    assert (made["per_minute"], made["per_day"]) == (60, 9)


def test_the_list_names_every_key_and_shows_none(library: Path):
    texts = [run(library, "create", "--name", name).stdout.strip() for name in ("a", "b")]
    run(library, "revoke", texts[0])
    shown = run(library, "list").stdout
    listed = json.loads(run(library, "list", "--json").stdout)["keys"]
    assert [(key["name"], key["state"]) for key in listed] == [("a", "revoked"), ("b", "active")]
    assert [key["id"] in shown for key in listed] == [True, True]
    assert [text for text in texts if text[3:] in shown] == []


def test_keys_are_revoked_by_their_ids_all_or_none(library: Path):
    made = json.loads(run(library, "create", "--json").stdout)
    refused = run(library, "revoke", made["id"], "key_0")
    assert (refused.exit_code, "no key has the id 'key_0'" in refused.stderr) == (2, True)
    assert json.loads(run(library, "list", "--json").stdout)["keys"][0]["state"] == "active"
    assert run(library, "revoke", made["id"]).exit_code == 0
    assert json.loads(run(library, "list", "--json").stdout)["keys"][0]["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--expires", "soon"), "'soon' is neither days, as 90d, nor a day, as 2027-03-31"),
        (("--expires", "0d"), "'0d' is neither days"),
        (("--expires", "2020-01-01"), "must expire later than now"),
        (("--site", "example.org"), "a site is written https://www.example.org"),
        (("--scope", "root"), "'root' is not one of"),
        (("--per-minute", "0"), "a quota is from 1"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_says_so(library: Path, words, says):
    result = run(library, "create", *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_key_expires_after_its_last_day(library: Path):
    made = json.loads(run(library, "create", "--expires", "2099-03-31", "--json").stdout)
    assert made["expires"] == "2099-04-01T00:00:00+00:00"


def test_a_list_without_a_file_says_how_to_make_one(library: Path):
    result = run(library, "list")
    assert result.exit_code == 3
    assert "library.db.keys is not there; `peelback keys create` makes it" in result.stderr
