"""Who may do what over HTTP: every route by every key, and what a browser may not send."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

import api.http
from api.http.access import NEED
from api.http.app import create_app
from api.http.hosts import LOOPBACK_NAMES
from api.http.serving_settings import ServingSettings
from api.keys import KeyBook, KeyKind, KeyScope, keys_beside
from api.keys.errors import KeysUnusable
from api.keys.key_text import make_key_text
from rag.pipeline import Assistant

HOST = "peelback.example"
SITE = "https://www.example.org"
QUESTION = {"question": "What was said about supervision in Osterfell?"}

NEEDS = {
    ("get", "/livez"): None,
    ("get", "/readyz"): None,
    ("get", "/metrics"): "admin",
    ("post", "/v1/answers"): "ask",
    ("post", "/v1/chat/completions"): "ask",
    ("get", "/v1/compare"): "ask",
    ("post", "/v1/compare"): "ask",
    ("post", "/v1/feedback"): "ask",
    ("get", "/v1/models"): "ask",
    ("get", "/v1/models/{model}"): "ask",
    ("get", "/v1/actions"): "search",
    ("get", "/v1/passages/{passage_id}"): "search",
    ("get", "/v1/reports"): "search",
    ("get", "/v1/reports/{report_id}"): "search",
    ("post", "/v1/search"): "search",
}
"""What each route of the API needs. A new route needs a new row here."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyBook]:
    path = keys_beside(tmp_path_factory.mktemp("access") / "library.db")
    with KeyBook.open(path, create=True) as book:
        yield book


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant, book: KeyBook) -> Iterator[TestClient]:
    with client_of(sample_assistant, keys=book.path) as client:
        yield client


@pytest.fixture(scope="module")
def open_client(sample_assistant: Assistant) -> Iterator[TestClient]:
    """A server without keys, as it is served on its own machine."""
    with client_of(sample_assistant, base="http://localhost:8000", hosts=HOSTS) as client:
        yield client


HOSTS = ",".join(LOOPBACK_NAMES)


def client_of(assistant: Assistant, *, base: str = f"https://{HOST}", **settings) -> TestClient:
    app = create_app(assistant, serving=ServingSettings(**settings))
    return TestClient(app, base_url=base)


def bearer(text: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}", **headers}


def refused(response: Any, status: int, slug: str) -> None:
    assert (response.status_code, response.json()["type"]) == (
        status,
        f"urn:peelback:problem:{slug}",
    )


