import gzip
import hashlib
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eval.calibrators.plain import rank_whole_documents
from eval.calibrators.rankings import ranking_figures
from eval.calibrators.reading import is_answerable, measure_reading, real_questions
from eval.calibrators.sets import read_set, sample
from eval.calibrators.shelf import shelf, shelved
from eval.calibrators.vectors import text_vectors, windows
from eval.commands import eval_group
from eval.errors import UnreadableSet
from index.embedding import PassageVectors
from index.encoders.models import open_embedder

SHARED = Path(__file__).parents[2] / "shared" / "data"

DOCUMENTS = [
    {
        "_id": "lamp#0",
        "title": "The lamp",
        "text": "The harbour lamp burns whale oil. It is lit at dusk by the keeper.",
        "metadata": {"doc": "lamp"},
    },
    {
        "_id": "ferry#0",
        "title": "The ferry",
        "text": "The ferry crosses four times a day. A ticket costs three shillings.",
        "metadata": {"doc": "ferry"},
    },
    {
        "_id": "mill#0",
        "title": "The mill",
        "text": "The mill grinds barley. Its wheel was replaced in spring.",
        "metadata": {"doc": "mill"},
    },
]
QUESTIONS = [
    {"_id": "q1", "text": "What does the harbour lamp burn?", "answerable": True,
     "metadata": {"doc": "lamp", "core": True}},
    {"_id": "q2", "text": "And what does a ticket cost?", "answerable": True,
     "history": [{"role": "user", "text": "How often does the ferry cross?"},
                 {"role": "agent", "text": "Four times a day."}],
     "metadata": {"doc": "ferry", "core": True}},
    {"_id": "q3", "text": "Which barley is ground at the mill?", "answerable": True,
     "metadata": {"doc": "mill", "core": True}},
    {"_id": "q4", "text": "Thank you.", "answerable": True,
     "metadata": {"doc": "lamp", "core": False}},
]  # fmt: skip
JUDGEMENTS = [
    {"query_id": "q1", "doc_id": "lamp#0", "score": 1, "spans": [[0, 33]]},
    {"query_id": "q2", "doc_id": "ferry#0", "score": 1, "spans": [[36, 67]]},
    {"query_id": "q3", "doc_id": "mill#0", "score": 1, "spans": [[0, 23]]},
]


def write_set(folder, *, name="harbour", withheld=("mill",), **changed):
    folder.mkdir(exist_ok=True)
    files = {"corpus": DOCUMENTS, "queries": QUESTIONS, "qrels": JUDGEMENTS}
    sums = {}
    for file, lines in files.items():
        raw = changed.get(file) or "".join(json.dumps(line) + "\n" for line in lines).encode()
        sums[file] = hashlib.sha256(raw).hexdigest()
        (folder / f"{file}.jsonl.gz").write_bytes(gzip.compress(raw))
    meta = {"name": name, "sha256": sums}
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    if withheld:
        held_back = json.dumps({"withheld_docs": list(withheld)})
        (folder / "withheld.json").write_text(held_back, encoding="utf-8")
    return folder


class CountingEmbedder:
    """Takes each character for a token; a text's vector tells its letters."""

    identity = "letters"
    dim = 26
    max_tokens = 12

    def __init__(self):
        self.embedded = []

    def count_tokens(self, text):
        return len(text)

    def embed_query(self, text):
        counts = np.array([1 + text.count(chr(97 + n)) for n in range(self.dim)], np.float32)
        return counts / np.linalg.norm(counts)

    def embed_passages(self, inputs):
        self.embedded += [each.text for each in inputs]
        nothing = np.empty((0, self.dim), np.float32)
        return [PassageVectors(self.embed_query(each.text), nothing) for each in inputs]


@pytest.fixture(scope="module")
def encoder():
    return open_embedder()


# Sets


def test_a_set_is_read_with_its_judgements_and_turns(tmp_path):
    harbour = read_set(write_set(tmp_path / "s"))

    assert [each.id for each in harbour.documents] == ["lamp#0", "ferry#0", "mill#0"]
    assert harbour.questions[1].history == ("How often does the ferry cross?",)
    assert harbour.relevant["q2"] == {"ferry#0": 1}
    (span,) = harbour.spans["q2", "ferry#0"]
    assert span.of(harbour.documents[1].text) == "A ticket costs three shillings."


def test_withheld_documents_are_not_shelved_and_their_questions_have_no_answer(tmp_path):
    harbour = read_set(write_set(tmp_path / "s"))

    assert [each.id for each in shelved(harbour)] == ["lamp#0", "ferry#0"]
    asked = real_questions(harbour)
    assert [(each.id, is_answerable(each, harbour)) for each in asked] == [
        ("q1", True),
        ("q2", True),
        ("q3", False),
    ]


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path):
    folder = write_set(tmp_path / "s")
    (folder / "qrels.jsonl.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(UnreadableSet, match=r"qrels\.jsonl\.gz is not the published file"):
        read_set(folder)


@pytest.mark.parametrize(
    ("raw", "fault"), [(b'{"_id": 1}\n', "Expected `str`"), (b"{\n", "truncated")]
)
def test_a_bad_line_is_refused(tmp_path, raw, fault):
    with pytest.raises(UnreadableSet, match=fault):
        read_set(write_set(tmp_path / "s", corpus=raw))


def test_a_folder_without_a_set_is_exit_code_3(tmp_path):
    result = CliRunner().invoke(eval_group, ["calibrate", str(tmp_path)])
    assert result.exit_code == 3
    assert "is no question set: meta.json" in result.stderr


def test_a_sample_is_evenly_spaced(tmp_path):
    questions = read_set(write_set(tmp_path / "s")).questions
    assert [each.id for each in sample(questions, limit=2)] == ["q1", "q3"]
    assert sample(questions, limit=9) == questions


# Vectors


@given(st.lists(st.text("abc", min_size=1, max_size=12), max_size=40))
def test_windows_hold_all_words_and_each_as_many_as_fit(words):
    embedder = CountingEmbedder()
    made = windows("  ".join(words), embedder)

    assert [word for window in made for word in window.split()] == words
    assert all(len(window) <= embedder.max_tokens for window in made)
    for window, following in pairwise(made):
        assert len(f"{window} {following.split()[0]}") > embedder.max_tokens


def test_a_word_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="a word of 13 characters"):
        windows("short " + "a" * 13, CountingEmbedder())


