"""Settings are complete and right at the start, or nothing starts."""

from pathlib import Path

import pytest

from rag.settings import Settings, SettingsError


def test_the_environment_and_then_overrides_are_taken():
    environ = {"PEELBACK_LIBRARY": "a.db", "PEELBACK_PASSAGE_TOKENS": "120", "HOME": "/somewhere"}
    settings = Settings.load(environ, library=Path("b.db"), model=None)
    assert (settings.library, settings.passage_tokens, settings.model) == (Path("b.db"), 120, None)


def test_a_mistyped_variable_is_an_error_that_names_it():
    with pytest.raises(SettingsError, match=r"PEELBACK_LIBARY.*known are .*PEELBACK_LIBRARY"):
        Settings.load({"PEELBACK_LIBARY": "a.db"})


def test_a_value_that_is_no_number_is_an_error_that_shows_it():
    with pytest.raises(SettingsError, match="candidates must be a whole number, got 'many'"):
        Settings.load({"PEELBACK_CANDIDATES": "many"})


def test_a_value_out_of_range_is_an_error_that_states_the_range():
    with pytest.raises(SettingsError, match="passage_tokens must be from 40 to 400, got 4000"):
        Settings(passage_tokens=4000)


def test_the_cache_folder_is_no_setting_of_a_library():
    assert Settings.load({"PEELBACK_CACHE": "somewhere"}) == Settings()
