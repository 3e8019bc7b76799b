"""Every runtime finds what sentence-transformers finds, on reports and questions about them."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.asking import QUESTIONS
from index.encoders.models import default_model, open_embedder
from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder
from index.ingest.sources import Source, find_sources
from index.passages import embedding_input, split_passages
from index.readers import read_document
from index.structure import parse_report

SAMPLES = Path(__file__).parents[1] / "api" / "samples"
REPORTS = Path(__file__).parents[2] / "shared" / "reports"

MIN_COSINE = 0.999
MIN_OVERLAP = 0.98


def inputs_of(folder, embedder):
    """What the encoder is shown of every passage of every report in a folder."""
    shown = []
    for source in find_sources([folder]):
        assert isinstance(source, Source)
        report = parse_report(read_document(source.name, source.read()), report_id="any")
        passages = split_passages(
            report, max_tokens=180, fits=lambda t: embedder.count_tokens(t) <= embedder.max_tokens
        )
        shown += [embedding_input(report, passage) for passage in passages]
    return shown


def agreement(folder):
    """The lowest cosine of the two vectors of a text, and the share of top tens in common."""
    runtimes = (open_embedder(), SentenceTransformersEmbedder(default_model()))
    inputs = inputs_of(folder, runtimes[0])
    vectors, tops = [], []
    for runtime in runtimes:
        passages = np.stack([v.passage for v in runtime.embed_passages(inputs)])
        questions = np.stack([runtime.embed_query(text) for text in QUESTIONS])
        tops.append(np.argsort(-(questions @ passages.T), axis=1)[:, :10])
        vectors.append(np.concatenate([passages, questions]))
    overlap = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*tops, strict=True)])
    return float((vectors[0] * vectors[1]).sum(axis=1).min()), float(overlap)


@pytest.mark.full
def test_the_runtimes_agree_on_the_sample_reports():
    cosine, overlap = agreement(SAMPLES)
    assert cosine >= MIN_COSINE
    assert overlap >= MIN_OVERLAP


@pytest.mark.real
@pytest.mark.full
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not beside the checkout")
def test_the_runtimes_agree_on_the_real_reports():
    cosine, overlap = agreement(REPORTS)
    assert cosine >= MIN_COSINE
    assert overlap >= MIN_OVERLAP