def test_vectors_are_made_once_for_the_same_texts(tmp_path):
    first, second = CountingEmbedder(), CountingEmbedder()
    done = []
    made = text_vectors(["ab", "cd"], first, cache=tmp_path, on_embedded=done.append)
    kept = text_vectors(["ab", "cd"], second, cache=tmp_path, on_embedded=done.append)
    text_vectors(["abcd"], second, cache=tmp_path, on_embedded=done.append)

    assert np.array_equal(made, kept)
    assert (first.embedded, second.embedded, done) == (["ab", "cd"], ["abcd"], [2, 2, 1])


# Measures


def test_a_relevant_document_at_the_second_place():
    figures = ranking_figures({"q": [("a", 2.0), ("b", 1.0)]}, {"q": {"b": 1}})
    assert figures == pytest.approx(
        {"nDCG@10": 1 / math.log2(3), "R@10": 1.0, "R@100": 1.0, "RR@10": 0.5}
    )


def test_questions_without_a_ranked_document_count_as_found_nothing():
    figures = ranking_figures({"q": [("a", 1.0)], "r": []}, {"q": {"a": 1}, "r": {"b": 1}})
    assert figures["R@10"] == 0.5


def test_no_judged_question_has_no_figure():
    assert set(ranking_figures({"q": [("a", 1.0)]}, {}).values()) == {None}


def test_a_document_counts_by_its_first_window_or_by_its_best(tmp_path):
    corpus = [
        {"_id": "long", "title": "", "text": "xxxxxxxxxxx zzzzzzzzzzz"},
        {"_id": "short", "title": "", "text": "zzyy"},
    ]
    queries = [{"_id": "q", "text": "zzzzzzzzzzz", "answerable": True}]
    qrels = [{"query_id": "q", "doc_id": "long", "score": 1}]
    lines = {"corpus": corpus, "queries": queries, "qrels": qrels}
    raw = {k: "".join(json.dumps(line) + "\n" for line in v).encode() for k, v in lines.items()}
    letters = read_set(write_set(tmp_path / "s", **raw))

    figures, cut = rank_whole_documents(
        letters, letters.questions, CountingEmbedder(), cache=tmp_path, on_embedded=lambda _: None
    )
    assert cut == 1
    assert figures["dense, first window"]["RR@10"] == 0.5
    assert figures["dense, best window"]["RR@10"] == 1.0
    assert figures["BM25"]["RR@10"] == 1.0


# Reading


def test_a_set_is_read_as_the_assistant_reads(tmp_path, encoder):
    harbour = read_set(write_set(tmp_path / "s"))
    figures = measure_reading(
        harbour, encoder, limit=9, cache=tmp_path / "kept",
        on_embedded=lambda _: None, on_asked=lambda _: None,
    )  # fmt: skip

    assert (figures.questions, figures.answerable) == (3, 2)
    assert figures.retrieval["fused"]["RR@10"] == 1.0
    assert figures.cited["evidence cited@1"] == 1.0
    assert figures.abstention["best dense score"] == 1.0
    assert set(figures.followups) == {
        "the question alone",
        "as the assistant resolves it",
        "all the user's turns",
    }


def test_a_shelf_that_is_kept_is_not_embedded_again(tmp_path, encoder):
    harbour = read_set(write_set(tmp_path / "s"))
    done = []
    for _ in range(2):
        with shelf(
            harbour, encoder, passage_tokens=180, cache=tmp_path, on_embedded=done.append
        ) as (library, documents):
            revision = library.revision
            assert [documents[card.report_id] for card in library.cards()] == ["lamp#0", "ferry#0"]
    assert done == [0, 2, 2]
    assert revision == 2


def test_the_command_prints_what_was_measured(tmp_path):
    folder = write_set(tmp_path / "s")
    result = CliRunner().invoke(
        eval_group, ["calibrate", str(folder), "--cache", str(tmp_path / "kept"), "--json"]
    )

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["set"], told["questions"]) == ("harbour", 3)
    assert told["retrieval"]["BM25"]["R@10"] == 1.0


@pytest.mark.full
@pytest.mark.real
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not (SHARED / "scifact").exists(), reason="no public sets beside the checkout")
def test_scifact_is_within_a_point_of_the_published_figure():
    result = CliRunner().invoke(eval_group, ["calibrate", str(SHARED / "scifact"), "--json"])

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["questions"] == 300
    assert told["retrieval"]["dense, first window"]["nDCG@10"] == pytest.approx(0.645, abs=0.01)
