"""Haystack, as its documentation shows it: the in-memory document store, kept in a file.

Variants: ``default`` (embedding retriever), ``hybrid`` (with the BM25 retriever, joined by
reciprocal rank).
"""

from __future__ import annotations

from pathlib import Path

from driving import BATCH, RESULTS, drive, model_folder
from haystack import Document, Pipeline
from haystack.components.converters import PyPDFToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

FILE = "store.json"
SPLITTER_WORDS = 110


class Haystack:
    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        cpu = ComponentDevice.from_str("cpu")
        self.documents = SentenceTransformersDocumentEmbedder(
            model=model_folder(), batch_size=BATCH, device=cpu, progress_bar=False
        )
        self.query = SentenceTransformersTextEmbedder(
            model=model_folder(), device=cpu, progress_bar=False
        )
        self.documents.warm_up()
        self.pipeline: Pipeline | None = None

    def create(self, folder: str) -> None:  # noqa: ARG002 - it is in memory until saved
        self.store = InMemoryDocumentStore(embedding_similarity_function="cosine")

    def add(self, texts: list[str]) -> None:
        self._write([Document(content=text) for text in texts])

    def _write(self, documents: list[Document]) -> None:
        self.store.write_documents(self.documents.run(documents=documents)["documents"])

    def save(self, folder: str) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.store.save_to_disk(str(Path(folder) / FILE))

    def open(self, folder: str) -> None:
        self.store = InMemoryDocumentStore.load_from_disk(str(Path(folder) / FILE))
        self.pipeline = self._pipeline()

    def _pipeline(self) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("embedder", self.query)
        dense = InMemoryEmbeddingRetriever(document_store=self.store, top_k=RESULTS)
        pipeline.add_component("dense", dense)
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        if self.variant == "hybrid":
            words = InMemoryBM25Retriever(document_store=self.store, top_k=RESULTS)
            joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=RESULTS)
            pipeline.add_component("words", words)
            pipeline.add_component("joined", joiner)
            pipeline.connect("dense", "joined")
            pipeline.connect("words", "joined")
        return pipeline

    def retrieve(self, query: str) -> list[str]:
        orders = {"embedder": {"text": query}}
        if self.variant == "hybrid":
            orders["words"] = {"query": query}
        found = self.pipeline.run(orders)
        last = found["joined" if self.variant == "hybrid" else "dense"]
        return [document.content for document in last["documents"]]

    def add_files(self, files: list[str]) -> int:
        pages = PyPDFToDocument().run(sources=files)["documents"]
        splitter = DocumentSplitter(split_by="word", split_length=SPLITTER_WORDS, split_overlap=0)
        parts = splitter.run(documents=pages)["documents"]
        self._write(parts)
        return len(parts)


if __name__ == "__main__":
    drive(
        Haystack,
        packages=[
            "haystack-ai",
            "sentence-transformers-haystack",
            "sentence-transformers",
            "torch",
        ],
        encoder="sentence_transformers.SentenceTransformer.encode",
    )
