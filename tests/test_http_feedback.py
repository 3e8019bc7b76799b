"""Feedback is kept as the evaluation reads it, whole lines only, up to a bound."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.cli import cli
from api.feedback_file import FeedbackFile, FeedbackFull, FeedbackUnwritable
from api.http.app import create_app
from api.http.serving_settings import ServingSettings
from eval.feedback import read_feedback
from rag.feedback import Feedback, Verdict

WORD: dict[str, Any] = {
    "question": "How many?",
    "history": ["And there?"],
    "answer_id": "3f0c",
    "verdict": "not_useful",
    "wrong_citations": [2],
    "comment": "The wrong force.",
}
SAID = Feedback(question="How many?", answer_id="3f0c", verdict=Verdict.USEFUL)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db.feedback.jsonl"


def client_of(assistant: Any, **serving: Any) -> TestClient:
    return TestClient(create_app(assistant, serving=ServingSettings(**serving)))


def test_what_a_user_says_is_on_disk_as_the_evaluation_reads_it(sample_assistant, path):
    reply = client_of(sample_assistant, feedback=path).post("/v1/feedback", json=WORD)
    assert (reply.status_code, reply.json()) == (201, {"status": "kept"})
    assert read_feedback(path) == (Feedback.model_validate(WORD),)


def test_the_evaluation_makes_gold_candidates_of_it(sample_assistant, path, tmp_path):
    client_of(sample_assistant, feedback=path).post("/v1/feedback", json=WORD)
    output = tmp_path / "candidates.jsonl"
    done = CliRunner().invoke(cli, ["eval", "import-feedback", str(path), "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert json.loads(output.read_text("utf-8"))["question"] == "How many?"


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "fine"},
        {"question": " "},
        {"question": "x" * 1001},
        {"answer_id": ""},
        {"wrong_citations": [0]},
        {"comment": "x" * 2001},
        {"e_mail": "somebody"},
        {"question": "What of a.person@example.org?"},
        {"history": ["Ring me on 07700 900123"]},
        {"comment": "Write to a.person@example.org"},
    ],
    ids=str,
)
def test_feedback_that_is_not_valid_is_refused_and_not_kept(sample_assistant, path, changed):
    reply = client_of(sample_assistant, feedback=path).post("/v1/feedback", json=WORD | changed)
    assert reply.status_code == 422
    assert not path.exists()


def test_a_server_without_a_file_says_that_it_keeps_none(sample_assistant):
    reply = client_of(sample_assistant).post("/v1/feedback", json=WORD)
    assert reply.status_code == 503
    assert reply.json()["type"] == "urn:peelback:problem:feedback-unwritable"


def test_a_full_file_takes_no_more_and_is_left_as_it_is(sample_assistant, path):
    client = client_of(sample_assistant, feedback=path, max_feedback_bytes=4096)
    comment = "x" * 1500
    replies = [client.post("/v1/feedback", json=WORD | {"comment": comment}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [201, 201, 503]
    assert replies[-1].json()["type"] == "urn:peelback:problem:feedback-full"
    assert len(read_feedback(path)) == 2
    assert path.stat().st_size <= 4096


def test_every_place_where_a_crash_can_break_a_line_off_leaves_whole_lines(path):
    FeedbackFile(path, most_bytes=10_000).append(SAID)
    whole = path.read_bytes()
    odd = SAID.model_copy(update={"comment": 'a brace } and a quote "}'})
    FeedbackFile(path, most_bytes=10_000).append(odd)
    both = path.read_bytes()
    for cut in range(len(whole), len(both)):
        path.write_bytes(both[:cut])
        survived = (SAID, odd) if cut == len(both) - 1 else (SAID,)
        assert read_feedback(path) == survived
        FeedbackFile(path, most_bytes=10_000).append(SAID)
        assert read_feedback(path) == (*survived, SAID)


def test_feedback_from_many_threads_and_files_is_all_there(path):
    files = [FeedbackFile(path, most_bytes=10**6) for _ in range(4)]
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: files[number % 4].append(SAID), range(64)))
    assert read_feedback(path) == (SAID,) * 64


def test_a_file_that_cannot_be_written_is_said_to_be(tmp_path):
    with pytest.raises(FeedbackUnwritable, match="feedback"):
        FeedbackFile(tmp_path / "none" / "feedback.jsonl", most_bytes=10_000).append(SAID)


def test_the_bound_is_not_passed_by_one_byte(path):
    line = len(SAID.model_dump_json()) + 1
    FeedbackFile(path, most_bytes=line).append(SAID)
    with pytest.raises(FeedbackFull):
        FeedbackFile(path, most_bytes=2 * line - 1).append(SAID)
    FeedbackFile(path, most_bytes=2 * line).append(SAID)
    assert path.stat().st_size == 2 * line
