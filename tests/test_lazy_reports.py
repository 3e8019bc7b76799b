"""Reports that are read only when their text or structure is looked at."""

import dataclasses
import pickle

import pytest

from index.documents import Report
from index.store.lazy_reports import LazyReports
from index.store.library import Library
from tests.made_reports import RECIPE, contents, made_report


@pytest.fixture
def snapshot(tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as library:
        for name in ("one", "two", "three"):
            library.add(*contents(made_report(name, {"Findings": [f"Custody in {name}."]})))
        yield library.snapshot()


def lazy(snapshot, report_ids):
    """The reports, and the list of those that were read, as they are read."""
    read = []

    def reading(report_id):
        read.append(report_id)
        return snapshot.report(report_id)

    return LazyReports(snapshot.cards, reading, report_ids), read


def test_metadata_is_known_without_reading(snapshot):
    reports, read = lazy(snapshot, ["two", "one"])
    assert len(reports) == 2
    assert [report.report_id for report in reports] == ["two", "one"]
    assert [r.metadata for r in reports] == [snapshot.report(i).metadata for i in ("two", "one")]
    assert read == []


def test_a_report_without_judgements_or_actions_is_not_read_for_them(snapshot):
    reports, read = lazy(snapshot, list(snapshot.cards))
    cards = snapshot.cards.values()
    assert [(card.judgements, card.actions) for card in cards] == [(0, 0)] * 3
    assert [(report.judgements, report.actions) for report in reports] == [((), ())] * 3
    assert read == []


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Report)])
def test_every_field_is_that_of_the_report(snapshot, field):
    reports, _ = lazy(snapshot, list(snapshot.cards))
    whole = [snapshot.report(report_id) for report_id in snapshot.cards]
    assert [getattr(r, field) for r in reports] == [getattr(r, field) for r in whole]


def test_only_the_reports_looked_at_are_read(snapshot):
    reports, read = lazy(snapshot, ["one", "two", "three"])
    assert "Custody in two." in reports[1].text
    assert [report.report_id for report in reports[1:]] == ["two", "three"]
    assert read == ["two"]


def test_what_is_not_read_is_not_pickled(snapshot):
    reports, _ = lazy(snapshot, ["one"])
    with pytest.raises(TypeError, match="not read"):
        pickle.dumps(reports[0])
