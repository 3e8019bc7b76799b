"""What is seen of a sentence beside a question, worked by hand."""

import math

import numpy as np
import pytest

from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.features import FEATURES, Candidate, candidates_of, fits, leans_back, sentence_features
from rag.questions import Wants
from rag.vocabulary import Query, load_vocabulary, read_words
from tests.adding import add, open_library
from tests.made_reports import HashEmbedder

REPORT = """\
# PEEL 2021/22 – An inspection of Heron Police

The fieldwork for this inspection took place between 3 and 14 May 2021.

## Custody suites

In our 2017 inspection we found six nurses. They have left. The harbour watch group (HWG) visits
every week:

- doctors come in 40 minutes

Bittern, north wing
"""


@pytest.mark.parametrize(
    ("wants", "text", "share"),
    [
        (Wants.ANYTHING, "It has 14 boats.", 0),
        (Wants.COUNT, "It has 14 boats.", 1),
        (Wants.COUNT, "It has fourteen boats.", 1),
        (Wants.COUNT, "It has several boats.", 0),
        (Wants.COUNT, "The tenor of the report.", 0),
        (Wants.SHARE, "It reached 14 percent of them.", 1),
        (Wants.SHARE, "It reached 29 of the 60.", 1),
        (Wants.SHARE, "It has 14 boats.", 0.3),
        (Wants.SHARE, "The rate has fallen.", 0),
        (Wants.MONEY, "A boat costs £9,000.", 1),
        (Wants.MONEY, "A boat costs 9,000.", 0),
        (Wants.DURATION, "They wait 11 weeks.", 1),
        (Wants.DURATION, "They wait for weeks.", 0),
        (Wants.DURATION, "They read 11 files.", 0),
        (Wants.FREQUENCY, "The panel meets every quarter.", 1),
        (Wants.FREQUENCY, "The panel has met.", 0),
        (Wants.DATE, "It opened in June.", 1),
        (Wants.DATE, "It opened in 2019.", 1),
        (Wants.DATE, "It opened six weeks ago.", 1),
        (Wants.DATE, "It opened late.", 0),
        (Wants.REASON, "It closed because of the mast.", 0.5),
        (Wants.REASON, "It closed.", 0),
        (Wants.NAME, "It is led by Sergeant Wren.", 0.4),
        (Wants.NAME, "Sergeants lead it.", 0),
    ],
)
def test_a_sentence_fits_by_the_value_it_can_hold(wants, text, share):
    assert fits(wants, text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("They have left.", True),
        ("This is new.", True),
        ("But its boats are old.", False),
        ("But It leaks.", True),
        ("However, these were few.", False),
        ("However, They were few.", True),
        ("Theirs is a hard job.", False),
        ("Items are kept.", False),
        ("Thisbe leads it.", False),
        ("The force knows it.", False),
    ],
)
def test_a_sentence_that_opens_with_a_pronoun_leans_back(text, leans):
    assert leans_back(text) is leans


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    (folder / "heron.md").write_text(REPORT, "utf-8")
    with open_library(folder / "library.db") as library:
        assert not add(library, folder / "heron.md").failed
        yield library.snapshot()


@pytest.fixture(scope="module")
def query(snapshot: Snapshot) -> Query:
    vocabulary = load_vocabulary(snapshot.definitions())
    return read_words("Nurses in custody", vocabulary, snapshot.keywords)


@pytest.fixture(scope="module")
def seen(snapshot: Snapshot, query: Query):
    ranking = [Hit(i, 1.0) for i in snapshot.passage_ids("heron")]
    vector = HashEmbedder().embed_query(query.text)
    candidates, matrix = sentence_features(snapshot, query, vector, Wants.COUNT, ranking)

    def feature(name: str) -> dict[str, float]:
        column = matrix[:, FEATURES.index(name)]
        return {c.text.split()[0]: float(v) for c, v in zip(candidates, column, strict=True)}

    return feature


def test_no_passage_has_no_sentence(snapshot, query):
    vector = HashEmbedder().embed_query("nurses")
    candidates, matrix = sentence_features(snapshot, query, vector, Wants.COUNT, [])
    assert (candidates, matrix.shape) == ([], (0, 17))