def routes_of(client: TestClient) -> list[tuple[str, str]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def call(client: TestClient, route: tuple[str, str], **options: Any) -> Any:
    """Send a request that no route can do anything for, but for its access."""
    method, path = route
    path = path.replace("{", "no-").replace("}", "")
    body = {"json": {}} if method == "post" else {}
    return client.request(method, path, **body, **options)


def test_every_route_says_once_what_it_needs_pages_too():
    modules = [import_module(f"api.http.{found.name}") for found in iter_modules(api.http.__path__)]
    routers = [v for module in modules for v in vars(module).values() if isinstance(v, APIRouter)]
    needs = {
        route.path: [getattr(each.dependency, NEED, None) for each in route.dependencies]
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
    }
    assert len(needs) >= 15
    assert {path: need for path, need in needs.items() if len(need) != 1 or None in need} == {}


def test_every_route_of_the_document_has_a_row_and_says_its_refusals(client: TestClient):
    document = client.get("/openapi.json").json()["paths"]
    assert [route for route in routes_of(client) if route not in NEEDS] == []
    for method, path in routes_of(client):
        needs = NEEDS[method, path] is not None
        responses = document[path][method]["responses"]
        assert ({"401", "403", "429"} <= set(responses)) == needs, path
        assert ("security" in document[path][method]) == needs, path


@pytest.mark.parametrize("scope", list(KeyScope))
def test_a_key_opens_the_routes_of_its_scope_and_no_other(
    client: TestClient, book: KeyBook, scope: KeyScope
):
    _, text = book.create(KeyKind.SECRET, scopes=(scope,))
    opened = {
        route
        for route in routes_of(client)
        if call(client, route, headers=bearer(text)).status_code not in (401, 403)
    }
    assert opened == {r for r in routes_of(client) if NEEDS[r] in (None, scope.value)}


def test_without_a_key_the_monitors_routes_alone_are_open(client: TestClient):
    statuses = {route: call(client, route).status_code for route in routes_of(client)}
    assert {r for r, s in statuses.items() if s != 401} == {r for r in statuses if not NEEDS[r]}


def test_a_publishable_key_asks_and_does_nothing_else(client: TestClient, book: KeyBook):
    _, text = book.create(KeyKind.PUBLISHABLE, sites=(SITE,))
    from_frame = bearer(text, **{"Sec-Fetch-Site": "same-origin", "Origin": f"https://{HOST}"})
    assert client.post("/v1/answers", json=QUESTION, headers=from_frame).status_code == 200
    refused(call(client, ("get", "/v1/reports"), headers=from_frame), 403, "scope-missing")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": SITE},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.peelback.example"},
    ],
)
def test_a_publishable_key_is_refused_from_another_sites_page(
    client: TestClient, book: KeyBook, headers: dict[str, str]
):
    _, text = book.create(KeyKind.PUBLISHABLE, sites=(SITE,))
    answer = client.post("/v1/answers", json=QUESTION, headers=bearer(text, **headers))
    refused(answer, 403, "foreign-site")
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    "headers", [{"Origin": f"https://{HOST}"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_a_secret_key_from_a_browser_is_refused_and_told_of_but_not_shown(
    client: TestClient, book: KeyBook, caplog: pytest.LogCaptureFixture, headers
):
    _, text = book.create(KeyKind.SECRET)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/v1/answers", json=QUESTION, headers=bearer(text, **headers))
    refused(answer, 403, "secret-key-in-browser")
    warned = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len([line for line in warned if "a secret key came from a browser" in line]) == 1
    assert text[3:] not in caplog.text + answer.text


def test_a_program_that_says_how_it_fetches_may_send_its_secret_key(client, book):
    _, text = book.create(KeyKind.SECRET)
    headers = bearer(text, **{"Sec-Fetch-Mode": "cors"})  # as Node's fetch does
    assert client.post("/v1/answers", json={}, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("headers", "slug"),
    [
        ({}, "key-missing"),
        ({"Authorization": "Basic c2s6c2s="}, "key-missing"),
        ({"Authorization": "Bearer"}, "key-missing"),
        (bearer("sk_nothing"), "key-mistyped"),
        (bearer(make_key_text(KeyKind.SECRET)), "key-unknown"),
    ],
)
def test_what_is_no_key_of_ours_is_told_apart(client: TestClient, headers, slug):
    answer = client.post("/v1/answers", json=QUESTION, headers=headers)
    refused(answer, 401, slug)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_by_the_server_that_runs(client: TestClient, book: KeyBook):
    key, text = book.create(KeyKind.SECRET)
    assert client.post("/v1/answers", json={}, headers=bearer(text)).status_code == 422
    with KeyBook.open(book.path) as elsewhere:
        elsewhere.revoke(key.key_id)
    refused(client.post("/v1/answers", json={}, headers=bearer(text)), 401, "key-revoked")


def test_a_key_in_the_address_is_no_key(client: TestClient, book: KeyBook):
    _, text = book.create(KeyKind.SECRET)
    refused(client.get(f"/v1/reports?key={text}"), 401, "key-missing")


def test_a_server_whose_keys_vanish_lets_nobody_in(sample_assistant: Assistant, tmp_path: Path):
    with KeyBook.open(tmp_path / "keys", create=True) as book:
        _, text = book.create(KeyKind.SECRET)
    with client_of(sample_assistant, keys=book.path) as client:
        book.path.unlink()
        refused(client.get("/v1/reports", headers=bearer(text)), 503, "keys-unusable")
        refused(client.get("/v1/reports"), 401, "key-missing")


def test_a_server_does_not_start_with_keys_that_cannot_be_read(sample_assistant, tmp_path: Path):
    (tmp_path / "keys").write_text("no keys at all, " * 100)
    with pytest.raises(KeysUnusable, match="keys cannot be used as a file of keys"):
        client_of(sample_assistant, keys=tmp_path / "keys")


def test_a_first_key_closes_a_server_that_runs(sample_assistant: Assistant, tmp_path: Path):
    path = tmp_path / "library.db.keys"
    with client_of(sample_assistant, keys=path) as client:
        assert client.get("/v1/reports").status_code == 200
        KeyBook.open(path, create=True).close()
        refused(client.get("/v1/reports"), 401, "key-missing")


@pytest.mark.parametrize(
    "asked", [f"/embed?key={make_key_text(KeyKind.PUBLISHABLE)}", "/embed"], ids=["unknown", "none"]
)
def test_the_frame_is_not_shown_without_a_key_of_the_server(client: TestClient, asked: str):
    assert client.get(asked).status_code == 401


def test_the_frame_is_shown_on_the_sites_of_its_key_alone(client: TestClient, book: KeyBook):
    _, text = book.create(KeyKind.PUBLISHABLE, sites=(SITE,))
    policy = client.get(f"/embed?key={text}").headers["Content-Security-Policy"]
    assert f"frame-ancestors {SITE}" in policy


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST."])
def test_a_server_without_keys_answers_to_the_names_of_its_machine(open_client, host):
    assert open_client.get("/v1/reports", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["attacker.example", "127.0.0.1.attacker.example", "localhost:80:80", "", "10.0.0.1"]
)
@pytest.mark.parametrize("path", ["/", "/v1/reports", "/livez", "/page/ask.js", "/openapi.json"])
def test_a_server_without_keys_answers_to_no_other_name(open_client, host, path):
    refused(open_client.get(path, headers={"Host": host}), 421, "wrong-host")


def test_a_server_without_keys_takes_nothing_from_another_sites_page(open_client: TestClient):
    own = {"Origin": "http://localhost:8000"}
    assert open_client.post("/v1/answers", json={}, headers=own).status_code == 422
    for headers in ({"Origin": "https://attacker.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused(open_client.post("/v1/answers", json={}, headers=headers), 403, "foreign-site")


def test_no_page_of_another_site_may_read_an_answer(client: TestClient, book: KeyBook):
    headers = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    answer = client.options("/v1/answers", headers=headers)
    assert answer.status_code == 405
    assert [name for name in answer.headers if name.startswith("access-control")] == []
