"""LlamaIndex, as its documentation shows it: a VectorStoreIndex over nodes, kept in a folder.

Variants: ``default`` (SimpleVectorStore), ``faiss`` (FaissVectorStore over IndexFlatIP),
``hybrid`` (default and BM25Retriever, fused by reciprocal rank, no query generation).
"""

from __future__ import annotations

import faiss
from driving import BATCH, RESULTS, drive, model_folder
from llama_index.core import (
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import BaseNode, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

DIMENSIONS = 384
SPLITTER_TOKENS = 160


class LlamaIndex:
    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.model = HuggingFaceEmbedding(
            model_name=model_folder(), device="cpu", embed_batch_size=BATCH
        )
        self.retriever: BaseRetriever | None = None

    def create(self, folder: str) -> None:  # noqa: ARG002 - it is in memory until saved
        context = None
        if self.variant == "faiss":
            store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(DIMENSIONS))
            context = StorageContext.from_defaults(vector_store=store)
        self.index = VectorStoreIndex(nodes=[], storage_context=context, embed_model=self.model)

    def add(self, texts: list[str]) -> None:
        self._insert([TextNode(text=text) for text in texts])

    def _insert(self, nodes: list[BaseNode]) -> None:
        self.index.insert_nodes(nodes)

    def save(self, folder: str) -> None:
        self.index.storage_context.persist(folder)

    def open(self, folder: str) -> None:
        store = FaissVectorStore.from_persist_dir(folder) if self.variant == "faiss" else None
        context = StorageContext.from_defaults(vector_store=store, persist_dir=folder)
        self.index = load_index_from_storage(context, embed_model=self.model)
        self.retriever = self._retriever()

    def _retriever(self) -> BaseRetriever:
        dense = self.index.as_retriever(similarity_top_k=RESULTS)
        if self.variant != "hybrid":
            return dense
        words = BM25Retriever.from_defaults(docstore=self.index.docstore, similarity_top_k=RESULTS)
        return QueryFusionRetriever(
            [dense, words],
            llm=MockLLM(),
            num_queries=1,
            mode="reciprocal_rerank",
            similarity_top_k=RESULTS,
            use_async=False,
        )

    def retrieve(self, query: str) -> list[str]:
        return [found.node.get_content() for found in self.retriever.retrieve(query)]

    def add_files(self, files: list[str]) -> int:
        documents = SimpleDirectoryReader(input_files=files).load_data()
        splitter = SentenceSplitter(chunk_size=SPLITTER_TOKENS, chunk_overlap=0)
        nodes = splitter.get_nodes_from_documents(documents)
        self._insert(nodes)
        return len(nodes)


if __name__ == "__main__":
    drive(
        LlamaIndex,
        packages=["llama-index-core", "sentence-transformers", "torch", "faiss-cpu"],
        encoder="sentence_transformers.SentenceTransformer.encode",
    )
