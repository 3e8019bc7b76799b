"""A language model's settings are whole and right at the start, or a line says what to set."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from rag.language_model.settings import LanguageModelSettings
from rag.settings import Settings, SettingsError
from tests.llm_endpoints import saying, scripted_endpoint

WHOLE = {
    "PEELBACK_LLM_BASE_URL": "http://localhost:11434/v1",
    "PEELBACK_LLM_MODEL": "llama3.2",
}


def test_the_environment_is_read_and_none_of_it_is_no_language_model():
    environ = {**WHOLE, "PEELBACK_LLM_API_KEY": "secret", "PEELBACK_LLM_TOTAL_S": "12.5"}
    settings = LanguageModelSettings.load({**environ, "PEELBACK_LIBRARY": "a.db"})
    assert settings is not None
    assert (settings.base_url, settings.model) == ("http://localhost:11434/v1", "llama3.2")
    assert (settings.api_key, settings.total_s, settings.idle_s) == ("secret", 12.5, 5.0)
    assert "secret" not in repr(settings)
    assert LanguageModelSettings.load({"PEELBACK_LIBRARY": "a.db"}) is None


def test_the_settings_of_the_library_do_not_stumble_over_those_of_the_model():
    assert Settings.load(WHOLE) == Settings()


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"PEELBACK_LLM_MODEL": "m"}, r"PEELBACK_LLM_BASE_URL is not set: .*http://localhost"),
        ({"PEELBACK_LLM_API_KEY": "k"}, "PEELBACK_LLM_BASE_URL and PEELBACK_LLM_MODEL are not set"),
        ({**WHOLE, "PEELBACK_LLM_BASE_URL": "localhost:11434"}, "must be an http or https address"),
        ({**WHOLE, "PEELBACK_LLM_BASE_URL": "http://a:b@host/v1"}, "without a user or password"),
        ({**WHOLE, "PEELBACK_LLM_TOTAL_S": "soon"}, "must be a number of seconds, got 'soon'"),
        ({**WHOLE, "PEELBACK_LLM_DAILY_TOKENS": "1.5"}, "must be a whole number, got '1.5'"),
        ({**WHOLE, "PEELBACK_LLM_PROMPT_TOKENS": "5"}, "must be from 400 to 100000, got 5"),
        ({**WHOLE, "PEELBACK_LLM_MODLE": "m"}, "PEELBACK_LLM_MODLE; known are"),
    ],
)
def test_what_does_not_fit_is_an_error_that_says_what_to_set(environ, message):
    with pytest.raises(SettingsError, match=message):
        LanguageModelSettings.load(environ)


def ask(settings: Settings, **environ: str) -> tuple[int, str, str]:
    arguments = ["--library", str(settings.library), "ask", "--llm"]
    question = "What did the inspectors say about supervision in Osterfell?"
    done = CliRunner().invoke(cli, [*arguments, question], env=environ)
    return done.exit_code, done.stdout, done.stderr


def test_prose_without_a_model_says_what_to_set(sample_settings):
    code, _, said = ask(sample_settings)
    assert code == 2
    assert "PEELBACK_LLM_BASE_URL and PEELBACK_LLM_MODEL are not set" in said


def test_prose_is_asked_for_on_the_command_line(sample_settings):
    with scripted_endpoint() as endpoint:
        endpoint.behave = saying("[S3]")
        address = {"PEELBACK_LLM_BASE_URL": endpoint.base_url, "PEELBACK_LLM_MODEL": "m"}
        code, shown, _ = ask(sample_settings, **address)
    assert code == 0
    assert "Without the language model" not in shown
    assert "[1]" in shown
    assert "[2]" not in shown


def test_a_model_that_is_down_is_said_on_the_command_line_and_the_quotes_are_given(sample_settings):
    with scripted_endpoint() as endpoint:
        address = {"PEELBACK_LLM_BASE_URL": endpoint.base_url, "PEELBACK_LLM_MODEL": "m"}
    code, shown, _ = ask(sample_settings, **address)
    assert code == 0
    assert "Without the language model: The language model's server could not be reached." in (
        " ".join(shown.split())
    )
    assert "[2]" in shown


def test_the_client_is_imported_in_this_mode_only():
    code = "import sys, rag.pipeline, rag.assembly, api.cli; print('openai' in sys.modules)"
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "False"
