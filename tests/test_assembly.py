"""Each command pays for what it uses: imports take most of a short command's time."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("modules", "unused"),
    [
        # Adding reports that are in already.
        ("index.ingest, rag.assembly", ["faiss", "bm25s", "scipy", "openvino", "rag.pipeline"]),
        # Asking.
        (
            "rag.assembly, rag.pipeline, index.encoders.openvino_embedder",
            [
                *("index.readers", "docx", "pypdfium2", "torch", "transformers", "sklearn"),
                *("matplotlib", "scipy", "bm25s", "fastapi", "pydantic", "rich", "openai"),
                *("openvino.tools.ovc", "openvino_telemetry", "http.client"),
            ],
        ),
        # Serving: all of asking's, and no door but its own.
        (
            "api.http.app, api.http.server, rag.assembly, rag.pipeline",
            ["torch", "transformers", "sklearn", "index.readers", "docx", "openvino.tools.ovc"],
        ),
        # Showing what there is to do.
        ("api.cli", ["numpy", "faiss", "openvino", "rag.pipeline", "index.store", "rich"]),
    ],
)
def test_what_is_not_used_is_not_imported(modules, unused):
    code = f"import sys, {modules}\nprint(*(name for name in {unused} if name in sys.modules))"
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.split() == []


def test_a_model_can_be_converted_after_the_runtime_was_imported_without_its_converter():
    code = (
        "import index.encoders.openvino_embedder\n"
        "from openvino.tools.ovc import convert_model\n"
        "print(callable(convert_model))"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.split() == ["True"]
