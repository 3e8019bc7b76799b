"""What a report says about itself, and where."""

from datetime import date

from index.documents import DateRange, ReportKind
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.structure.canonical import lay_out
from index.structure.metadata import read_metadata

HEADING, PARAGRAPH = BlockKind.HEADING, BlockKind.PARAGRAPH


def described(*blocks, name="nowhere.txt", **stated):
    made = tuple(block if isinstance(block, Block) else Block(PARAGRAPH, block) for block in blocks)
    laid_out = lay_out(made)
    document = SourceDocument(name=name, sha256="0" * 64, blocks=made, **stated)
    metadata = read_metadata(document, laid_out)
    said = {field: span.of(laid_out.text) for field, span in metadata.evidence.items()}
    return metadata, said


LETTER = (
    "18 July 2031",
    "Ada Nobody, Director of Children’s Services, Netherby Council",
    "Bo Noone, Northern Wold Police and Crime Commissioner",
    "Cy Nemo, Chief Constable of Northern Wold police force",
    "Dear Netherby Safeguarding Partnership",
    Block(HEADING, "Joint targeted area inspection of London Borough of Netherby"),
    "This letter sums up the inspection of the multi-agency response to serious youth violence "
    "in Netherby.",
    "This inspection took place from 28 April to 2 May 2031. Inspectors from four bodies came: "
    "the Care Quality Commission (CQC), Ofsted, His Majesty’s Inspectorate of Probation (HMIP) and "
    "His Majesty’s Inspectorate of Constabulary and Fire & Rescue Services (HMICFRS).",
)


def test_a_joint_letter_names_the_area_and_then_the_force():
    metadata, said = described(*LETTER)
    assert metadata.kind is ReportKind.JTAI
    assert metadata.title == "Joint targeted area inspection of London Borough of Netherby"
    assert (metadata.area, metadata.bodies) == ("Netherby", ("Netherby", "Northern Wold Police"))
    assert said["area"] == "London Borough of Netherby"


def test_a_joint_letter_is_cited_by_the_year_of_the_date_at_its_top():
    metadata, said = described(*LETTER)
    assert (metadata.published, metadata.updated, metadata.cycle) == (
        date(2031, 7, 18),
        None,
        "2031",
    )
    assert said["published"] == "18 July 2031"


def test_fieldwork_and_inspectorates_are_proved_by_their_sentences():
    metadata, said = described(*LETTER)
    assert metadata.fieldwork == DateRange(date(2031, 4, 28), date(2031, 5, 2))
    assert said["fieldwork"] == "This inspection took place from 28 April to 2 May 2031."
    assert metadata.inspectorates == ("Ofsted", "CQC", "HMICFRS", "HMI Probation")
    assert said["inspectorates"].startswith("Inspectors from four bodies came")
    assert metadata.publisher == "Ofsted, CQC, HMICFRS and HMI Probation"


def test_the_theme_has_a_short_name_and_is_proved_by_the_letters_words():
    metadata, said = described(*LETTER)
    assert (metadata.theme, said["theme"]) == ("serious youth violence", "serious youth violence")


def test_the_deep_dive_is_the_theme_of_an_older_letter():
    metadata, said = described(
        Block(
            HEADING,
            "Joint targeted area inspection of the multi-agency response to abuse and neglect "
            "in Netherby City Council",
        ),
        "Between 5 and 9 December 2016, HMI Probation (HMI Prob), HMI Constabulary (HMIC), Ofsted "
        "and the Care Quality Commission (CQC) undertook a joint inspection. There "
        "was a ‘deep dive’ focus on children living with domestic abuse.",
    )
    assert metadata.area == "Netherby"
    assert (metadata.theme, said["theme"]) == (
        "domestic abuse",
        "children living with domestic abuse",
    )
    assert metadata.inspectorates == ("Ofsted", "CQC", "HMIC", "HMI Probation")


def test_fieldwork_without_a_year_is_dated_by_the_letter():
    metadata, _ = described(
        "1 February 2017",
        Block(HEADING, "Joint targeted area inspection of Netherby"),
        "Between 5 and 9 December, Ofsted and the CQC undertook a joint inspection.",
    )
    assert metadata.fieldwork == DateRange(date(2016, 12, 5), date(2016, 12, 9))


