"""What every ``Embedder`` promises, asked of both; then what each promises alone."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder, EmbeddingInput
from index.encoders.models import default_model, open_embedder
from index.encoders.openvino_embedder import (
    OpenVINOEmbedder,
    Precision,
    compiled_path,
    cpu_flags,
    precision_for,
)
from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder
from index.passages.sentences import sentence_spans

TEXTS = (
    "Westmarch Police, 2018/19 > Supervision\nSergeants review each case. They do so weekly.",
    "Good",
    "The unit should:\n\n• record why a case was closed\n\n• tell the victim. It often did not.1 "
    "We found this in 14 of 60 cases.",
    "Neighbourhood teams know their communities well, and they act on what they hear. " * 6,
    "“It helps,” an officer told us (see No. 5).",
)
INPUTS = [EmbeddingInput(text, sentence_spans(text)) for text in TEXTS]
QUERIES = ("who supervises investigations?", "AFI", "What did inspectors say about victims? " * 5)
TOO_LONG = "word " * 300


@dataclass(frozen=True)
class Opened:
    embedder: Embedder
    cache: Path
    warnings: list[str]


class Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Return the default encoder, opened over a cache in which its file is damaged."""
    cache = tmp_path_factory.mktemp("encoders")
    path = compiled_path(default_model(), cache, precision=precision_for(cpu_flags()))
    path.write_bytes(b"0" * 1000)
    handler = Warnings()
    logger = logging.getLogger("index.encoders.openvino_embedder")
    logger.addHandler(handler)
    yield Opened(open_embedder(cache=cache), cache, handler.messages)
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def reference() -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(default_model())


@pytest.fixture(scope="module", params=["openvino", "sentence_transformers"])
def embedder(
    request: pytest.FixtureRequest, opened: Opened, reference: SentenceTransformersEmbedder
) -> Embedder:
    return opened.embedder if request.param == "openvino" else reference


def test_a_query_is_a_unit_vector(embedder: Embedder) -> None:
    vector = embedder.embed_query(QUERIES[0])
    assert (vector.shape, vector.dtype) == ((embedder.dim,), np.float32)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_a_passage_and_its_sentences_are_unit_vectors(embedder: Embedder) -> None:
    (vectors,) = embedder.embed_passages([INPUTS[2]])
    assert (vectors.passage.shape, vectors.sentences.shape) == ((384,), (5, 384))
    assert (vectors.passage.dtype, vectors.sentences.dtype) == (np.float32, np.float32)
    norms = np.linalg.norm(np.vstack([vectors.passage, vectors.sentences]), axis=1)
    assert norms == pytest.approx(np.ones(6), abs=1e-6)


def test_the_vector_of_the_models_example_is_the_published_one(embedder: Embedder) -> None:
    # The first three numbers that the model's page on the hub is quoted with.
    vector = embedder.embed_query("This is an example sentence")
    assert vector[:3] == pytest.approx([0.0676569, 0.0634959, 0.0487131], abs=2e-4)


def test_the_model_is_the_one_that_its_package_names(embedder: Embedder) -> None:
    assert (embedder.dim, embedder.max_tokens) == (384, 256)
    assert embedder.identity == (
        "all-MiniLM-L6-v2 sha256:"
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db mean pooling"
    )


def test_vectors_come_in_the_order_of_the_inputs(embedder: Embedder) -> None:
    together = embedder.embed_passages(INPUTS)
    alone = [embedder.embed_passages([shown])[0] for shown in INPUTS]
    cosines = [float(a.passage @ b.passage) for a, b in zip(together, alone, strict=True)]
    assert cosines == pytest.approx([1] * len(INPUTS), abs=1e-3)


def test_each_sentence_has_its_row(embedder: Embedder) -> None:
    rows = [vectors.sentences.shape for vectors in embedder.embed_passages(INPUTS)]
    assert rows == [(len(shown.sentences), 384) for shown in INPUTS]


def test_a_sentence_alone_in_its_passage_is_close_to_the_passage(embedder: Embedder) -> None:
    # Not equal: the passage's mean has the states of [CLS] and [SEP] too.
    (vectors,) = embedder.embed_passages([INPUTS[4]])
    assert float(vectors.passage @ vectors.sentences[0]) > 0.9


def test_a_passage_without_sentences_has_no_rows(embedder: Embedder) -> None:
    (vectors,) = embedder.embed_passages([EmbeddingInput("•", ())])
    assert vectors.sentences.shape == (0, 384)


def test_a_sentence_that_the_tokenizer_drops_has_the_passages_vector(embedder: Embedder) -> None:
    text = "Good.\n\n\u200b"
    (vectors,) = embedder.embed_passages([EmbeddingInput(text, sentence_spans(text))])
    assert vectors.sentences.shape == (2, 384)
    assert np.array_equal(vectors.sentences[1], vectors.passage)


def test_no_input_gives_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]) == []


