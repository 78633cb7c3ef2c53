"""Places and values of a helper in the office's words."""

import json
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import exact
from helpers import labels, pointers, wording

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
# Fields that keep the screen's books inside sections people read: they go by their own names.
UNSPOKEN = frozenset(
    {
        *("plate_protection_source", "search_session", "search_meta", "last_step", "metadata"),
        *("session_active", "version", "vehicle_context", "search_method", "search_patterns", "webhook_capture"),
        *("average_results_per_search", "raw_responses", "last_capture", "capture_enabled", "ui_data"),
        *("processing_time", "administrative_time", "processing_status", "structured_data", "confidence_score"),
        *("language_detected", "processing_method", "is_valid", "validation_errors", "manual_corrections"),
        *("processing_errors", "tax_exempt_items", "tax_calculations"),
    }
)


@pytest.fixture(autouse=True)
def hebrew():
    with translation.override("he"):
        yield


@pytest.fixture(scope="module")
def full():
    return exact.read((FIXTURES / "helper_full.json").read_bytes())


def said(document, pointer):
    return [step.words for step in wording.trail(document, tuple(pointers.read(pointer)))]


def test_a_path_is_told_as_the_office_speaks(full):
    document = {
        "damage_assessment": {"centers": [{"Id": "dc_1"}, {"Damage center Number": "3", "Location": "צד ימין"}]}
    }

    assert said(document, "/damage_assessment/centers/1/Location") == [
        "הערכת נזקים",
        "מוקדי נזק",
        "מוקד 3 · צד ימין",
        "מיקום",
    ]
    assert said(document, "/damage_assessment/centers/0") == ["הערכת נזקים", "מוקדי נזק", "שורה 1"]
    assert said(full, "/centers/0/Parts/parts_required/0/price") == [
        *("מוקדי נזק", "מוקד 1 · פגוש קדמי", "חלקים", "חלקים נדרשים", "מראה ימין", "מחיר")
    ]
    assert said(full, "/invoices/0/supplier_name")[1] == "חשבונית 162 · מוסך הדוגמה בע''מ"
    assert said(full, "/damage_assessment/damage_centers_summary/Damage center 2/VAT amount")[2:] == ["מוקד 2", 'מע"מ']


def test_a_place_that_is_a_number_is_told_like_one_that_is_a_text():
    document = {"centers": [{"number": b"2", "location": "גג"}]}

    assert wording.trail(document, ("centers", 0)) == wording.trail(document, ("centers", "0"))
    assert said(document, "/centers/0") == ["מוקדי נזק", "מוקד 2 · גג"]


def test_what_has_no_word_is_a_code_and_hebrew_stays_words():
    steps = wording.trail({}, ("valuation", "dc_1758_1", "ח.פ.", "0", 3))

    assert [step.is_code for step in steps] == [False, True, False, True, False]
    assert [step.words for step in steps] == ["ערך הרכב", "dc_1758_1", "ח.פ.", "0", "שורה 4"]


def test_a_key_may_mean_something_else_under_another_key():
    assert labels.field("source", "parts_required") == "סוג החלק"
    assert labels.field("source", "valuation") == "מקור"
    assert labels.field("type", "estimate") == "סוג האומדן"
    assert labels.field("0x", "estimate") == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"1.10", "1.10"),
        (True, "כן"),
        (False, "לא"),
        (None, "אין ערך"),
        ("", "טקסט ריק"),
        ("  ", "  "),
        ([], "רשימה ריקה"),
        ({}, "אובייקט ריק"),
        ([b"1", b"2"], "2 שורות"),
        (exact.MISSING, "אין ערך"),
    ],
)
def test_a_value_in_words(value, words):
    assert wording.value_words(value) == words


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"name": "צלע גג", "ספק": "ספק דמו", "price": b"400"}, "צלע גג · ספק דמו · 400"),
        ({"row_uuid": "9f", "name": "צלע גג", "total_cost": b"390", "price": b"400"}, "צלע גג · 390"),
        ({"Damage center Number": "1", "Location": "גג", "Summary": {"Total with VAT": "590"}}, "מוקד 1 · גג · 590"),
        ({"מס. חשבונית": "162", "שם מוסך": "מוסך דמו", "עלות כוללת": "20,600"}, "חשבונית 162 · מוסך דמו · 20,600"),
        ({"category": "צבע", "cost": "₪ 500"}, "צבע · ₪ 500"),
        ({"row_uuid": "9f", "hours": b"2.5", "total": b"0", "x": ""}, 'שעות: 2.5 · סה"כ: 0'),
        ({"row_uuid": "9f"}, "שדה אחד"),
        ({}, "אובייקט ריק"),
        ("text", "text"),
    ],
)
def test_a_whole_row_is_told_in_one_line(row, line):
    assert wording.row_summary(row) == line


def test_a_code_inside_a_line_is_isolated():
    assert wording.row_summary({"name": "מראה", "supplier": "66747-E298"}) == "מראה · \u206666747-E298\u2069"


def test_a_row_with_a_novel_in_it_stays_one_line():
    assert len(wording.row_summary({"name": "א\n" * 5000, "supplier": "x" * 5000, "price": b"1" * 300})) < 250


@pytest.mark.parametrize("key", ["row_uuid", "Id", "id", "invoice_id", "supabase_case_id", "centerId", "invoice-id"])
def test_identifiers_are_known(key):
    assert wording.is_identifier(key)


@pytest.mark.parametrize("key", ["paid", "valid", "case_id", "tax_id", "fieldId", "name", "Idea", "מזהה", ""])
def test_words_are_no_identifiers(key):
    assert not wording.is_identifier(key)


def test_technical_sections_stand_last():
    known = ["debug", "something_new", "meta", "raw_webhook_data.SUBMIT_1", "case_info", "_session_modified"]

    ordered = sorted(known, key=labels.sort_key)

    assert ordered[:3] == ["case_info", "meta", "something_new"]
    assert labels.TECHNICAL is wording.TECHNICAL
    assert all(labels.is_technical(section) for section in ordered[3:])


def test_every_field_of_a_real_helper_has_a_word_or_is_known_to_have_none():
    document = json.loads((FIXTURES / "helper_typical.json").read_text())
    spoken = {section: value for section, value in document.items() if not labels.is_technical(section)}

    nameless = {
        key
        for key, parent in _fields(spoken)
        if key.isascii() and not labels.field(key, parent) and not wording.is_identifier(key)
        if (parent or key not in labels.SECTIONS) and wording.trail({}, ("x", key))[1].is_code
    }

    assert nameless == UNSPOKEN


def test_every_section_of_the_helpers_in_stock_has_a_word():
    for name in ("small", "typical", "full", "large"):
        assert set(json.loads((FIXTURES / f"helper_{name}.json").read_text())) <= set(labels.SECTIONS)


def _fields(value, parent=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, parent
            yield from _fields(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, parent)


KEYS = st.sampled_from(
    ["name", "Summary", "Damage center Number", "number", "location", "invoice_number", "price", "0"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.sampled_from([b"1", b"-0.0", b"1E400"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(), inner, max_size=4),
)


@given(document=VALUES, path=st.lists(KEYS | st.text() | st.integers(0, 5), max_size=6))
def test_no_document_breaks_a_sentence(document, path):
    assert len(wording.trail(document, tuple(path))) == len(path)
    assert isinstance(wording.row_summary(document), str)
    assert isinstance(wording.value_words(document), str)
