"""Reports printed by real Chromium: each page is one, nothing is lost, nothing is wider than the paper."""

import base64
import io
import re

import pypdf
import pypdfium2
import pytest

from files import paper
from files.assets import Assets
from tests.admin.test_browser import chromium  # noqa: F401
from tests.files.test_paper import drawn, helper

pytestmark = pytest.mark.browser

# A4 without its margins, in CSS pixels.
PAPER = {"width": 695, "height": 1009}
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def printed(chromium):  # noqa: F811
    """Print a page as the engine does; it must fit the paper and ask for nothing."""
    context = chromium.new_context(viewport=PAPER, java_script_enabled=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def to_pdf(html):
        page.emulate_media(media="print")
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
        wide = page.evaluate(
            "[...document.querySelectorAll('td, th, dd, p, h1, h2, h3, img, table')]"
            ".map(one => [one.getBoundingClientRect(), one.textContent.slice(0, 40)])"
            ".filter(([box]) => box.left < -1 || box.right > innerWidth + 1).map(([, text]) => text)"
        )
        assert not wide
        assert all(url.startswith(("about:", "data:")) for url in asked)
        return page.pdf(prefer_css_page_size=True, print_background=True)

    yield to_pdf
    context.close()


def squeezed(text):
    return re.sub(r"\s", "", text)


def words(pdf):
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize("name", ["helper_full", "helper_large"])
@pytest.mark.parametrize("report_type", paper.REPORT_TYPES)
def test_what_is_expected_stands_in_the_pdf(printed, name, report_type):
    case = helper(name)
    pdf = printed(drawn(report_type, case, nature="draft"))
    shown = words(pdf)

    expected = paper.expected(report_type, case)
    assert [text for text in expected.totals + expected.part_numbers if squeezed(text) not in shown] == []


def texts_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes = {tuple(map(round, document.get_page_size(number))) for number in range(len(document))}
        assert sizes <= {(595, 842), (596, 842)}
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_each_page_is_a4_has_its_number_and_the_watermark(printed):
    pages = texts_of(printed(drawn("opinion_private", helper("helper_large"), nature="draft")))

    assert len(pages) > 3
    for number, text in enumerate(pages, 1):
        assert f"עמוד {number} מתוך {len(pages)}" in text
        assert "טיוטה" in text


def test_a_long_list_has_its_heads_on_each_page_and_every_part(printed):
    case = helper()
    rows = case["centers"][0]["Parts"]["parts_required"]
    row = rows[0]
    rows[:] = [
        {**row, "row_uuid": str(n), "pcode": f"LM{100000 + n}", "name": f"{row['name']} {n}"} for n in range(150)
    ]
    pdf = printed(drawn("parts", case))
    pages, shown = texts_of(pdf), words(pdf)

    assert all("מחיר יחידה" in text for text in pages[:-1])
    assert all(f"LM{100000 + n}" in shown for n in range(150))


@pytest.mark.parametrize("report_type", ["expertise", "estimate", "opinion_legal_loss", "invoice", "parts"])
def test_long_names_and_codes_stay_on_the_paper(printed, report_type):
    case = helper()
    long = "שלמה-אלכסנדר בן-ציון הרשקוביץ-רוזנבלום ובניו נכסים והשקעות " * 6
    case["stakeholders"]["owner"] = {"name": long, "address": "x" * 300, "phone": "0" * 90}
    case["vehicle"]["chassis"] = "W" * 120
    case["final_report"]["legal_text"] = "y" * 900
    case["invoices"][0]["שם מוסך"] = long
    for center in (case["centers"][0], case["estimate"]["damage_centers"][0]):
        parts = center.get("parts") or center["Parts"]["parts_required"]
        parts[0] |= {"pcode": "A-" * 60, "name": long, "supplier_name": "S" * 90, "total_cost": 123456789012.5}
    asset = Assets(business={"name": long, "address": "z" * 200}, watermark="W" * 60)

    printed(drawn(report_type, case, nature="draft", assets=asset))


def test_twelve_pictures_stand_on_one_page_and_a_letterhead_on_all(printed):
    pictures = [paper.Picture(DOT, f"תמונה {number}") for number in range(1, 13)]
    background = base64.b64decode(DOT.split(",")[1])
    pages = texts_of(printed(drawn("expertise", helper(), pictures=pictures, assets=Assets(background=background))))

    assert any(all(f"תמונה {number}" in text for number in range(1, 13)) for text in pages)


def test_hebrew_reads_from_right_to_left(printed):
    shown = "".join(texts_of(printed(drawn("estimate", helper()))))

    for said in ("מוקדי נזק", "דלת קדמית ימין", "כל עבודות הפחחות כולל פירוקים והרכבות", "נוסח משפטי לדוגמה."):
        assert said in shown
        assert said[::-1] not in shown
