"""``--version``, and with ``--verbose`` what answers are made with on this machine."""

from __future__ import annotations

import os
from importlib.metadata import version

PRECISION_RULE = "bf16 where the processor has amx_bf16 or avx512_bf16, fp32 elsewhere"


def version_text(*, verbose: bool) -> str:
    """Return the version; ``verbose`` adds the encoder, its runtime and why it is that one.

    Raises:
        EncoderError: there is no such model as the settings name.
    """
    own = f"peelback, version {version('peelback')}"
    return "\n".join((own, *_details())) if verbose else own


def _details() -> list[str]:
    from index.encoders.models import cache_folder, chosen_model, default_model
    from index.encoders.openvino_embedder import compiled_path, cpu_flags, precision_for
    from rag.settings import Settings

    model = Settings.load().model
    files = default_model() if model is None else chosen_model(model)
    precision = precision_for(cpu_flags())
    kept = compiled_path(files, cache_folder(os.environ), precision=precision)
    made = "kept" if kept.is_file() else "not made yet: the first question makes it"
    return [
        f"model      {files.name}, sha256 {files.weights_sha256}",
        f"runtime    OpenVINO {version('openvino')}; torch {version('torch')} where a model"
        " cannot be compiled",
        f"precision  {precision.name.lower()}: {PRECISION_RULE}",
        f"compiled   {kept} ({made})",
        f"search     faiss {version('faiss-cpu')}, numpy {version('numpy')}",
    ]
