"""Names of forces, councils and services in people's questions."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bodies import Body, BodyKind, BodyRegistry

REGISTRY = BodyRegistry.load()
OFFICIAL = [body for body in REGISTRY.bodies if body.kind in (BodyKind.POLICE, BodyKind.COUNCIL)]


def found(text: str, registry: BodyRegistry = REGISTRY) -> list[list[str]]:
    """Return the names of the bodies of each mention, the kind behind a slash."""
    return [[f"{body.name}/{body.kind}" for body in m.bodies] for m in registry.find(text)]


def count(kind: BodyKind) -> int:
    return sum(body.kind is kind for body in REGISTRY.bodies)


def test_the_data_holds_every_force_fire_service_and_upper_tier_council():
    # 43 forces; 44 English fire and rescue services; 153 councils in England and 22 in Wales.
    assert count(BodyKind.POLICE) == 43
    assert count(BodyKind.FIRE) == 44
    assert count(BodyKind.COUNCIL) == 153 + 22


def test_every_council_lies_in_the_area_of_a_force():
    councils = [body for body in REGISTRY.bodies if body.kind is BodyKind.COUNCIL]
    assert [c.name for c in councils if REGISTRY.force_of(c) is None] == []


def test_every_part_of_a_region_or_town_is_a_body():
    parts = [p for body in REGISTRY.bodies if body.parts for p in REGISTRY.parts_of(body)]
    assert {part.kind for part in parts} == {BodyKind.POLICE, BodyKind.COUNCIL}


ONE_BODY = [
    ("How many detectives does Bedfordshire Police have?", "Bedfordshire Police/police"),
    ("how did beds police do", "Bedfordshire Police/police"),
    ("How did Beds do on supervision?", "Bedfordshire Police/police"),
    ("what grade did GMP get", "Greater Manchester Police/police"),
    ("gmp response times", "Greater Manchester Police/police"),
    ("TVP's backlog", "Thames Valley Police/police"),
    ("thames valley police triage car", "Thames Valley Police/police"),
    ("Thames Valley Constabulary", "Thames Valley Police/police"),
    ("Avon & Somerset Constabulary", "Avon and Somerset Police/police"),
    ("a&s police custody", "Avon and Somerset Police/police"),
    ("Devon & Cornwall Police's data", "Devon and Cornwall Police/police"),
    ("Is the Met good at finding missing children?", "Metropolitan Police Service/police"),
    ("does the met visit schools", "Metropolitan Police Service/police"),
    ("the Met's Central North unit", "Metropolitan Police Service/police"),
    ("met police in custody suites", "Metropolitan Police Service/police"),
    ("Which MPS boroughs", "Metropolitan Police Service/police"),
    ("Scotland Yard", "Metropolitan Police Service/police"),
    ("Dyfed Powys Police", "Dyfed-Powys Police/police"),
    ("Heddlu Gogledd Cymru", "North Wales Police/police"),
    ("Hampshire Constabulary", "Hampshire and Isle of Wight Constabulary/police"),
    ("Hants police", "Hampshire and Isle of Wight Constabulary/police"),
    ("West Mercia Constabulary", "West Mercia Police/police"),
    ("west mids police", "West Midlands Police/police"),
    ("Notts Police", "Nottinghamshire Police/police"),
    ("Essex Constabulary", "Essex Police/police"),
    ("Durham Constabulary's reforms", "Durham Constabulary/police"),
    ("In County Durham, is it working?", "Durham/council"),
    ("Kent County Council", "Kent/council"),
    ("Hertfordshire children's services", "Hertfordshire/council"),
    ("hertfordshire childrens services", "Hertfordshire/council"),
    ("the Royal Borough of Windsor & Maidenhead", "Windsor and Maidenhead/council"),
    ("families in Windsor", "Windsor and Maidenhead/council"),
    ("RBWM partners", "Windsor and Maidenhead/council"),
    ("London Borough of Sutton", "Sutton/council"),
    ("Royal Borough of Greenwich", "Greenwich/council"),
    ("Richmond's single point of access", "Richmond upon Thames/council"),
    ("richmond on thames", "Richmond upon Thames/council"),
    ("Southend’s strategy meetings", "Southend-on-Sea/council"),
    ("southend on sea", "Southend-on-Sea/council"),
    ("Derby's MASH", "Derby/council"),
    ("Derby City Council", "Derby/council"),
    ("Bedford Borough Council", "Bedford/council"),
    ("Central Beds", "Central Bedfordshire/council"),
    ("cheshire west & chester", "Cheshire West and Chester/council"),
    ("Blackburn with Darwen", "Blackburn with Darwen/council"),
    ("BwD safeguarding board", "Blackburn with Darwen/council"),
    ("BCP Council", "Bournemouth, Christchurch and Poole/council"),
    ("Bournemouth, Christchurch and Poole", "Bournemouth, Christchurch and Poole/council"),
    ("St. Helens", "St Helens/council"),
    ("hull jtai", "Kingston upon Hull/council"),
    ("Telford & Wrekin", "Telford and Wrekin/council"),
    ("southtyneside", "South Tyneside/council"),
    ("North East Lincs", "North East Lincolnshire/council"),
    ("West Northants council", "West Northamptonshire/council"),
    ("Westmorland and Furness", "Westmorland and Furness/council"),
    ("Rhondda Cynon Taff, Rhondda", "Rhondda Cynon Taf/council"),
    ("Ynys Môn", "Isle of Anglesey/council"),
    ("BTP", "British Transport Police/service"),
    ("Does the NCA lead?", "National Crime Agency/service"),
    ("Police Scotland", "Police Scotland/service"),
    ("Kent Fire and Rescue Service", "Kent Fire and Rescue Service/fire"),
    ("cheshire fire service", "Cheshire Fire and Rescue Service/fire"),
    ("What does LFB do?", "London Fire Brigade/fire"),
    ("young people in Huddersfield", "Huddersfield/town"),
]


@pytest.mark.parametrize(("text", "body"), ONE_BODY)
def test_a_body_is_found_as_people_name_it(text: str, body: str):
    assert found(text)[0] == [body]


ORDINARY_WORDS = [
    "Are pupils' reading levels improving?",
    "Reading levels of looked after children",
    "progress in reading and writing",
    "children who bury their feelings",
    "Bury your findings deep",
    "a bath before bedtime",
    "Bath time routines for babies",
    "how many staff met the family",
    "Were targets met?",
    "Has the need been met in full?",
    "The Met Office warned of floods",
    "how many beds does the ward have",
    "Beds in hospital wards",
    "the ship's hull",
    "a barking dog scared the child",
    "hackney carriage drivers and exploitation",
    "licensing Hackney Carriages",
    "a midway survey of the country",
    "a narrow view of risk",
    "Compare with England and Wales",
    "outcomes in England and Wales",
    "people who work for the police",
    "What do the National Police Chiefs' Council and the College say?",
    "Do Police officers record what they see?",
    "Are Neighbourhood Police teams visible?",
    "What does the Parish Council do?",
    "she moved to New York",
    "the derby between two teams",
    "which MPs visited?",
    "asp batons and tasers",
    "the nca of one case",
    "Are staff supervised?",
    "wells of sympathy, and what it yields",
    "how well did staff stroke and soothe the child",
    "the heads of washington and darwin schools",
    "cooperation and coronation",
    "Who won the cup in France?",
]


@pytest.mark.parametrize("text", ORDINARY_WORDS)
def test_an_ordinary_word_is_no_body(text: str):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("What is Reading doing about neglect?", "Reading/council"),
        ("Reading's front door", "Reading/council"),
        ("reading council", "Reading/council"),
        ("the jtai of reading", "Reading/council"),
        ("Bath: how many social workers?", "Bath and North East Somerset/council"),
        ("Does Bury share records?", "Bury/council"),
        ("is derby any better", "Derby/council"),
        ("slough children and gangs", "Slough/council"),
        ("Bury", "Bury/council"),
    ],
)
def test_an_ordinary_word_is_a_body_where_its_surroundings_say_so(text: str, body: str):
    assert found(text) == [[body]]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("WMP", ["West Mercia Police/police", "West Midlands Police/police"]),
        ("Essex", ["Essex Police/police", "Essex/council"]),
        ("herts", ["Hertfordshire Constabulary/police", "Hertfordshire/council"]),
        ("City of London", ["City of London Police/police", "City of London/council"]),
    ],
)
def test_a_name_that_several_bodies_bear_is_found_as_all_of_them(text: str, bodies: list[str]):
    assert found(text) == [bodies]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Bedforshire Police", "Bedfordshire Police/police"),
        ("Glouchestershire Constabulary", "Gloucestershire Constabulary/police"),
        ("Northumbia Police", "Northumbria Police/police"),
        ("Windsr and Maidenhed", "Windsor and Maidenhead/council"),
        ("sunderlnd", "Sunderland/council"),
        ("Kirkless", "Kirklees/council"),
        ("solihul mash", "Solihull/council"),
        ("Chesire East", "Cheshire East/council"),
        ("barnsely", "Barnsley/council"),
        ("Nottinghmashire Police", "Nottinghamshire Police/police"),
        ("islngton", "Islington/council"),
    ],
)
def test_a_small_misspelling_is_forgiven_and_marked(text: str, body: str):
    mention = REGISTRY.find(text)[0]
    assert [f"{b.name}/{b.kind}" for b in mention.bodies] == [body]
    assert not mention.exact


def test_a_misspelling_between_two_names_is_a_clash():
    names = {body.name for body in REGISTRY.find("Herfordshire")[0].bodies}
    assert names == {"Hertfordshire Constabulary", "Hertfordshire", "Herefordshire"}


def test_a_possessive_without_its_apostrophe_is_no_misspelling():
    (mention,) = REGISTRY.find("bromleys emergency duty team")
    assert (mention.bodies[0].name, mention.exact) == ("Bromley", True)


def test_the_span_holds_the_words_that_name_the_body():
    text = "How does the London Borough of Sutton's board work with Kent Police?"
    spans = [mention.span.of(text) for mention in REGISTRY.find(text)]
    assert spans == ["London Borough of Sutton's", "Kent Police"]


def test_several_bodies_are_found_in_order():
    text = "Compare Cheshire East, Leeds and Blackburn with Darwen with West Yorkshire Police"
    assert [names[0].split("/")[0] for names in found(text)] == [
        "Cheshire East",
        "Leeds",
        "Blackburn with Darwen",
        "West Yorkshire Police",
    ]


def test_a_capitalised_name_that_nobody_bears_is_found_as_unknown():
    text = "How good is Borchester Police at supervision?"
    (mention,) = REGISTRY.find(text)
    assert (mention.span.of(text), mention.bodies) == ("Borchester Police", ())


def test_an_unknown_council_is_found_as_unknown():
    text = "What did inspectors say about Ambridge Parva Council?"
    (mention,) = REGISTRY.find(text)
    assert (mention.span.of(text), mention.bodies) == ("Ambridge Parva Council", ())


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("the Met", ["Metropolitan Police Service"]),
        ("bedfordshire police", ["Bedfordshire Police"]),
        ("Derby City", ["Derby"]),
        ("WMP", ["West Mercia Police", "West Midlands Police"]),
        ("Reading", ["Reading"]),
        ("Bedforshire Police", []),
        ("Leeds and Bradford", []),
        ("police in Leeds", []),
        ("", []),
    ],
)
def test_a_whole_name_is_looked_up_strictly(name: str, names: list[str]):
    assert [body.name for body in REGISTRY.named(name)] == names


def test_an_area_met_in_a_library_is_known_from_then_on():
    registry = REGISTRY.with_areas(["Northmoor Police", "Ambleford Borough Council", "Leeds"])
    assert found("Is Northmoor Constabulary better than Ambleford?", registry) == [
        ["Northmoor Police/police"],
        ["Ambleford Borough Council/council"],
    ]


def test_a_registry_that_knows_all_areas_stays_itself():
    assert REGISTRY.with_areas(["Leeds", "Kent Police", ""]) is REGISTRY


def test_a_question_is_read_in_a_moment():
    text = "Is Thames Valley Police closer to schools in Oxfordshire than in Wokingham?"
    REGISTRY.find(text)
    started = time.perf_counter()
    for _ in range(100):
        REGISTRY.find(text)
    assert (time.perf_counter() - started) / 100 < 0.005  # 0.3 ms; the rest is for busy machines


@given(st.sampled_from(OFFICIAL))
def test_every_official_name_finds_its_body(body: Body):
    assert body in REGISTRY.named(body.name)


@given(st.sampled_from(OFFICIAL), st.sampled_from([str.lower, str.upper, str.title]))
def test_the_case_of_an_official_name_does_not_matter(body: Body, recase):
    text = f"the {recase(body.area)} council or police"
    exact = f"the {body.area} council or police"
    assert [m.bodies for m in REGISTRY.find(text)] == [m.bodies for m in REGISTRY.find(exact)]


@given(st.sampled_from(OFFICIAL), st.sampled_from(["'s", "’s", "'S"]))
def test_a_possessive_does_not_matter(body: Body, ending: str):
    plain = REGISTRY.find(f"What about {body.name} and drugs?")
    owning = REGISTRY.find(f"What about {body.name}{ending} drugs?")
    assert [m.bodies for m in owning] == [m.bodies for m in plain]


@given(st.sampled_from([body for body in OFFICIAL if " and " in body.name]))
def test_and_may_be_written_as_a_sign(body: Body):
    assert REGISTRY.named(body.name.replace(" and ", " & ")) == REGISTRY.named(body.name)


@given(st.text(max_size=80))
def test_mentions_lie_in_order_inside_any_text(text: str):
    spans = [mention.span for mention in REGISTRY.find(text)]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.end <= len(text) for span in spans)


def test_a_letter_lost_from_a_long_name_is_forgiven_nearly_always():
    # The rest are words of their own ("bridged"), or "Metropolitan", which alone names nothing.
    tried = [
        (body, word[:at] + word[at + 1 :])
        for body in OFFICIAL
        if (word := body.area).isalpha() and len(word) >= 8
        for at in range(1, len(word))
    ]
    right = [
        body
        for body, misspelt in tried
        if any(body in mention.bodies for mention in REGISTRY.find(f"in {misspelt}"))
    ]
    assert len(right) / len(tried) >= 0.98
