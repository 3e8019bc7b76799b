"""How often a key, and an address without one, may ask: counted exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from api.http.access import VISITOR_OF_WIDGET
from api.http.app import create_app
from api.http.serving_settings import ServingSettings
from api.keys import KeyBook, KeyKind, KeyScope, Quota
from api.keys.errors import RateLimited
from api.keys.key_text import make_key_text
from api.keys.quotas import Quotas
from rag.pipeline import Assistant

DAY_S = 24 * 60 * 60


class Clock:
    """The time that ``limits`` reads; nothing of ours is patched."""

    now = 1_000_000.0


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with patch("time.time", lambda: clock.now):
        yield clock


def taken(quotas: Quotas, quota: Quota, times: int, who: str = "key") -> int:
    return sum(_is_taken(quotas, quota, who) for _ in range(times))


def _is_taken(quotas: Quotas, quota: Quota, who: str) -> bool:
    try:
        quotas.take(who, quota)
    except RateLimited:
        return False
    return True


def test_any_minute_has_its_quota_and_not_one_more(clock: Clock):
    quotas, quota = Quotas(), Quota(per_minute=10, per_day=1000)
    assert taken(quotas, quota, 4) == 4
    clock.now += 59
    assert taken(quotas, quota, 20) == 6
    # The first four are a minute old, the other six are not: a fixed window would give ten.
    clock.now += 2
    assert taken(quotas, quota, 20) == 4


def test_what_is_refused_is_not_counted_and_says_when_one_is_free(clock: Clock):
    quotas, quota = Quotas(), Quota(per_minute=1, per_day=None)
    quotas.take("key", quota)
    clock.now += 20
    with pytest.raises(RateLimited, match="1 requests a minute are used up") as raised:
        quotas.take("key", quota)
    assert raised.value.retry_after_s == 40
    clock.now += 41
    assert _is_taken(quotas, quota, "key")


def test_a_day_has_its_quota_however_slowly_it_is_used(clock: Clock):
    quotas, quota = Quotas(), Quota(per_minute=5, per_day=12)
    counts = []
    for _ in range(4):
        counts.append(taken(quotas, quota, 10))
        clock.now += 61
    assert counts == [5, 5, 2, 0]
    clock.now += DAY_S - 4 * 61 + 1
    assert taken(quotas, quota, 10) == 5


def test_one_key_does_not_use_up_anothers_quota():
    quotas, quota = Quotas(), Quota(per_minute=2, per_day=None)
    assert (taken(quotas, quota, 9, "one"), taken(quotas, quota, 9, "other")) == (2, 2)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyBook]:
    with KeyBook.open(tmp_path_factory.mktemp("limits") / "keys", create=True) as book:
        yield book


@pytest.fixture
def serve(sample_assistant: Assistant) -> Iterator[Callable[[Path | None, int], TestClient]]:
    """Return how to serve with a file of keys and a quota for visitors."""
    with ExitStack() as served:

        def serve(keys: Path | None, visitor: int) -> TestClient:
            serving = ServingSettings(keys=keys, visitor_per_minute=visitor)
            return served.enter_context(TestClient(create_app(sample_assistant, serving=serving)))

        yield serve


def statuses(client: TestClient, times: int, text: str = "") -> list[int]:
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    return [client.post("/v1/search", json={}, headers=headers).status_code for _ in range(times)]


def test_a_key_is_told_to_wait_by_the_request_after_its_last(serve, book: KeyBook):
    _, text = book.create(KeyKind.SECRET, per_minute=7)
    client = serve(book.path, 0)
    assert statuses(client, 9, text) == [422] * 7 + [429] * 2
    answer = client.post("/v1/search", json={}, headers={"Authorization": f"Bearer {text}"})
    assert answer.json()["type"] == "urn:peelback:problem:rate-limited"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_one_visitor_of_a_widget_does_not_use_up_its_key(serve, book: KeyBook):
    _, text = book.create(KeyKind.PUBLISHABLE, sites=("https://www.example.org",))
    client = serve(book.path, 0)
    headers = {"Authorization": f"Bearer {text}"}
    most = VISITOR_OF_WIDGET.per_minute
    got = [
        client.post("/v1/answers", json={}, headers=headers).status_code for _ in range(most + 2)
    ]
    assert got == [422] * most + [429] * 2


def test_without_keys_the_address_is_counted(serve):
    client = serve(None, 5)
    assert statuses(client, 7) == [422] * 5 + [429] * 2
    assert client.get("/livez").status_code == 200


def test_guesses_of_a_key_are_counted_to_their_address(serve, book: KeyBook):
    client = serve(book.path, 3)
    guesses = [statuses(client, 1, make_key_text(KeyKind.SECRET))[0] for _ in range(5)]
    assert guesses == [401] * 3 + [429] * 2


def test_a_key_of_another_scope_is_counted_too(serve, book: KeyBook):
    _, text = book.create(KeyKind.SECRET, scopes=(KeyScope.ASK,), per_minute=2)
    client = serve(book.path, 0)
    assert statuses(client, 3, text) == [403, 403, 429]
