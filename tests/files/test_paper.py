"""Reports written from a helper: each value in its row, nothing recomputed, nothing broken by strange values."""

import copy
import json
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import exact, jsontext
from files import paper
from files.assets import Assets
from files.paper import written

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
HELPERS = ["helper_small", "helper_typical", "helper_full", "helper_large"]
OPINIONS = [name for name in paper.REPORT_TYPES if name.startswith("opinion_")]
ON = date(2026, 11, 23)


def helper(name="helper_full"):
    return json.loads((FIXTURES / f"{name}.json").read_text())


def drawn(report_type, of, nature="final", **more):
    return paper.page(
        report_type=report_type,
        nature=nature,
        helper=of,
        assets=more.pop("assets", Assets()),
        made_from="12345678_helper_v5",
        on=ON,
        **more,
    )


class Reader(HTMLParser):
    """A report as its rows, its facts and its texts."""

    def __init__(self):
        super().__init__()
        self.rows, self.facts, self.texts, self.tags, self.attributes = [], [], [], [], []
        self.cell = self.fact = None

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.cell = True
        elif tag in {"dt", "dd"}:
            self.facts.append("")
            self.fact = True

    def handle_endtag(self, tag):
        self.cell = self.cell and tag not in {"td", "th"}
        self.fact = self.fact and tag not in {"dt", "dd"}

    def handle_data(self, data):
        self.texts.append(data)
        if self.cell:
            self.rows[-1][-1] += data
        if self.fact:
            self.facts[-1] += data

    def fact_of(self, name):
        return self.facts[self.facts.index(name) + 1]


def read(*asked, **more):
    reader = Reader()
    reader.feed(drawn(*asked, **more))
    return reader


def test_every_kind_of_report_has_its_title_and_nature():
    for name in paper.REPORT_TYPES:
        shown = drawn(name, helper(), nature="draft")
        heading, _, nature = paper.title(name, "draft").rpartition(" – ")
        assert f"<h1>{heading}</h1>" in shown
        assert nature == "טיוטה"
        assert "טיוטה" in shown
    assert paper.title("opinion", "final") == paper.title("final_report", "final") == "חוות דעת פרטית – סופי"


@pytest.mark.parametrize(("report_type", "nature"), [("letter", "draft"), ("estimate", "secret")])
def test_a_kind_that_is_none_is_an_error(report_type, nature):
    with pytest.raises(KeyError):
        paper.title(report_type, nature)


@pytest.mark.parametrize("report_type", paper.REPORT_TYPES)
def test_the_head_names_the_case_and_the_version_it_was_made_from(report_type):
    shown = read(report_type, helper())

    assert shown.fact_of("מספר רישוי") == "993-19-949"
    assert shown.fact_of("מספר תיק") == "YC-99319949-2025"
    assert "12345678_helper_v5" in shown.texts


def test_facts_stand_beside_their_names():
    shown = read("expertise", helper())

    assert shown.fact_of("יצרן") == "מאזדה"
    assert shown.fact_of("מספר שילדה") == "TST2J8VA3UCRPYKLP"
    assert shown.fact_of("בעל הרכב") == "מאיה ברוש-דמו"
    assert shown.fact_of("מספר פוליסה") == "—"
    assert shown.fact_of("תאריך הבדיקה") == "26/09/2025"
    assert shown.fact_of("תאריך נזק") == "14/09/2025"
    assert shown.fact_of("סוג נזק") == "שריפה"


def test_an_expertise_shows_what_is_planned_and_no_prices():
    shown = read("expertise", helper())

    assert ["מראה ימין", "DM7843221", "חליפי", "1"] in shown.rows
    assert ["עבודות צבע", "הערת דמו"] in shown.rows
    assert "לתיקון" in shown.texts
    assert "₪" not in "".join(shown.texts)


def test_an_estimate_shows_each_part_with_its_whole_calculation():
    shown = read("estimate", helper())

    row = ["DM2497611", "חיישן חנייה", "חליפי/משומש", "1", "2,664.00 ₪", "5%", "5%", "2,404.26 ₪", "2,404.26 ₪"]
    assert row in shown.rows
    assert ["כיוון גלגלים", "הערת דמו", "1,100.00 ₪"] in shown.rows
    # The sums of a center, and of all of them as the estimate itself says them.
    assert ['סה"כ ללא מע"מ', "9,334.56 ₪"] in shown.rows
    assert ['סה"כ חלקים', "15,952.15 ₪"] in shown.rows
    assert ['מע"מ 18%', "4,338.85 ₪"] in shown.rows
    assert ['סה"כ כולל מע"מ', "28,441.00 ₪"] in shown.rows
    assert ["ערך לנזק גולמי", "134,800.00 ₪"] in shown.rows
    assert ["אחוז נזק גולמי", "20.09%"] in shown.rows
    assert ["סכום לתביעה", "28,441.00 ₪"] in shown.rows
    assert shown.fact_of("סוג האומדן") == "אובדן להלכה"


