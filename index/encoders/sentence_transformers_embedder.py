"""The reference encoder: any sentence-transformers model, run by torch.

Slow to import and to run; ``openvino_embedder`` runs the same weights faster
and is checked against this one. Import this file only when it is chosen.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.embedding import EmbeddingInput, Embeddings, PassageVectors
from index.encoders.late_chunking import passage_vectors, require_within, unit
from index.errors import EncoderError

if TYPE_CHECKING:
    from index.encoders.models import ModelFiles

_BLOCK = 64
"""Inputs whose token states are held at once: 18 MB at 180 tokens of 384 dimensions."""

_BATCH = 16
"""Inputs a forward pass. Larger batches are no faster on a processor, and pad more."""


class SentenceTransformersEmbedder:
    """An ``Embedder`` that gives exactly what ``SentenceTransformer.encode`` gives, normalised."""

    def __init__(self, files: ModelFiles) -> None:
        self.model = _load(files)
        self._files = files
        if not getattr(self.model.tokenizer, "is_fast", False):
            raise EncoderError(
                f"{files.name} has no fast tokenizer: its tokens cannot be matched to sentences; "
                "use a model that has a tokenizer.json"
            )

    @property
    def identity(self) -> str:
        pooling = getattr(self.model[1], "pooling_mode", None) if len(self.model) > 1 else None
        return f"{self._files.name} sha256:{self._files.weights_sha256} {pooling or 'own'} pooling"

    @property
    def dim(self) -> int:
        return int(self.model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        return int(self.model.max_seq_length)

    @property
    def runtime(self) -> str:
        return "sentence-transformers, torch fp32"

    def count_tokens(self, text: str) -> int:
        return len(self._tokens(self._prompt("document") + text)["input_ids"])

    def embed_query(self, text: str) -> Embeddings:
        prompt = self._prompt("query")
        require_within([len(self._tokens(prompt + text)["input_ids"])], max_tokens=self.max_tokens)
        return unit(self._encode([prompt + text])[0]["sentence_embedding"].cpu().numpy())

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[PassageVectors]:
        require_within([self.count_tokens(i.text) for i in inputs], max_tokens=self.max_tokens)
        blocks = (inputs[at : at + _BLOCK] for at in range(0, len(inputs), _BLOCK))
        return [vectors for block in blocks for vectors in self._embed_block(block)]

    def _embed_block(self, block: Sequence[EmbeddingInput]) -> Iterator[PassageVectors]:
        prompt = self._prompt("document")
        encoded = self._encode([prompt + shown.text for shown in block])
        for shown, features in zip(block, encoded, strict=True):
            offsets = self._tokens(prompt + shown.text)["offset_mapping"]
            is_token = features["attention_mask"].bool()
            yield passage_vectors(
                features["sentence_embedding"].cpu().numpy(),
                features["token_embeddings"][is_token].cpu().numpy(),
                offsets,
                [sentence.shifted(len(prompt)) for sentence in shown.sentences],
            )

    def _encode(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        features: list[dict[str, Any]] = self.model.encode(
            list(texts), prompt="", output_value=None, batch_size=_BATCH, show_progress_bar=False
        )
        return features

    def _tokens(self, text: str) -> dict[str, Any]:
        tokens: dict[str, Any] = self.model.tokenizer(
            text, return_offsets_mapping=True, truncation=False, padding=False, verbose=False
        )
        return tokens

    def _prompt(self, kind: str) -> str:
        """Return what the model's authors put before a query or a document, often nothing."""
        return (self.model.prompts or {}).get(kind) or ""


def _load(files: ModelFiles) -> Any:  # noqa: ANN401 - the library has no types
    # Read at import, and again by each part of the stack: everything needed is in the folder.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other libraries about each other, at import
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        try:
            return SentenceTransformer(
                str(files.folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": "float32"},
            )
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            raise EncoderError(f"the model {files.name} cannot be loaded: {error}") from error
