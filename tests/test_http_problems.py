"""Problems: one for every exception, none of which tells a path."""

import asyncio
import importlib
import json
import pkgutil
import threading
from collections.abc import Iterator

import pytest

import index
import rag
from api.http.problems import PROBLEMS, Busy, kind_of, kind_of_status, problem_response
from api.http.workers import Workers
from index.errors import LibraryCorrupt, LibraryMissing, PeelbackError, UnknownReport
from rag.language_model.errors import NoProse


def subclasses(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def our_errors() -> set[type]:
    for package in (index, rag):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    floors = ("index.", "rag.", "api.")
    return {error for error in subclasses(PeelbackError) if error.__module__.startswith(floors)}


def test_every_exception_of_ours_has_a_problem_of_its_own():
    # Why there is no prose is told in an answer's ``degraded``, and is never raised at a door.
    told_in_answers = {NoProse, *subclasses(NoProse)}
    assert our_errors() - set(PROBLEMS) - told_in_answers == set()


def test_no_two_problems_share_a_type():
    slugs = [kind.slug for kind in PROBLEMS.values()]
    assert sorted(set(slugs)) == sorted(slugs)


def test_a_problem_keeps_the_exceptions_text_to_itself():
    response = problem_response(kind_of(LibraryMissing("/srv/secret/library.db: none there")))
    assert b"secret" not in response.body
    assert response.status_code == 503


def test_a_problem_is_what_rfc_9457_says():
    response = problem_response(kind_of(UnknownReport("x")))
    assert response.media_type == "application/problem+json"
    assert json.loads(response.body) == {
        "type": "urn:peelback:problem:unknown-report",
        "title": "No such report",
        "status": 404,
        "detail": "No report of that id is in this library.",
    }


def test_an_exception_that_the_map_lacks_has_its_parents_problem():
    class TornPage(LibraryCorrupt):
        pass

    assert kind_of(TornPage()) is PROBLEMS[LibraryCorrupt]


def test_what_will_pass_says_when_to_come_back():
    assert problem_response(kind_of(Busy())).headers["Retry-After"] == "5"


def test_the_frameworks_own_errors_are_problems_too():
    assert kind_of_status(405).slug == "method-not-allowed"


def test_a_lone_surrogate_in_a_request_does_not_break_its_problem():
    response = problem_response(kind_of_status(422), errors=[{"pointer": "#/\ud800"}])
    assert json.loads(response.body)["errors"] == [{"pointer": "#/\ud800"}]


def test_a_call_over_the_limit_is_refused_at_once():
    release = threading.Event()

    async def crowd() -> list[object]:
        workers = Workers(threads=1, waiting=1)
        taken = [asyncio.wrap_future(workers.submit(release.wait)) for _ in range(2)]
        with pytest.raises(Busy, match="2 calls are in hand, and 2 are the most"):
            workers.submit(lambda: None)
        release.set()
        results = await asyncio.gather(*taken)
        later = await asyncio.wrap_future(workers.submit(lambda: "free again"))
        workers.close()
        return [*results, later]

    assert asyncio.run(crowd()) == [True, True, "free again"]


def test_a_call_that_waits_leaves_the_queue_when_it_is_taken_back():
    release = threading.Event()
    workers = Workers(threads=1, waiting=1)
    workers.submit(release.wait)
    assert workers.submit(lambda: None).cancel()
    assert workers.in_hand == 1
    release.set()
    workers.close()