def test_the_price_list_is_shown_step_by_step():
    shown = read("opinion_private", helper())

    assert ["מחיר בסיס", "", "", "", "120,000.00 ₪"] in shown.rows
    assert ["מאפיינים", "גג נפתח, מ.רוורס", "9%", "10,800.00 ₪", "130,800.00 ₪"] in shown.rows
    assert ["עליה לכביש", "11/2015", "0%", "4,000.00 ₪", "134,800.00 ₪"] in shown.rows
    assert ["מספר בעלים", "2", "-2%", "-2,070.00 ₪", "101,423.00 ₪"] in shown.rows
    assert ["מחיר סופי לרכב", "101,423.00 ₪"] in shown.rows


def test_a_loss_of_value_is_shown_part_by_part():
    shown = read("opinion_private", helper())

    assert ["1", "פגוש קדמי", "החלפה", "1.5%", "1,050.00 ₪"] in shown.rows
    assert ["ירידת ערך כוללת", "2,450.00 ₪"] in shown.rows
    assert ["ירידת ערך כוללת באחוזים", "3.5%"] in shown.rows


@pytest.mark.parametrize(
    ("report_type", "key", "label"),
    [
        ("opinion_private", "private_total", "סכום לתביעה"),
        ("opinion_global", "global_after_differentials", "נזק גלובלי אחרי הפרשים"),
        ("opinion_damaged_sale", "total_after_sale_damage", "פיצוי לאחר מכירה במצבו הניזוק"),
        ("opinion_total_loss", "total_after_salvage_total", "פיצוי לאחר ניכוי שרידים"),
        ("opinion_legal_loss", "total_after_salvage_legal", "פיצוי לאחר ניכוי שרידים"),
        ("opinion_legal_loss", "salvageValueLegal", "ערך שרידים"),
    ],
)
def test_each_opinion_closes_with_its_own_figures(report_type, key, label):
    case = helper()
    case["final_report"]["summary"][key] = "₪ 65,432.10"

    assert [label, "65,432.10 ₪"] in read(report_type, case).rows


@pytest.mark.parametrize("report_type", ["opinion_damaged_sale", "opinion_total_loss", "opinion_legal_loss"])
def test_a_claim_is_never_called_what_is_left_after_a_salvage_value(report_type):
    shown = read(report_type, helper())

    assert ["סכום לתביעה", "28,441.00 ₪"] in shown.rows
    [left] = [row for row in shown.rows if row[0].startswith("פיצוי לאחר")]
    assert left[1] == "—"


def test_an_opinion_carries_its_text_remarks_and_attachments():
    shown = read("opinion_private", helper())

    for said in ("נוסח משפטי לדוגמה.", "הערות לדוגמה", "תמונות", "רישיון רכב"):
        assert said in shown.texts
    assert shown.fact_of("הסדר") == "לא בהסדר"


def test_an_invoice_shows_its_lines_and_sums_however_its_keys_are_quoted():
    case = helper()
    shown = read("invoice", case)

    assert ["חלק", "1-004-199342", "דלת קדמית", "מקורי", "2", "2,171.00 ₪", "4,342.00 ₪"] in shown.rows
    assert ["עבודה", "—", "פחחות", "—", "—", "—", "1,453.00 ₪"] in shown.rows
    assert ['מע"מ 18%', "3,142.44 ₪"] in shown.rows
    assert ['סה"כ כולל מע"מ', "20,600.44 ₪"] in shown.rows
    requoted = {key.replace("''", "״"): value for key, value in case["invoices"][0].items()}
    case["invoices"] = [requoted]
    assert read("invoice", case).rows == shown.rows


def test_the_same_invoice_is_shown_once_and_several_are_added():
    case = helper()
    [invoice] = case["invoices"]
    case["invoices"] = [invoice, {**invoice}, {**invoice, "מס. חשבונית": "163"}]
    shown = read("invoice", case)

    assert sum(text.startswith("חשבונית מס'") for text in shown.texts) == 2
    assert ['סה"כ כולל מע"מ', "41,200.88 ₪"] in shown.rows


