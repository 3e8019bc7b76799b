"""Fixtures that several files use: the sample library, built once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from index.ingest import add_sources
from index.store.library import Library
from rag.assembly import open_assistant, open_embedder, open_library
from rag.pipeline import Assistant
from rag.settings import Settings

# How long an example takes is the machine's business; benchmarks show speed.
hypothesis_settings.register_profile("peelback", deadline=None)
hypothesis_settings.load_profile("peelback")

SAMPLES = Path(__file__).parents[1] / "api" / "samples"


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose library holds the three invented sample reports."""
    settings = Settings(library=tmp_path_factory.mktemp("samples") / "library.db")
    embedder = open_embedder(settings)
    with open_library(settings, embedder=embedder, create=True) as library:
        summary = add_sources(
            [SAMPLES],
            library=library,
            embedder=lambda: embedder,
            passage_tokens=settings.passage_tokens,
            on_progress=lambda _: None,
        )
    assert not summary.failed
    return settings


@pytest.fixture(scope="session")
def sample_assistant(sample_settings: Settings) -> Iterator[Assistant]:
    assistant = open_assistant(sample_settings)
    yield assistant
    assistant.library.close()


@pytest.fixture(scope="session")
def sample_library(sample_assistant: Assistant) -> Library:
    return sample_assistant.library
