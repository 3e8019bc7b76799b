"""The response pack, worked by hand over a report of two actions."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from docx import Document

from api.commands.actions import actions
from api.response_pack import (
    KIND_NAMES,
    pack_csv,
    pack_entries,
    pack_json,
    pack_markdown,
    response_day,
)
from index.documents import Action, ActionKind, Metadata, Report, Section, Span

TEXT = "Crime\n\n• Supervise *every* case.\n\nNobody answers the telephone."
AREA = Span(TEXT.index("Supervise"), TEXT.index("case.") + 5)
CAUSE = Span(TEXT.index("Nobody"), len(TEXT))

REPORT = Report(
    report_id="tern-2022",
    source="tern-2022.md",
    sha256="0",
    text=TEXT,
    metadata=Metadata(
        title="Tern PEEL 2021/22",
        bodies=("Tern Constabulary",),
        cycle="2021/22",
        published=date(2022, 6, 9),
    ),
    sections=(Section(path=("Crime",), span=Span(0, len(TEXT)), body=Span(7, len(TEXT))),),
    actions=(
        Action(ActionKind.AREA_FOR_IMPROVEMENT, 1, 0, AREA),
        Action(ActionKind.CAUSE_OF_CONCERN, 1, 0, CAUSE),
    ),
)


@pytest.mark.parametrize(
    ("published", "day"),
    [
        (date(2022, 6, 9), date(2022, 8, 4)),
        # February of a leap year has 29 days: 29 - 1 + 27 = 56 - 1.
        (date(2024, 2, 1), date(2024, 3, 28)),
        (None, None),
    ],
)
def test_day_56_after_publication(published, day):
    assert response_day(published) == day


def test_the_most_serious_kind_comes_first():
    assert [entry.quote for entry in pack_entries(REPORT)] == [
        "Nobody answers the telephone.",
        "Supervise *every* case.",
    ]


def test_every_kind_of_action_has_a_name():
    assert set(KIND_NAMES) == set(ActionKind)


def test_the_markdown_quotes_numbers_and_cites_every_action():
    assert pack_markdown([REPORT]) == (
        "# Response pack\n\n"
        "Every action is quoted word for word. The numbers are counted by Peelback, kind by "
        "kind, and are not printed in the reports.\n\n"
        "## Tern PEEL 2021/22\n\n"
        "- Body: Tern Constabulary\n"
        "- Cycle: 2021/22\n"
        "- Published: 9 June 2022\n"
        "- Day 56 after publication: 4 August 2022\n\n"
        "### Causes of concern (1)\n\n"
        "**Cause of concern 1** (derived number)\n\n"
        "> Nobody answers the telephone.\n\n"
        "Source: Crime; characters 34 to 63 of tern-2022\n\n"
        "Response:\n\n"
        "### Areas for improvement (1)\n\n"
        "**Area for improvement 1** (derived number)\n\n"
        "> Supervise \\*every\\* case.\n\n"
        "Source: Crime; characters 9 to 32 of tern-2022\n\n"
        "Response:\n"
    )


def test_a_report_that_does_not_say_when_it_was_published_has_no_day_56():
    undated = replace(REPORT, metadata=replace(REPORT.metadata, published=None))
    assert "Published: the report does not say, so day 56" in pack_markdown([undated])
    assert pack_json([undated])["actions"][0]["day_56"] is None


def test_an_invented_report_says_so_in_the_pack():
    sample = replace(REPORT, metadata=replace(REPORT.metadata, invented=True))
    assert "invented sample report" in pack_markdown([sample])
    assert next(csv.DictReader(io.StringIO(pack_csv([sample]))))["invented"] == "yes"


def test_a_report_without_actions_says_so():
    assert "No action was found in this report." in pack_markdown([replace(REPORT, actions=())])


def test_the_csv_has_one_row_an_action_that_a_csv_reader_gets_back():
    rows = list(csv.DictReader(io.StringIO(pack_csv([REPORT]))))
    assert [(row["kind"], row["derived_number"], row["quote"]) for row in rows] == [
        ("cause_of_concern", "1", "Nobody answers the telephone."),
        ("area_for_improvement", "1", "Supervise *every* case."),
    ]
    assert {row["day_56"] for row in rows} == {"2022-08-04"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(start):
    text = f"{start}cmd()"
    report = replace(
        REPORT,
        text=text,
        sections=(Section(path=(), span=Span(0, 6), body=Span(0, 6)),),
        actions=(Action(ActionKind.RECOMMENDATION, 1, 0, Span(0, len(text))),),
    )
    assert next(csv.DictReader(io.StringIO(pack_csv([report]))))["quote"] == f"'{text}"


def test_an_item_of_a_list_comes_with_what_introduces_it():
    text = "By May, the force should:\n\n• answer calls; and\n\n• call back."
    items = [
        Span(text.index(words), text.index(words) + len(words))
        for words in ("answer calls; and", "call back.")
    ]
    report = replace(
        REPORT,
        text=text,
        sections=(Section(path=(), span=Span(0, len(text)), body=Span(0, len(text))),),
        actions=tuple(
            Action(ActionKind.RECOMMENDATION, number, 0, span)
            for number, span in enumerate(items, 1)
        ),
    )
    assert [entry.lead_in for entry in pack_entries(report)] == ["By May, the force should:"] * 2
    assert "> By May, the force should:\n>\n> call back.\n" in pack_markdown([report])


def test_a_paragraph_in_between_ends_a_list():
    text = "The force should:\n\n• answer.\n\nWe return in May.\n\n• call back."
    report = replace(
        REPORT,
        text=text,
        sections=(Section(path=(), span=Span(0, len(text)), body=Span(0, len(text))),),
        actions=(Action(ActionKind.RECOMMENDATION, 1, 0, Span(text.index("call"), len(text))),),
    )
    assert [entry.lead_in for entry in pack_entries(report)] == [None]


UNDATED = replace(REPORT, metadata=replace(REPORT.metadata, published=None))


def test_a_day_that_is_told_stands_in_for_one_that_the_report_lacks():
    row = pack_json([UNDATED], published={"tern-2022": date(2022, 6, 9)})["actions"][0]
    assert (row["published"], row["published_from"]) == ("2022-06-09", "caller")
    assert row["day_56"] == "2022-08-04"


def test_the_day_in_the_report_wins_over_one_that_is_told():
    row = pack_json([REPORT], published={"tern-2022": date(2001, 1, 1)})["actions"][0]
    assert (row["published"], row["published_from"]) == ("2022-06-09", "report")


def test_the_day_of_the_last_update_is_never_taken_for_publication():
    updated = replace(UNDATED, metadata=replace(UNDATED.metadata, updated=date(2020, 1, 21)))
    row = pack_json([updated])["actions"][0]
    assert (row["published"], row["published_from"], row["day_56"]) == (None, None, None)


def test_every_action_has_an_address_where_its_quote_is_shown():
    assert pack_json([REPORT])["actions"][0]["url"] == "/reports/tern-2022#34-63"


WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"


@pytest.fixture
def run(sample_settings):
    def running(*arguments):
        return CliRunner().invoke(actions, arguments, obj=sample_settings.library)

    return running


def test_the_command_line_says_which_report_lacks_a_day_of_publication(run):
    done = run(WRENMOOR, "--json")
    assert f"no day of publication, so no day 56: {WRENMOOR}; see --published" in done.stderr


@pytest.mark.parametrize("told", ["2020-02-07", f"{WRENMOOR}=2020-02-07"])
def test_the_command_line_takes_the_day_of_publication(run, told):
    done = run(WRENMOOR, "--json", "--published", told)
    # 2020 is a leap year: 22 days are left of February, 31 are in March, 3 are in April.
    assert {row["day_56"] for row in json.loads(done.stdout)["actions"]} == {"2020-04-03"}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("elsewhere=2020-02-07", "names none of the reports"),
        ("7 February", "wants a day such as 2020-02-07, got '7 February'"),
    ],
)
def test_a_day_of_publication_that_cannot_be_used_is_refused(run, told, message):
    done = run(WRENMOOR, "--published", told)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_the_command_line_writes_a_word_document_to_a_file_and_to_a_pipe(run, tmp_path):
    path = tmp_path / "pack.docx"
    assert run(WRENMOOR, "--format", "docx", "-o", str(path)).exit_code == 0
    assert run(WRENMOOR, "--format", "docx").stdout_bytes == path.read_bytes()
    assert Document(path).paragraphs[0].text == "Response pack"


def test_a_file_that_cannot_be_written_is_named(run, tmp_path):
    done = run(WRENMOOR, "-o", str(tmp_path / "missing" / "pack.md"))
    assert done.exit_code == 3
    assert "cannot write" in done.stderr