def test_a_parts_list_has_every_part_once_and_their_sum():
    case = helper()
    rows = case["centers"][0]["Parts"]["parts_required"]
    rows.append(dict(rows[0]))
    shown = read("parts", case)

    codes = [row[2] for row in shown.rows if len(row) == 9][1:]
    assert codes == [row["pcode"] for center in helper()["centers"] for row in center["Parts"]["parts_required"]]
    assert ['סה"כ חלקים', "15,952.15 ₪"] in shown.rows
    assert [
        "4",
        "2",
        "DM8938755",
        "מגן אחורי תחתון",
        "חלפי דמו",
        "חליפי",
        "1",
        "2,163.00 ₪",
        "2,054.85 ₪",
    ] in shown.rows


@pytest.mark.parametrize("name", HELPERS)
def test_totals_agree_with_the_helpers_own(name):
    case = helper(name)
    for center in case.get("centers", []):
        for key in ("Subtotal", "VAT amount", "Total with VAT"):
            assert written.money(center["Summary"][key]) in paper.expected("opinion_private", case).totals


@pytest.mark.parametrize("name", HELPERS)
@pytest.mark.parametrize("report_type", paper.REPORT_TYPES)
def test_what_is_expected_is_printed(name, report_type):
    case = helper(name)
    expected = paper.expected(report_type, case)
    texts = set(read(report_type, case).texts)

    assert set(expected.totals + expected.part_numbers) <= texts
    if report_type in {"parts", "estimate"} and name in {"helper_full", "helper_large"}:
        assert expected.part_numbers
        assert expected.totals


@pytest.mark.parametrize("reading", [json.loads, exact.read, lambda text: json.loads(text, parse_float=Decimal)])
def test_however_its_numbers_were_read_a_report_is_the_same(reading):
    text = (FIXTURES / "helper_full.json").read_text()

    assert drawn("estimate", reading(text)) == drawn("estimate", helper())


def test_a_number_as_it_was_written_is_read_too():
    assert written.money(jsontext.Number("1677.005")) == "1,677.01 ₪"


def test_whatever_people_type_is_shown_as_text():
    case = helper()
    bad = "<script>alert(1)</script><img src=x onerror=y>\"'&</style>{{ sheet }}"
    case["stakeholders"]["owner"]["name"] = case["vehicle"]["chassis"] = bad
    case["centers"][0]["Description"] = case["centers"][0]["Parts"]["parts_required"][0]["pcode"] = bad
    case["final_report"]["legal_text"] = case["final_report"]["notes"] = bad
    for name in paper.REPORT_TYPES:
        shown = read(name, case, assets=Assets(business={"name": bad}, watermark=bad), nature="draft")
        assert not {"script", "iframe", "object", "embed", "link", "form", "base"} & set(shown.tags)
        assert not [one for one in shown.attributes if one[1].startswith("on")]
        assert bad in shown.texts


@pytest.mark.parametrize("report_type", paper.REPORT_TYPES)
def test_a_report_asks_nothing_of_anybody(report_type):
    pictures = [paper.Picture("https://images.example.com/a.jpg"), paper.Picture("data:image/png;base64,AAAA", "שלוש")]
    page = drawn(report_type, helper(), pictures=pictures, assets=Assets(logo=b"\x89PNG\r\n"))
    reader = Reader()
    reader.feed(page)

    sources = [value for _, name, value in reader.attributes if name in {"src", "href", "action", "srcset"}]
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert not re.search(r"url\(\"(?!data:font/woff2)", page)
    assert "@import" not in page
    assert "http" not in page
    assert page.count("data:font/woff2;base64,") == 2


def test_a_text_that_turns_the_line_round_cannot_turn_an_amount():
    case = helper()
    case["stakeholders"]["garage"]["name"] = "מוסך \u202e 1,000"
    assert "\u202e" not in drawn("estimate", case)


