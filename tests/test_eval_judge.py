import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.commands import eval_group
from eval.errors import GoldError, JudgeError
from eval.judge.agreement import Agreement, agreement, kappa, read_labels, spread
from eval.judge.command import judged_questions
from eval.judge.endpoint import Address, Judge
from eval.judge.prompt import PROMPT, PROMPT_SHA256, messages, prompt_sha256
from eval.kept_run import KeptQuestion

SAMPLE_GOLD = Path(__file__).parents[1] / "eval" / "gold" / "samples.jsonl"

MESSAGES = [{"role": "user", "content": "Is it?"}]


@contextmanager
def endpoint(reply):
    """An endpoint on this machine; ``reply`` makes (status, body) of a request's body."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.path, self.headers.get("Authorization"), body))
            status, told = reply(body, len(heard))
            raw = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def said(content):
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


def ask(reply, *, key=""):
    with endpoint(reply) as (url, heard), Judge(Address(url, "m", key)) as judge:
        return judge.is_right(MESSAGES, seed=7), heard


@pytest.mark.parametrize(
    ("content", "right"),
    [
        ('{"right": true}', True),
        ('```json\n{"right": false}\n```', False),
        ('Yes. {"right": true} I repeat: {"right": true}', True),
    ],
)
def test_a_verdict_is_read_out_of_a_reply(content, right):
    verdict, ((path, key, body),) = ask(lambda *_: (200, said(content)), key="k3y")

    assert verdict is right
    assert (path, key) == ("/v1/chat/completions", "Bearer k3y")
    assert body == {"model": "m", "messages": MESSAGES, "temperature": 0, "seed": 7}


@pytest.mark.parametrize(
    "content",
    ["yes", '{"right": "true"}', '{"right": true} or {"right": false}', "{}", '{"right": []}'],
)
def test_a_reply_without_one_verdict_is_no_verdict(content):
    with pytest.raises(JudgeError, match="gave no verdict"):
        ask(lambda *_: (200, said(content)))


def test_a_busy_endpoint_is_asked_again():
    def busy_twice(_, turn):
        return (429, {}) if turn < 3 else (200, said('{"right": true}'))

    verdict, heard = ask(busy_twice)
    assert verdict
    assert len(heard) == 3


def test_an_endpoint_that_stays_busy_is_given_up():
    with pytest.raises(JudgeError, match="did not answer 3 times: status 503"):
        ask(lambda *_: (503, {}))


def test_a_refusal_is_not_repeated():
    turns = []

    def refuse(_, turn):
        turns.append(turn)
        return 401, {}

    with pytest.raises(JudgeError, match="refused: status 401"):
        ask(refuse)
    assert turns == [1]


def test_another_kind_of_reply_is_named():
    with pytest.raises(JudgeError, match="does not answer as chat completions do"):
        ask(lambda *_: (200, {"choices": []}))


def test_an_endpoint_that_is_not_there_is_named():
    with endpoint(lambda *_: (200, {})) as (url, _):
        pass
    with (
        Judge(Address(url, "m")) as judge,
        pytest.raises(JudgeError, match="did not answer 3 times: ConnectError"),
    ):
        judge.is_right(MESSAGES, seed=0)


# The prompt


def test_the_prompt_is_the_pinned_one():
    assert prompt_sha256() == PROMPT_SHA256, "another prompt is another judge: pin its hash"


def kept(number, *, status="answered", answerable=True):
    return KeptQuestion(
        asked={
            "gold": "g",
            "id": f"q{number}",
            "question": f"Question {number}?",
            "history": ["Before?"],
            "answerable": answerable,
            "evidence": [{"report_id": "r", "quote": "It is 52."}],
        },
        answer={"status": status, "text": f"Answer {number}. [1]"},
        measures={},
        cause=None,
    )


def test_the_judge_is_shown_question_evidence_and_answer_as_data():
    system, user = messages(kept(4))

    assert system == {"role": "system", "content": PROMPT}
    assert json.loads(user["content"]) == {
        "earlier questions": ["Before?"],
        "question": "Question 4?",
        "evidence": ["It is 52."],
        "answer": "Answer 4. [1]",
    }


def test_refusals_and_unanswerable_questions_are_not_judged():
    questions = [kept(1), kept(2, status="not_in_reports"), kept(3, answerable=False)]
    assert [question.key for question in judged_questions(questions)] == [("g", "q1")]


# Agreement


def keys(text):
    return {("g", str(n)): verdict == "y" for n, verdict in enumerate(text)}


def test_kappa_takes_chance_away():
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: 0.7 seen, 0.5 by chance.
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert kappa(pairs) == pytest.approx(0.4)


def test_a_judge_that_always_says_yes_shows_nothing():
    assert kappa([(True, True)] * 50) == 0.0
    assert kappa([]) == 0.0


def test_the_worst_run_is_the_agreement():
    people = keys("yynn")
    found = agreement([keys("yynn"), keys("yyny"), keys("yynn")], people)
    assert found == Agreement(labels=4, share=0.75, kappa=0.5)


@pytest.mark.parametrize(
    ("labels", "kappa_", "counts"), [(30, 0.6, True), (29, 1.0, False), (500, 0.59, False)]
)
def test_a_judge_counts_only_with_enough_labels_and_agreement(labels, kappa_, counts):
    assert Agreement(labels, 0.9, kappa_).counts is counts


def test_the_spread_is_over_the_runs():
    found = spread([keys("yynn"), keys("yynn"), keys("yyyn")])
    assert (found.lowest, found.highest, found.unsteady) == (0.5, 0.75, 1)
    assert found.mean == pytest.approx(1.75 / 3)


def test_a_bad_label_is_named(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"gold": "g", "id": "q", "right": "yes"}\n', encoding="utf-8")
    with pytest.raises(GoldError, match=r"labels\.jsonl:1: right: Input should be a valid boolean"):
        read_labels(path)


# The command


@pytest.fixture(scope="module")
def run_of_samples(sample_settings, tmp_path_factory):
    """A run over the first forty questions of our own gold."""
    folder = tmp_path_factory.mktemp("judged")
    gold = folder / "g.jsonl"
    lines = SAMPLE_GOLD.read_text("utf-8").splitlines(keepends=True)
    gold.write_text("".join(lines[:40]), encoding="utf-8")
    options = ["--library", str(sample_settings.library), "--runs", str(folder), "--name", "one"]
    result = CliRunner().invoke(eval_group, ["run", str(gold), *options])
    assert result.exit_code == 0, result.output
    return folder / "one"


def labels_of(run, path, right):
    lines = [json.loads(line) for line in (run / "questions.jsonl").read_text("utf-8").splitlines()]
    rows = [{"gold": q["gold"], "id": q["id"], "right": right(q["question"])} for q in lines]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def short(question):
    return len(question) < 60


def judge_by_length(body, _):
    told = json.loads(body["messages"][1]["content"])
    return 200, said(json.dumps({"right": short(told["question"])}))


def test_a_judge_that_agrees_with_people_is_heard(run_of_samples, tmp_path):
    labels = labels_of(run_of_samples, tmp_path / "labels.jsonl", short)
    with endpoint(judge_by_length) as (url, heard):
        result = judged(run_of_samples, labels, url)

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["agreement"]["kappa"] == 1.0
    assert told["prompt_sha256"] == PROMPT_SHA256
    assert 0 < told["right"]["mean"] < 1
    assert told["right"]["lowest"] == told["right"]["highest"]
    assert len(heard) == 3 * told["answers"]


def test_a_judge_that_disagrees_gives_no_figure(run_of_samples, tmp_path):
    labels = labels_of(run_of_samples, tmp_path / "labels.jsonl", lambda text: not short(text))
    with endpoint(judge_by_length) as (url, _):
        result = judged(run_of_samples, labels, url)

    assert result.exit_code == 4
    assert json.loads(result.stdout)["right"] is None
    assert "the judge does not count" in result.stderr


def judged(run, labels, url):
    options = ["--labels", str(labels), "--base-url", url, "--model", "m", "--json"]
    return CliRunner().invoke(eval_group, ["judge", str(run), *options])
