"""What a case is at one version, out of any generation of the helper."""

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import exact
from helpers import facts

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@pytest.fixture(autouse=True)
def hebrew():
    with translation.override("he"):
        yield


def fixture(name):
    return exact.read((FIXTURES / f"helper_{name}.json").read_bytes())


def told(document):
    return {fact.word: fact.value for fact in facts.of(document).facts}


def test_a_finished_case_is_told_in_its_facts():
    seen = told(fixture("full"))

    assert seen["שם בעל הרכב"] == "מאיה ברוש-דמו"
    assert seen["טלפון בעל הרכב"] == "050-0008611"
    assert seen["מספר רכב"] == "993-19-949"
    assert seen["מספר תיק"] == "YC-99319949-2025"
    assert (seen["יצרן"], seen["שנת ייצור"]) == ("מאזדה", "2015")
    assert seen["מוסך"] == "מוסך ניסוי ובניו"
    assert seen["חברת ביטוח"] == "ביטוח דמו ב"
    assert (seen["תאריך נזק"], seen["סוג נזק"]) == ("14.9.2025", "שריפה")
    assert (seen["מחיר בסיס"], seen["מחיר סופי לרכב"]) == ("₪ 120,000", "₪ 101,423")
    assert seen["ירידת ערך"] == "3.5% · ₪2,450"
    assert seen["מס' תמונות"] == "6"
    assert "מספר תביעה" not in seen


def test_reports_tell_how_far_they_are():
    found = facts.of(fixture("full"))

    assert [(report.word, report.kind, report.status, report.tone, report.day) for report in found.reports] == [
        ("אקספירטיזה", "", "הוגש", "done", "26.9.2025"),
        ("אומדן", "אובדן להלכה", "הופק", "busy", "26.9.2025"),
        ("חוות דעת", "חוות דעת פרטית", "הוגש", "done", "26.9.2025"),
    ]


def test_damage_centers_and_invoices_show_their_totals_as_written():
    found = facts.of(fixture("full"))

    assert len(found.centers) == 3
    assert found.centers[0] == facts.Center("מוקד 1 · פגוש קדמי", "2500", "6284.56", "550", "11014.78")
    assert found.invoices == [facts.Invoice("162", "מוסך הדוגמה בע''מ", "20600.44")]


def test_older_generations_of_a_center_are_read_too():
    oldest = {"id": "x", "number": b"2", "location": "גג", "calculations": {"total_with_vat": b"1.10"}}
    flat = {"damage_center_number": "3", "parts_cost": "₪ 400", "location": "דלת"}

    assert facts.of({"damage_centers": [oldest]}).centers == [facts.Center("מוקד 2 · גג", "", "", "", "1.10")]
    assert facts.of({"centers": [], "expertise": {"damage_blocks": [flat]}}).centers == [
        facts.Center("מוקד 3 · דלת", "", "₪ 400", "", "")
    ]
    assert facts.of({"centers": [{}]}).centers[0].name == "מוקד 1"


def test_a_new_helper_full_of_zeros_says_nothing():
    zeros = {"valuation": {"base_price": b"0", "final_price": "₪ 0"}, "documents": {"photo_count": b"0"}, "centers": []}

    assert facts.of(zeros) == facts.of({})
    assert facts.of({}).facts == facts.of({}).reports == []


def test_the_first_place_that_says_something_wins():
    car = {"manufacturer": "מאזדה", "year": b"2015"}

    seen = told({"vehicle": {"manufacturer": "", "year": None}, "car_details": car, "images": [{}, {}]})

    assert seen == {"יצרן": "מאזדה", "שנת ייצור": "2015", "מס' תמונות": "2"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2025-09-14T10:00:00.001+02:00", "14.9.2025"),
        ("2025-13-40", "2025-13-40"),
        ("14/09/2025", "14.9.2025"),
        ("26/09/25", "26/09/25"),
    ],
)
def test_a_date_is_shown_as_people_write_it_and_a_strange_one_as_it_stands(written, shown):
    assert told({"case_info": {"damage_date": written}})["תאריך נזק"] == shown


def test_three_hundred_phantom_invoices_are_counted_and_not_listed():
    found = facts.of({"invoices": [{"invoice_number": str(n)} for n in range(300)]})

    assert (len(found.invoices), found.more_invoices) == (20, 280)


KEYS = st.sampled_from(
    [*facts.SECTIONS, "owner", "name", "summary", "status", "type", "Summary", "Total with VAT", "0", "depreciation"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.sampled_from([b"1", b"-0.0", b"1E400"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
)


@given(VALUES)
def test_no_document_breaks_the_facts(document):
    found = facts.of(document)

    assert all(isinstance(fact.value, str) and fact.value for fact in found.facts)