def test_the_sentences_of_a_passage_are_slices_of_its_report(snapshot):
    text = snapshot.report("heron").text
    found = [c for i in snapshot.passage_ids("heron") for c in candidates_of(snapshot, i)]
    assert [c.text for c in found] == [c.span.of(text) for c in found]
    assert [c.span for c in found] == sorted(c.span for c in found)
    assert all(isinstance(c, Candidate) and c.report_id == "heron" for c in found)


def test_the_words_of_the_question_are_counted_where_they_stand(seen):
    # "nurses" stands in one sentence and "custody" in the heading: each is half of the question.
    assert {word: share for word, share in seen("coverage").items() if share} == {"In": 0.5}
    assert (seen("coverage_before")["They"], seen("coverage_after")["They"]) == (0.5, 0)
    assert (seen("heading_coverage")["They"], seen("passage_coverage")["They"]) == (0.5, 1)


def test_bm25_is_against_the_best_sentence_read(seen):
    assert max(seen("bm25").values()) == pytest.approx(1)
    assert seen("bm25")["They"] == 0


def test_the_value_that_is_wanted(seen):
    wanted = seen("wanted_value")
    assert (wanted["In"], wanted["They"], wanted["doctors"]) == (1, 0, 1)


def test_the_length_is_the_logarithm_of_the_characters(seen):
    assert seen("length")["They"] == pytest.approx(math.log(1 + len("They have left.")))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("leans_back", {"They"}),
        ("earlier", {"In"}),
        ("opens_paragraph", {"The", "In", "doctors", "Bittern,"}),
        # An item of a list is a sentence without its full stop; an address is none.
        ("fragment", {"Bittern,"}),
        ("defines", set()),
    ],
)
def test_what_is_true_of_which_sentence(seen, name, words):
    features = seen(name)
    if name == "opens_paragraph":
        # "The fieldwork" and "The harbour watch group" share their first word.
        features.pop("The")
        words = words - {"The"}
    assert {word for word, value in features.items() if value} == words


def test_what_was_inspected_and_when_is_frame(snapshot, query):
    ranking = [Hit(i, 1.0) for i in snapshot.passage_ids("heron")]
    candidates, matrix = sentence_features(
        snapshot, query, HashEmbedder().embed_query("x"), Wants.DATE, ranking
    )
    frame = matrix[:, FEATURES.index("frame")]
    framing = [c.text for c, value in zip(candidates, frame, strict=True) if value]
    assert "The fieldwork for this inspection took place between 3 and 14 May 2021." in framing
    assert "They have left." not in framing


def test_the_definition_of_an_acronym_in_the_question_is_seen(snapshot):
    vocabulary = load_vocabulary(snapshot.definitions())
    asked = read_words("What is the HWG?", vocabulary, snapshot.keywords)
    ranking = [Hit(i, 1.0) for i in snapshot.passage_ids("heron")]
    vector = HashEmbedder().embed_query(asked.text)
    candidates, matrix = sentence_features(snapshot, asked, vector, Wants.ANYTHING, ranking)
    defines = matrix[:, FEATURES.index("defines")]
    (defining,) = (c.text for c, value in zip(candidates, defines, strict=True) if value)
    assert defining.startswith("The harbour watch group (HWG)")


def test_the_rank_and_the_cosines_are_of_the_passage_that_holds_the_sentence(snapshot, query):
    vector = HashEmbedder().embed_query(query.text)
    ids = snapshot.passage_ids("heron")
    ranking = [Hit(i, 1.0) for i in reversed(ids)]
    candidates, matrix = sentence_features(snapshot, query, vector, Wants.COUNT, ranking)
    for candidate, row in zip(candidates, matrix, strict=True):
        rank = 1 + [hit.passage_id for hit in ranking].index(candidate.passage_id)
        cosine = float(snapshot.passage_vector(candidate.passage_id) @ vector)
        assert row[FEATURES.index("passage_rank")] == pytest.approx(1 / (2 + rank))
        assert row[FEATURES.index("passage_cosine")] == pytest.approx(cosine, abs=1e-6)
    assert np.isfinite(matrix).all()
