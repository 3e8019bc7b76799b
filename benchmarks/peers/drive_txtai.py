"""txtai, as its documentation shows it: Embeddings with content, kept in a folder.

Variants: ``default`` (dense, Faiss), ``hybrid`` (dense and BM25, its own weights).
"""

from __future__ import annotations

from driving import BATCH, RESULTS, drive, model_folder
from txtai import Embeddings


class Txtai:
    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.embeddings: Embeddings | None = None
        self._held = 0

    def create(self, folder: str) -> None:  # noqa: ARG002 - it is in memory until saved
        self._held = 0
        self.embeddings = Embeddings(
            path=model_folder(),
            content=True,
            hybrid=self.variant == "hybrid",
            encodebatch=BATCH,
            gpu=False,
        )

    def add(self, texts: list[str]) -> None:
        rows = [(self._held + number, text, None) for number, text in enumerate(texts)]
        if self._held:
            self.embeddings.upsert(rows)
        else:
            self.embeddings.index(rows)
        self._held += len(texts)

    def save(self, folder: str) -> None:
        self.embeddings.save(folder)

    def open(self, folder: str) -> None:
        self.embeddings = Embeddings()
        self.embeddings.load(folder)
        self._held = self.embeddings.count()

    def retrieve(self, query: str) -> list[str]:
        return [found["text"] for found in self.embeddings.search(query, RESULTS)]

    def add_files(self, files: list[str]) -> int:
        raise NotImplementedError("txtai reads PDFs by a Java server or another library")


if __name__ == "__main__":
    drive(
        Txtai,
        packages=["txtai", "transformers", "torch", "faiss-cpu"],
        encoder="txtai.vectors.dense.huggingface.HFVectors.encode",
    )
