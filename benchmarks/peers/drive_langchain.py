"""LangChain, as its documentation shows it: the FAISS vector store, kept in a folder.

Variants: ``faiss``, ``hybrid`` (with BM25Retriever in an EnsembleRetriever of equal weights).
"""

from __future__ import annotations

from driving import BATCH, RESULTS, drive, model_folder
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.document_loaders import PyPDFLoader
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.retrievers import BaseRetriever
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

SPLITTER_CHARACTERS = 800


class LangChain:
    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.model = HuggingFaceEmbeddings(
            model_name=model_folder(),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"batch_size": BATCH},
        )
        self.store: FAISS | None = None
        self.retriever: BaseRetriever | None = None

    def create(self, folder: str) -> None:  # noqa: ARG002 - it is in memory until saved
        self.store = None

    def add(self, texts: list[str]) -> None:
        if self.store is None:
            self.store = FAISS.from_texts(texts, self.model)
        else:
            self.store.add_texts(texts)

    def save(self, folder: str) -> None:
        self.store.save_local(folder)

    def open(self, folder: str) -> None:
        self.store = FAISS.load_local(folder, self.model, allow_dangerous_deserialization=True)
        dense = self.store.as_retriever(search_kwargs={"k": RESULTS})
        if self.variant == "hybrid":
            words = BM25Retriever.from_documents(list(self.store.docstore._dict.values()))
            words.k = RESULTS
            self.retriever = EnsembleRetriever(retrievers=[dense, words], weights=[0.5, 0.5])
        else:
            self.retriever = dense

    def retrieve(self, query: str) -> list[str]:
        return [found.page_content for found in self.retriever.invoke(query)]

    def add_files(self, files: list[str]) -> int:
        pages = [page for file in files for page in PyPDFLoader(file).load()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=SPLITTER_CHARACTERS, chunk_overlap=0)
        parts = splitter.split_documents(pages)
        self.store = FAISS.from_documents(parts, self.model)
        return len(parts)


if __name__ == "__main__":
    drive(
        LangChain,
        packages=["langchain-core", "langchain-community", "sentence-transformers", "torch"],
        encoder="sentence_transformers.SentenceTransformer.encode",
    )
