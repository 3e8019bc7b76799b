"""How the server is set up: settings complete at the start, and open to others only with keys."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from api.http.serving_settings import LogFormat, ServingSettings
from rag.language_model.settings import LanguageModelSettings
from rag.settings import Settings, SettingsError


def test_the_environment_and_then_options_are_taken():
    environ = {
        "PEELBACK_SERVE_THREADS": "4",
        "PEELBACK_SERVE_DEADLINE_S": "2.5",
        "PEELBACK_SERVE_KEYS": "a.keys",
        "PEELBACK_SERVE_LOG_FORMAT": "json",
    }
    settings = ServingSettings.load(environ, keys=Path("b.keys"), waiting=None)
    assert settings == ServingSettings(
        threads=4, deadline_s=2.5, keys=Path("b.keys"), log_format=LogFormat.JSON
    )


def test_a_mistyped_variable_is_an_error_that_names_it():
    with pytest.raises(SettingsError, match=r"PEELBACK_SERVE_TREADS; known are .*_THREADS"):
        ServingSettings.load({"PEELBACK_SERVE_TREADS": "4"})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("THREADS", "many", "threads must be a whole number, got 'many'"),
        ("THREADS", "0", "threads must be from 1 to 256, got 0"),
        ("DEADLINE_S", "nan", "deadline_s must be from 0.05 to 600, got nan"),
        ("LOG_FORMAT", "xml", "log_format must be text or json, got 'xml'"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error_that_says_what_would(name, value, message):
    with pytest.raises(SettingsError, match=message):
        ServingSettings.load({f"PEELBACK_SERVE_{name}": value})


def test_the_settings_of_a_library_leave_those_of_the_server_alone():
    assert Settings.load({"PEELBACK_SERVE_THREADS": "4"}) == Settings()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "peelback.example"])  # noqa: S104
def test_without_a_key_the_server_listens_to_no_other_machine(tmp_path, host):
    library = tmp_path / "library.db"
    done = CliRunner().invoke(cli, ["--library", str(library), "serve", "--host", host])
    assert done.exit_code == 2
    assert done.stderr == (
        "peelback: no key has been made, so the server is for this machine alone and cannot "
        f"listen on {host}: make one with `peelback keys create`, or leave out --host\n"
    )
    assert not library.exists()


def test_a_language_model_leaves_time_to_answer_without_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PEELBACK_LLM_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("PEELBACK_LLM_MODEL", "none")
    monkeypatch.setenv("PEELBACK_LLM_TOTAL_S", "60")
    library = tmp_path / "library.db"
    done = CliRunner().invoke(cli, ["--library", str(library), "serve", "--port", "0"])
    assert done.exit_code != 0
    assert "llm_deadline_s must be longer than the 60 s that the language model" in done.stderr
    assert not library.exists()


def test_by_default_a_language_model_is_given_up_before_the_request():
    model = LanguageModelSettings(base_url="http://localhost:1/v1", model="none")
    assert model.total_s < ServingSettings().llm_deadline_s