def test_an_earlier_inspection_is_not_the_fieldwork():
    metadata, _ = described(
        Block(HEADING, "Joint targeted area inspection of Netherby"),
        "The last inspection took place from 3 to 7 March 2025.",
        "This inspection took place from 28 April to 2 May 2031.",
    )
    assert metadata.fieldwork is not None
    assert metadata.fieldwork.first == date(2031, 4, 28)


def test_a_page_of_a_cycle_says_when_it_was_updated_and_not_when_it_was_published():
    metadata, said = described(
        Block(HEADING, "Northern Wold PEEL 2018"),
        Block(HEADING, "Effectiveness"),
        Block(HEADING, "How effectively does the force keep people safe?"),
        "Last updated 03/02/2020",
        "Good",
        "Northern Wold Constabulary keeps people safe.",
    )
    assert metadata.kind is ReportKind.PEEL
    assert metadata.title == "Northern Wold PEEL 2018 – Effectiveness"
    assert (metadata.cycle, metadata.pillar, metadata.publisher) == (
        "2018",
        "Effectiveness",
        "HMICFRS",
    )
    assert metadata.bodies == ("Northern Wold Constabulary",)
    assert (metadata.published, metadata.updated) == (None, date(2020, 2, 3))
    assert said["updated"] == "03/02/2020"


def test_a_cycle_of_two_years_is_kept_as_printed():
    metadata, _ = described(
        Block(HEADING, "PEEL 2021/22 – An inspection of Northern Wold Police", level=1),
        "Published on 9 June 2022",
    )
    assert (metadata.cycle, metadata.published) == ("2021/22", date(2022, 6, 9))
    assert metadata.bodies == ("Northern Wold Police",)


def test_a_council_above_the_title_is_the_inspected_area():
    metadata, _ = described(
        "Netherby Metropolitan Borough Council",
        "Inspection of children’s social care services",
        "Inspection dates: 4 November to 8 November 2031",
        name="netherby-19-december-2031.txt",
    )
    assert metadata.kind is ReportKind.CHILDRENS_SERVICES
    assert metadata.title == (
        "Netherby Metropolitan Borough Council – Inspection of children’s social care services"
    )
    assert (metadata.area, metadata.bodies) == ("Netherby", ("Netherby",))
    assert metadata.fieldwork == DateRange(date(2031, 11, 4), date(2031, 11, 8))


def test_a_date_from_the_file_name_has_no_evidence():
    metadata, said = described(
        "Netherby Council",
        "Inspection of children’s social care services",
        name="netherby-19-december-2031.txt",
    )
    assert metadata.published == date(2031, 12, 19)
    assert "published" not in said


def test_a_report_of_no_known_family_is_taken_at_its_word_and_no_further():
    metadata, said = described(
        Block(HEADING, "A plan for parks"), "Trees are good.", name="parks-3-may-2031.md"
    )
    assert (metadata.kind, metadata.title) == (ReportKind.OTHER, "A plan for parks")
    assert (metadata.area, metadata.bodies, metadata.published, metadata.cycle) == (
        None,
        (),
        None,
        None,
    )
    assert said == {"title": "A plan for parks"}


def test_a_document_without_a_heading_has_its_stated_title_or_its_name():
    assert described("Trees are good.", title="Parks")[0].title == "Parks"
    assert described("Trees are good.", name="parks.txt")[0].title == "parks"


def test_the_address_is_the_pages_own_or_a_line_at_the_top():
    assert described("Text.", url="https://example.org/a")[0].url == "https://example.org/a"
    metadata, said = described("Source: https://example.org/b", "Text.")
    assert (metadata.url, said["url"]) == ("https://example.org/b", "https://example.org/b")


def test_a_sample_that_says_so_is_invented():
    assert described("This is an invented sample report.", "More.")[0].invented
    metadata, said = described(
        Block(HEADING, "PEEL 2031 – An inspection of Northern Wold Police"),
        "This is an invented sample report, made for a test.",
    )
    assert (metadata.publisher, metadata.inspectorates) == (None, ())
    assert said["invented"] == "This is an invented sample report, made for a test."


def test_a_word_about_inventing_does_not_make_a_report_a_sample():
    assert not described("The suspect had invented a report of theft.")[0].invented