def test_a_passage_too_long_is_refused_and_never_cut(embedder: Embedder) -> None:
    expected = "input 1 takes 302 of the encoder's tokens, its limit is 256"
    with pytest.raises(ValueError, match=expected):
        embedder.embed_passages([INPUTS[0], EmbeddingInput(TOO_LONG, ())])


def test_a_query_too_long_is_refused_and_never_cut(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match=r"takes 302 .* its limit is 256"):
        embedder.embed_query(TOO_LONG)


def test_tokens_are_counted_with_the_special_ones_and_without_a_limit(embedder: Embedder) -> None:
    # [CLS] hello there [SEP]; the tokenizer's own file would stop at 128.
    assert (embedder.count_tokens("Hello there"), embedder.count_tokens(TOO_LONG)) == (4, 302)


def test_the_same_text_gives_the_same_bytes(embedder: Embedder) -> None:
    first = embedder.embed_query(QUERIES[0])
    embedder.embed_query(QUERIES[2])
    embedder.embed_passages(INPUTS)
    assert embedder.embed_query(QUERIES[0]).tobytes() == first.tobytes()


def test_the_same_passages_give_the_same_bytes(embedder: Embedder) -> None:
    first, second = embedder.embed_passages(INPUTS * 2), embedder.embed_passages(INPUTS * 2)
    assert [v.passage.tobytes() for v in first] == [v.passage.tobytes() for v in second]
    assert [v.sentences.tobytes() for v in first] == [v.sentences.tobytes() for v in second]


def test_threads_get_the_vectors_that_one_caller_gets(embedder: Embedder) -> None:
    queries = list(QUERIES) * 3
    alone = [embedder.embed_query(query).tobytes() for query in queries]
    with ThreadPoolExecutor(6) as pool:
        together = [vector.tobytes() for vector in pool.map(embedder.embed_query, queries)]
    assert together == alone


def test_both_encoders_agree_on_queries(
    opened: Opened, reference: SentenceTransformersEmbedder
) -> None:
    for query in QUERIES:
        assert opened.embedder.embed_query(query) @ reference.embed_query(query) >= 0.999


def test_both_encoders_agree_on_passages_and_sentences(
    opened: Opened, reference: SentenceTransformersEmbedder
) -> None:
    pairs = zip(
        opened.embedder.embed_passages(INPUTS), reference.embed_passages(INPUTS), strict=True
    )
    for one, other in pairs:
        assert one.passage @ other.passage >= 0.999
        assert ((one.sentences * other.sentences).sum(axis=1) >= 0.999).all()


def test_the_reference_gives_what_sentence_transformers_gives(
    reference: SentenceTransformersEmbedder,
) -> None:
    expected = reference.model.encode(list(TEXTS), normalize_embeddings=True)
    passages = np.stack([vectors.passage for vectors in reference.embed_passages(INPUTS)])
    queries = np.stack([reference.embed_query(text) for text in TEXTS])
    assert passages == pytest.approx(expected, abs=2e-6)
    assert queries == pytest.approx(expected, abs=2e-6)


def test_a_sentences_vector_is_the_mean_of_its_own_tokens(
    reference: SentenceTransformersEmbedder,
) -> None:
    # "[CLS] good . it lasts . [SEP]": the second sentence is tokens 3 to 5.
    text = "Good. It lasts."
    states = reference.model.encode(text, output_value="token_embeddings").numpy()
    expected = states[3:6].mean(axis=0)
    (vectors,) = reference.embed_passages([EmbeddingInput(text, sentence_spans(text))])
    assert len(states) == 7
    assert vectors.sentences[1] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_a_damaged_compiled_encoder_is_made_again_and_said(opened: Opened) -> None:
    assert isinstance(opened.embedder, OpenVINOEmbedder)
    (warning,) = opened.warnings
    assert warning.endswith("does not match its sha256; it is made again")


def test_once_compiled_neither_torch_nor_transformers_is_imported(opened: Opened) -> None:
    script = f"""
import sys
from pathlib import Path
from index.embedding import EmbeddingInput
from index.encoders.models import open_embedder
embedder = open_embedder(cache=Path({str(opened.cache)!r}))
embedder.embed_query("x")
embedder.embed_passages([EmbeddingInput("x", ())])
print([name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules])
"""
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["avx2", "avx512f"], Precision.FP32),
        (["avx2", "avx512_bf16"], Precision.BF16),
        (["amx_bf16", "amx_tile"], Precision.BF16),
        ([], Precision.FP32),
    ],
)
def test_bf16_is_chosen_where_the_processor_multiplies_it(
    flags: list[str], expected: Precision
) -> None:
    assert precision_for(flags) is expected


def test_the_processors_features_are_read_as_linux_lists_them(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor : 0\nflags\t\t: fpu avx2 amx_bf16\nbugs : none\n")
    assert cpu_flags(tmp_path / "cpuinfo") == {"fpu", "avx2", "amx_bf16"}
    assert cpu_flags(tmp_path / "missing") == frozenset()
