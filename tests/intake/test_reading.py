"""Answers in every captured form and in hostile ones, read into our own fields; nothing fails, nothing is invented."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.jsontext import Number
from intake import evidence, figures, reading

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(name):
    return (FIXTURES / f"{name}.json").read_text()


LEVI = json.loads(fixture("levi_response"))
MILEAGE = {
    "percent": 3.25, "amount": 4548, "cumulative": 144478, "description": 'מס ק"מ', "value": LEVI['ערך מס ק"מ'],
}  # fmt: skip


def stored(read):
    return json.loads(read.json.raw)


def levi(answer):
    return reading.levi_report(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


def vehicle(answer):
    return reading.vehicle_details(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize(
    "answer",
    [
        LEVI,
        [LEVI],
        [{"value": json.dumps(LEVI)}],
        [{key: value} for key, value in LEVI.items()],
        [{"Body": "\n".join(f"{key}: {value}" for key, value in LEVI.items())}],
        "\r\n".join(f"{key} : {value}" for key, value in LEVI.items()),
        {"message": json.dumps(LEVI)},
        {key.replace('"', "״") + " ": value for key, value in LEVI.items()},
        {key.replace('"', "''"): f" {value} " for key, value in LEVI.items()},
        "\ufeff" + json.dumps(LEVI),
    ],
)
def test_levis_answer_reads_the_same_in_every_form(answer):
    read = levi(answer)

    assert read.unread == []
    told = stored(read)
    assert (told["report_date"], told["model_code"], told["category"]) == ("2025-09-27", "970812", "פנאי שטח")
    assert (read.parsed["base_price"], read.parsed["final_price"]) == (Decimal(151000), Decimal(141588))
    assert told["adjustments"]["mileage"] == MILEAGE
    assert told["adjustments"]["ownership_type"]["amount"] == -28660
    assert told["features"] == LEVI["תיאור מאפיינים"]


def test_the_variant_with_a_repeated_key_keeps_the_list_and_the_numbers():
    read = levi(fixture("levi_response_duplicate_keys"))

    assert read.unread == []
    assert read.parsed["features"].startswith("הגה כוח")
    assert read.parsed["adjustments"]["features"] == {
        "percent": 9, "amount": 13590, "cumulative": 164590, "description": None, "value": None,
    }  # fmt: skip


def test_english_keys_and_the_helpers_own_shape_are_understood():
    plain = levi({"base_price": "1,000.50", "adjustments": {"mileage": {"percent": "+7.95%", "value": "x"}}})
    shaped = levi({"valuation": {"final_price": "₪ 5"}, "expertise": {"levi_report": {"model_code": 970812}}})

    assert plain.parsed["base_price"] == Decimal("1000.50")
    assert plain.parsed["adjustments"]["mileage"]["percent"] == Decimal("7.95")
    assert (shaped.parsed["final_price"], shaped.parsed["model_code"]) == (5, "970812")


@pytest.mark.parametrize("name", ["car_details_response", "car_details_response_hebrew"])
def test_a_car_reads_alike_in_both_languages(name):
    read = vehicle(fixture(name))

    wanted = {"vin": "TSTCGHFX3TXKHDRUV", "manufacturer": "סקודה", "model": "OCTAVIA", "trim": "AMBITION",
              "model_code": "DM14D", "year": 2021, "engine_size": 1498, "fuel_type": "בנזין",
              "ownership_type": "חברה"}  # fmt: skip
    assert read.parsed | wanted == read.parsed
    assert read.unread == []


def test_an_invoice_reads_into_our_names_with_its_rows():
    read = reading.document("invoice", fixture("invoice_ocr_response"))

    told = stored(read)
    assert read.unread == []
    assert (told["invoice_number"], told["invoice_date"], told["supplier_tax_id"]) == ("110", "2025-09-27", "510950048")
    assert (told["total_before_tax"], told["tax_rate"], told["tax_amount"], told["total_amount"]) == (
        16475, 18, 2965.5, 19440.5,
    )  # fmt: skip
    assert (len(told["parts"]), len(told["works"]), told["repairs"]) == (6, 4, [])
    assert told["parts"][0]["catalog_code"] == "1-004-260625"
    assert "16475.00" in read.json.raw.decode()


def test_an_older_invoice_has_the_amount_under_the_rates_name():
    read = reading.document("invoice", '{"מע״מ": "2,965.50", "עלות כוללת": "19,440.50", "שדה חדש": {"a": [1.10]}}')

    assert (read.parsed["tax_rate"], read.parsed["tax_amount"]) == (None, Decimal("2965.50"))
    assert '"a": [1.10]' in read.json.raw.decode()


def test_a_list_of_parts_reads_row_by_row():
    answer = json.loads(fixture("parts_ocr_response"))
    answer[0]["body"]["results"][1] |= {"price": "1,204.50 ₪", "quantity": "שניים", "מדף": "7"}

    read = reading.document("parts", json.dumps(answer))

    first, second = read.parsed["results"]
    assert (first["pcode"], first["price"], first["year_from"]) == ("66832-0D616", 2973, 2021)
    assert (second["price"], second["quantity"], second["מדף"]) == (Decimal("1204.50"), None, "7")
    assert read.unread == ["results.1.quantity"]
    assert read.parsed["plate"] == "992-28-124"


def test_other_documents_keep_their_own_names():
    licence = reading.document("license", '{"מספר שילדה": "X1", "שנת ייצור": "11/2022", "בעלים קודם": "א"}')
    other = reading.document("other", '[{"כותרת": "מכתב", "n": 12345678901234567890.10}]')

    assert (licence.parsed["vin"], licence.parsed["year"], licence.parsed["בעלים קודם"]) == ("X1", 2022, "א")
    assert other.parsed["כותרת"] == "מכתב"
    assert b"12345678901234567890.10" in other.json.raw


def test_what_was_said_but_cannot_be_read_is_named():
    read = levi({**LEVI, "מחיר בסיס": "לפי מחירון", "תאריך": "31/02/2025", 'ערך ש"ח בעלות': "12..5", "קטגוריה": ["א"],
                 "מחיר סופי לרכב": "99,999,999,999"})  # fmt: skip

    assert sorted(read.unread) == [
        "adjustments.ownership_type.amount", "base_price", "category", "final_price", "report_date",
    ]  # fmt: skip
    assert read.parsed["base_price"] is None
    assert read.parsed["adjustments"]["mileage"]["amount"] == 4548


def test_words_for_nothing_are_no_values_and_no_trouble():
    read = vehicle({"שנת ייצור": "אין מידע", "נפח מנוע": "-", "דגם": "", "שם היצרן": "סקודה", "צבע": None})

    assert read.unread == []
    assert [read.parsed[name] for name in ("year", "engine_size", "model", "color", "manufacturer")] == [
        None, None, None, None, "סקודה",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"מחיר": ', "*broken"),
        ("[" * 50_000, "*broken"),
        ("Accepted", "*without_data"),
        ("https://example.test/a.pdf", "*without_data"),
        ("שלום", "*no_fields"),
        ("", "*no_fields"),
        ("5", "*no_fields"),
        ("null", "*no_fields"),
        ("[]", "*no_fields"),
        ('{"אחר": "1"}', "*no_fields"),
        ('{"error": true, "מחיר בסיס": "5"}', "*failed"),
        (json.dumps({"message": "[" * 2000}), "*no_fields"),
    ],
)
def test_an_answer_that_says_nothing_says_why(answer, why):
    read = levi(answer)

    assert (read.parsed, read.unread) == ({}, [why])


def test_deep_answers_break_nothing():
    deep = '{"valuation": ' * 300 + "1" + "}" * 300

    assert reading.levi_report(deep).parsed == {}
    assert reading.document("other", deep).parsed == {}


@pytest.mark.parametrize("bad", ['"\\u0000"', '"\\ud800"', "1e999999", "9" * 500])
def test_what_no_jsonb_holds_is_left_out_by_name(bad):
    read = reading.document("other", f'{{"טוב": "1", "רע": {bad}}}')

    assert (read.parsed, read.unread) == ({"טוב": "1"}, ["רע"])


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("₪ 151,000", 151000), ("151,000 ₪", 151000), ("-26.88%", Decimal("-26.88")), ("+7.95%", Decimal("7.95")),
        ("₪ -28,660", -28660), ("28,660-", -28660), ("−5", -5), ("0%", 0), ('3,500 ש"ח', 3500), ("3500 ש״ח", 3500),
        ("\u200f1,234.50\u200f", Decimal("1234.50")), (Number("1e3"), 1000), (Number("1.10"), Decimal("1.10")),
        ("1,50", None), ("1.2.3", None), ("12a", None), (Number("1e400"), None), ("٣", None), (True, None), ("", None),
        ("9" * 101, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(said, number):
    assert figures.number(said) == number


@pytest.mark.parametrize(
    ("said", "year"),
    [("2022", 2022), ("11/2022", 2022), ("2021-1", 2021), (Number("2022"), 2022), ("01.11.2022", 2022), ("11/22", None),
     ("1850", None), ("20222", None)],
)  # fmt: skip
def test_years_are_read_in_every_form(said, year):
    assert figures.year(said) == year


@pytest.mark.parametrize(
    ("said", "day"),
    [("27/09/2025", "2025-09-27"), ("27.9.25", "2025-09-27"), ("2025-09-27", "2025-09-27"),
     ("2025-09-27T10:46:00.001+02:00", "2025-09-27"), ("30/02/2025", "None"), ("אתמול", "None"), ("1/2", "None")],
)  # fmt: skip
def test_days_are_read_in_every_form(said, day):
    assert str(figures.day(said)) == day


def test_evidence_says_whether_json_holds_it_all():
    plain, repeated, text = (evidence.of_text(said) for said in ('{"a": 1.10}', '{"a": 1, "a": 2}', "א: 1"))

    assert (plain.is_all_in_json, repeated.is_all_in_json, text.json) == (True, False, None)
    assert repeated.json.raw == b'{"a": 1}'
    assert evidence.of_text('{"a": 1, "pass": "canary"}').text == '{"a": 1, "pass": "***"}'
