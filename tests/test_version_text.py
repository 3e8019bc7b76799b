"""What ``--version`` shows, alone and in full."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from api.cli import cli
from index.encoders.models import DEFAULT_WEIGHTS_SHA256, cache_folder, default_model
from index.encoders.openvino_embedder import compiled_path, cpu_flags, precision_for


def run(*arguments, **environ):
    return CliRunner().invoke(cli, arguments, env=environ)


def test_the_version_is_one_line():
    done = run("--version")
    assert done.exit_code == 0
    assert done.output.startswith("peelback, version ")
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("--version", "--verbose"), ("--verbose", "--version")])
def test_in_full_it_names_model_runtime_and_the_rule_of_the_precision(arguments, tmp_path):
    done = run(*arguments, PEELBACK_CACHE=str(tmp_path))
    assert done.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in done.output.splitlines()[1:])
    precision = precision_for(cpu_flags())
    assert lines["model"] == f"all-MiniLM-L6-v2, sha256 {DEFAULT_WEIGHTS_SHA256}"
    assert lines["precision"].startswith(f"{precision.name.lower()}: bf16 where the processor has")
    assert lines["runtime"].startswith("OpenVINO 20")
    assert lines["search"].startswith("faiss ")
    path = compiled_path(
        default_model(), cache_folder({"PEELBACK_CACHE": str(tmp_path)}), precision=precision
    )
    assert lines["compiled"] == f"{path} (not made yet: the first question makes it)"


def test_a_model_that_is_not_there_is_said_in_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("--version", "--verbose", PEELBACK_MODEL=str(tmp_path / "empty"))
    assert done.exit_code == 3
    assert "has no *.safetensors file" in done.output
    assert "Traceback" not in done.output


def test_verbose_alone_is_wrong_usage():
    done = run("--verbose", "reports")
    assert done.exit_code == 2
    assert "--debug" in done.output


def test_the_version_imports_nothing_heavy():
    code = (
        "import sys\nfrom api.cli import cli\n"
        "cli.main(['--version'], standalone_mode=False)\n"
        "print(*({'numpy', 'openvino', 'torch', 'faiss'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == ""
