"""Reports from web addresses: fetched from the open internet alone, and within bounds."""

import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from index.errors import UnreadableReport
from index.ingest.addresses import is_public, system_addresses
from index.ingest.sources import Source
from index.ingest.web import Fetching, fetch

CONNECTS: list[object] = []
"""Every address that this process tried to connect to: Python itself reports each."""
sys.addaudithook(
    lambda event, args: CONNECTS.append(args[1]) if event == "socket.connect" else None
)

PAGE = (
    "<!doctype html><title>Tern Constabulary: PEEL 2018</title><main>"
    "<h1>Tern Constabulary: PEEL 2018</h1><h2>Supervision</h2>"
    "<p>Sergeants in Tern read every crime file within two days of the report.</p></main>"
)


class Site(BaseHTTPRequestHandler):
    """A publisher's site: a page, and every way in which a site can be awkward."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        route = {
            "/reports/tern-peel-2018": lambda: self.reply(PAGE.encode()),
            "/tern.pdf": lambda: self.reply(b"%PDF-1.4 of no pages", "application/pdf"),
            "/notes": lambda: self.reply(b"# Notes\n\nRead.", "text/plain; charset=utf-8"),
            "/notes.md": lambda: self.reply(b"# Notes\n\nRead.", "text/plain"),
            "/raw.txt": lambda: self.reply(b"Read.", "application/octet-stream"),
            "/crest.png": lambda: self.reply(b"\x89PNG", "image/png"),
            "/raw": lambda: self.reply(b"Read.", "application/octet-stream"),
            "/away": lambda: self.redirect(302, "/reports/tern-peel-2018"),
            "/moved": lambda: self.redirect(301, "/reports/tern-peel-2018"),
            "/inside": lambda: self.redirect(302, "http://10.0.0.1/admin"),
            "/file": lambda: self.redirect(302, "file:///etc/passwd"),
            "/forbidden": lambda: self.reply(b"no", status=403),
            "/squeezed": lambda: self.reply(gzip.compress(b"x" * 3_000_000), encoding="gzip"),
            "/announced": lambda: self.reply(b"", length=10_000_000_000),
            "/endless": self.endless,
            "/drip": self.drip,
            "/silent": lambda: time.sleep(2),
        }.get(path)
        if route is not None:
            route()
        elif path.startswith("/hop/"):
            left = int(path.rpartition("/")[2])
            self.redirect(302, f"/hop/{left - 1}" if left > 1 else "/reports/tern-peel-2018")
        else:
            self.reply(b"not here", status=404)

    def reply(self, body, kind="text/html", *, status=200, encoding=None, length=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, status, place):
        self.send_response(status)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.send_until_gone(b"y" * 65536, pause_s=0)

    def drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.send_until_gone(b"X-Drip: 1\r\n", pause_s=0.05)

    def send_until_gone(self, piece, *, pause_s):
        try:
            while True:
                self.wfile.write(piece)
                time.sleep(pause_s)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://tern.example:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def here(host: str, port: int) -> list[str]:
    """A resolver to which every name is this machine; numbers are themselves."""
    return system_addresses(host, port) if ip_or_none(host) else ["127.0.0.1"]


def ip_or_none(host: str) -> object:
    try:
        return ip_address(host)
    except ValueError:
        return None


def local(**changes) -> Fetching:
    loopback = ip_address("127.0.0.1")
    return Fetching(**{"allows": lambda address: address == loopback, "resolve": here, **changes})


def fetched(address: str, folder: Path, how: Fetching | None = None) -> Source:
    found = fetch(address, folder, how or local())
    assert isinstance(found, Source), found
    return found


def refused(address: str, folder: Path, how: Fetching | None = None) -> str:
    found = fetch(address, folder, how or local())
    assert isinstance(found, UnreadableReport)
    assert found.source == address
    return found.reason


def test_a_page_comes_with_its_name_its_bytes_and_its_address(site, tmp_path):
    source = fetched(f"{site}/reports/tern-peel-2018#heading-3", tmp_path)
    assert source.name == "tern-peel-2018.html"
    assert source.read() == PAGE.encode()
    assert source.origin == f"{site}/reports/tern-peel-2018#heading-3"
    assert source.url == f"{site}/reports/tern-peel-2018"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/tern.pdf", "tern.pdf"),
        ("/notes", "notes.txt"),
        ("/notes.md", "notes.md"),
        ("/raw.txt", "raw.txt"),
        ("/tern.pdf?version=2", "tern.pdf"),
    ],
)
def test_the_ending_of_a_name_is_that_of_the_content(site, tmp_path, path, name):
    assert fetched(site + path, tmp_path).name == name


@pytest.mark.parametrize(
    ("path", "lives_at"), [("/moved", "/reports/tern-peel-2018"), ("/away", "/away")]
)
def test_a_report_lives_where_permanent_redirects_lead(site, tmp_path, path, lives_at):
    source = fetched(site + path, tmp_path)
    assert (source.read(), source.url) == (PAGE.encode(), site + lives_at)


def test_five_redirects_are_followed_and_six_are_not(site, tmp_path):
    assert fetched(f"{site}/hop/5", tmp_path).read() == PAGE.encode()
    assert refused(f"{site}/hop/6", tmp_path) == "it redirects more than 5 times"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nothing", "the site answered 404 Not Found"),
        ("/forbidden", "403 Forbidden: save it from a browser and add the file"),
        ("/crest.png", "it is image/png; read are pages, PDF"),
        ("/raw", "it is application/octet-stream; read are pages"),
        ("/inside", "10.0.0.1 is on a private or local network"),
        ("/file", "only http and https addresses are fetched, not file:"),
        ("/squeezed", "it is larger than 1,000,000 bytes"),
        ("/announced", "it is larger than 1,000,000 bytes"),
        ("/endless", "it is larger than 1,000,000 bytes"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(site, tmp_path, path, reason):
    assert reason in refused(site + path, tmp_path, local(most_bytes=1_000_000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["/drip", "/silent"])
def test_a_site_has_so_long_and_no_longer(site, tmp_path, path):
    started = time.monotonic()
    assert refused(site + path, tmp_path, local(most_s=0.3)) == "it took longer than 0.3 seconds"
    assert time.monotonic() - started < 1.5


def test_without_a_network_the_reason_says_so(tmp_path):
    def no_network(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    reason = refused("https://tern.example/r", tmp_path, Fetching(resolve=no_network))
    assert reason == "tern.example cannot be looked up: there is no network, or no such site"


def test_a_site_that_is_down_is_said_to_be(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "cannot be reached" in refused(f"http://tern.example:{port}/", tmp_path)


# Where an attacker would send us. "@" stands for the canary's port.
INSIDE = Path(__file__).parent / "golden" / "inside_addresses.txt"
NAMES = {
    "metadata.google.internal": ["169.254.169.254"],
    "router.test": ["192.168.1.1"],
    "mixed.test": ["9.9.9.9", "127.0.0.1"],
    "127.0.0.1.nip.test": ["127.0.0.1"],
    "public.test": ["9.9.9.9"],
}


def named(host: str, port: int) -> list[str]:
    return NAMES.get(host) or system_addresses(host, port)


@pytest.fixture
def canary() -> Iterator[Callable[[], tuple[int, bool]]]:
    """A listener on every local address: its port, and whether anyone came."""
    with socket.create_server(("", 0)) as listener:
        listener.setblocking(False)

        def visited() -> tuple[int, bool]:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                return listener.getsockname()[1], False
            return listener.getsockname()[1], True

        yield visited


def test_no_connection_is_made_to_anything_inside(canary, tmp_path):
    port, _ = canary()
    corpus = [
        address.replace("@/", f"{port}/").replace(":@", f":{port}")
        for address in INSIDE.read_text().splitlines()
    ]
    assert len(set(corpus)) >= 80
    CONNECTS.clear()
    outcomes = {address: fetch(address, tmp_path, Fetching(resolve=named)) for address in corpus}
    assert CONNECTS == []
    assert not canary()[1]
    assert {type(outcome) for outcome in outcomes.values()} == {UnreadableReport}


def test_a_name_that_means_something_else_the_next_moment_leads_nowhere(site, canary, tmp_path):
    asked: list[str] = []

    def flipping(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    CONNECTS.clear()
    fetched(f"{site}/reports/tern-peel-2018", tmp_path, local(resolve=flipping))
    assert asked == ["tern.example"]
    assert [("127.0.0.1", int(site.rpartition(":")[2]))] == CONNECTS


def test_a_redirect_is_looked_up_and_checked_again(site, tmp_path):
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    CONNECTS.clear()
    reason = refused(f"{site}/away", tmp_path, local(resolve=lambda *_: next(answers)))
    assert "private or local network" in reason
    assert [address for address, _ in CONNECTS] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_what_is_on_the_open_internet_may_be_asked(address):
    assert is_public(ip_address(address))


def run(*arguments: str, library: Path):
    return CliRunner().invoke(cli, ["--library", str(library), *arguments])


def test_a_report_that_was_fetched_is_cited_by_its_publishers_address(site, tmp_path):
    address = f"http://127.0.0.1:{site.rpartition(':')[2]}/reports/tern-peel-2018"
    library = tmp_path / "library.db"
    done = run("add", "--allow-private", "--json", address, library=library)
    assert done.exit_code == 0, done.stderr
    assert [(c["report_id"], c["url"]) for c in json.loads(done.stdout)["added"]] == [
        ("tern-peel-2018", address)
    ]
    asked = run("ask", "--json", "Who reads the crime files in Tern?", library=library)
    citations = json.loads(asked.stdout)["citations"]
    assert {c["url"].partition("#:~:text=")[0] for c in citations} == {address}
    again = run("add", "--allow-private", "--json", address, library=library)
    assert json.loads(again.stdout)["unchanged"] == ["tern-peel-2018"]


def test_a_local_address_is_refused_on_the_command_line_and_the_rest_comes_in(site, tmp_path):
    address = f"http://127.0.0.1:{site.rpartition(':')[2]}/reports/tern-peel-2018"
    (tmp_path / "notes.txt").write_text("Inspection notes\n\nSergeants read every file.\n")
    done = run("add", "--json", address, str(tmp_path / "notes.txt"), library=tmp_path / "l.db")
    assert done.exit_code == 1
    summary = json.loads(done.stdout)
    assert [card["report_id"] for card in summary["added"]] == ["notes"]
    assert summary["failed"] == [
        {
            "source": address,
            "reason": "127.0.0.1 is on a private or local network, which is not asked",
        }
    ]