def test_assets_and_watermarks_stand_where_they_should():
    office = Assets(
        logo=b"\x89PNG1",
        stamp=b"\x89PNG2",
        signature=b"\xff\xd8\xff3",
        background=b"<svg/>",
        watermark="לא סופי",
        business={"name": "שמאות הדוגמה", "licence": "0000", "directive_watermark": "לבדיקה בלבד"},
    )
    draft, final = (drawn("expertise", helper(), nature=nature, assets=office) for nature in ("draft", "final"))

    assert draft.count("data:image/png") == 2
    assert draft.count("data:image/jpeg") == 1
    assert "לא סופי" in draft
    assert "לבדיקה בלבד" in final
    assert "לא סופי" not in final
    assert 'class="watermark' not in drawn("estimate", helper(), assets=office)
    assert "שמאות הדוגמה" in draft


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (15952.150000000001, "15,952.15 ₪"), ("₪ -28,660", "-28,660.00 ₪"), ("8,239.00", "8,239.00 ₪"), (0, "0.00 ₪"),
        ("3,500-", "-3,500.00 ₪"), ("לפי הצעה", "לפי הצעה"), ("", "—"), (None, "—"), (True, "כן"), ("1e400", "1e400"),
        (float("inf"), "inf"), (b"1677", "1,677.00 ₪"), ([], "—"), ({"value": 5}, "value: 5"), ("1,2,3", "1,2,3"),
        (0.005, "0.01 ₪"), (-0.001, "0.00 ₪"),
    ],
)  # fmt: skip
def test_money_is_printed_in_shekels_and_agorot(said, shown):
    assert written.money(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2025-09-04T22:30:00Z", "05/09/2025"), ("2025-09-04T14:51:21.001+02:00", "04/09/2025"),
        ("2025-09-26", "26/09/2025"), ("26/09/25", "26/09/2025"), ("1.2.2024", "01/02/2024"), ("11/2015", "11/2015"),
        ("31/02/2025", "31/02/2025"), ("אין מידע", "אין מידע"), (None, "—"), (20250926, "26/09/2025"),
    ],
)  # fmt: skip
def test_a_day_is_printed_as_in_israel(said, shown):
    assert written.day(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [("1234567", "12-345-67"), ("12345678", "123-45-678"), ("99-763-36", "99-763-36"), ("צ-123", "צ-123"), ("", "—")],
)
def test_a_plate_is_printed_as_on_the_car(said, shown):
    assert written.plate(said) == shown


STRANGE = st.sampled_from(
    [
        None,
        "",
        0,
        -1,
        1e300,
        True,
        [],
        {},
        [None],
        [[[]]],
        {"a": {"b": []}},
        "אין מידע",
        "₪",
        "x" * 500,
        "\ud800",
        "<b>",
    ]
) | st.text(max_size=20)


def _places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


FULL = helper()
PLACES = [path for path in _places({k: v for k, v in FULL.items() if k not in {"debug", "raw_webhook_data"}}) if path]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), STRANGE), min_size=1, max_size=12), st.sampled_from(paper.REPORT_TYPES)
)
def test_no_helper_is_too_strange(changes, report_type):
    case = copy.deepcopy(FULL)
    for path, value in changes:
        there = case
        for key in path[:-1]:
            there = there[key] if isinstance(there, dict) and key in there else None
        if isinstance(there, dict):
            there[path[-1]] = value
    page = drawn(report_type, case)

    assert page.encode()
    assert paper.expected(report_type, case).totals is not None


@pytest.mark.parametrize("report_type", paper.REPORT_TYPES)
@pytest.mark.parametrize("of", [{}, [], None, "x", 5, {"centers": {"a": {"Location": "x"}}}, {"helper_data": FULL}])
def test_a_helper_may_be_empty_wrapped_or_none(report_type, of):
    assert "</html>" in drawn(report_type, of)


@pytest.mark.parametrize("section", ["flat", "oldest"])
def test_centers_of_older_kinds_are_read_too(section):
    part = {"name": "פנס", "מק": "", "מחיר": "₪400", "כמות": 1, "מספר OEM": "OEM-1", "total_cost": 400}
    flat = {"damage_center_number": 7, "damage_center_name": "אחור", "parts": [part], "parts_cost": "400"}
    oldest = {
        "number": 7, "location": "אחור", "parts_items": [part],
        "calculations": {"parts_subtotal": 400, "subtotal_before_vat": 400, "vat_amount": 72, "total_with_vat": 472},
    }  # fmt: skip
    shown = read("estimate", {"expertise": {"damage_blocks": [flat if section == "flat" else oldest]}})

    assert ["OEM-1", "פנס", "—", "1", "400.00 ₪", "—", "—", "—", "400.00 ₪"] in shown.rows
    assert ['סה"כ חלקים', "400.00 ₪"] in shown.rows