PAGE_TITLE = Block(HEADING, "PEEL 2031/32 – An inspection of Northern Wold Police", level=1)


def test_a_label_on_the_line_above_a_date_says_which_date_it_is():
    updated, said = described(PAGE_TITLE, "Last updated", "3 May 2032")
    assert (updated.published, updated.updated) == (None, date(2032, 5, 3))
    assert said["updated"] == "3 May 2032"
    both, _ = described(PAGE_TITLE, "Published:", "1 May 2032", "Updated on", "3 May 2032")
    assert (both.published, both.updated) == (date(2032, 5, 1), date(2032, 5, 3))


def test_two_labelled_dates_on_one_line_are_told_apart():
    metadata, _ = described(PAGE_TITLE, "Published: 1 May 2032 | Last updated: 3 May 2032")
    assert (metadata.published, metadata.updated) == (date(2032, 5, 1), date(2032, 5, 3))


def test_the_date_of_another_report_is_not_the_reports_own():
    metadata, _ = described(
        PAGE_TITLE,
        "Our previous report was published on 7 June 2029.",
        "The next report will be published on 1 March 2034.",
        "It was first published in print; a summary was last updated on 2 March 2030.",
    )
    assert (metadata.published, metadata.updated) == (None, None)


def test_a_line_about_the_report_itself_dates_it():
    metadata, _ = described(PAGE_TITLE, "This report was published on 7 June 2032.")
    assert metadata.published == date(2032, 6, 7)


def test_the_day_of_an_inspection_is_not_the_date_of_a_letter():
    metadata, _ = described(
        Block(HEADING, "Joint targeted area inspection of Netherby"),
        "Date of the last inspection",
        "4 May 2029",
    )
    assert metadata.published is None


def test_a_sentence_that_mentions_an_inspection_makes_no_report_of_that_family():
    metadata, _ = described(
        Block(HEADING, "Rules for the harbour"),
        "They were made after a PEEL inspection of Northern Wold Police in 2018.",
        "They apply to the Netherby Fire and Rescue Service.",
    )
    assert (metadata.kind, metadata.publisher, metadata.bodies) == (ReportKind.OTHER, None, ())


def test_the_inspectorates_own_name_is_no_fire_service():
    inspectorate = "His Majesty’s Inspectorate of Constabulary and Fire & Rescue Services"
    metadata, said = described(
        inspectorate,
        Block(HEADING, "Effectiveness, efficiency and people"),
        Block(HEADING, "An inspection of Netherby Fire and Rescue Service"),
    )
    assert (metadata.kind, metadata.bodies) == (
        ReportKind.FIRE,
        ("Netherby Fire and Rescue Service",),
    )
    assert said["title"] == "An inspection of Netherby Fire and Rescue Service"
    police, _ = described(inspectorate, Block(HEADING, "PEEL 2031 – Northern Wold Police"))
    assert police.kind is ReportKind.PEEL


def test_a_fire_service_is_named_without_what_comes_before_it():
    metadata, said = described(
        Block(HEADING, "Fire and rescue service report"),
        "HMICFRS has published its inspection of Netherby Fire & Rescue Service.",
    )
    assert metadata.bodies == ("Netherby Fire & Rescue Service",)
    assert said["bodies"] == "Netherby Fire & Rescue Service"


def test_a_letter_about_a_focused_visit_is_one_about_childrens_services():
    metadata, _ = described(
        "Office of Lamps",
        "Quay House",
        "1 Harbour Street",
        "Netherby",
        Block(HEADING, "T 0300 000 0000"),
        "Visit us online",
        Block(HEADING, "9 January 2031"),
        "Ada Nobody",
        "Dear Ada",
        Block(HEADING, "Focused visit to Netherby children’s services"),
        "This letter sums up the visit.",
    )
    assert metadata.kind is ReportKind.CHILDRENS_SERVICES
    assert (metadata.area, metadata.published) == ("Netherby", date(2031, 1, 9))
    assert metadata.title == "Focused visit to Netherby children’s services"


def test_a_telephone_number_or_a_date_is_no_title():
    metadata, _ = described(
        Block(HEADING, "Tel: 0300 000 0000"),
        Block(HEADING, "9 January 2031"),
        Block(HEADING, "A plan for lamps"),
        "Light them.",
    )
    assert metadata.title == "A plan for lamps"
