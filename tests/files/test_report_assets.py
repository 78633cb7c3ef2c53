"""What the office and a person put on reports, really in the PDF; and where the PDF goes from there."""

import io
import json
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image

from core import acting
from files.models import OnedriveSync
from tests import cast
from tests.files.reporting import browser, buckets, content_of, made, text_of, warm_browser  # noqa: F401
from tests.files.test_assets import sent

pytestmark = pytest.mark.browser
HELPER = json.loads((Path(__file__).parent.parent / "fixtures" / "helper_typical.json").read_text())
RED, GREEN, BLUE, GREY = (210, 30, 30), (30, 170, 30), (30, 30, 210), (120, 120, 120)


@pytest.fixture
def report(api, dana, open_case, browser):  # noqa: F811
    """Ask for a report of Dana's case, and make it."""
    case = open_case(HELPER)

    def make(report_type, nature):
        asked = {"case_id": case["case_id"], "report_type": report_type, "nature": nature}
        found = made(api(dana).post("render-report", asked).json()["report_id"])
        assert found.status == "READY", found.reason
        return found

    return make


def plain(colour):
    drawn = io.BytesIO()
    Image.new("RGB", (120, 60), colour).save(drawn, "PNG")
    return drawn.getvalue()


def colours(pdf):
    """The middle of each picture, on all pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return {
            one.get_bitmap().to_pil().convert("RGB").getpixel((60, 30))
            for page in document
            for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5)
        }
    finally:
        document.close()


@pytest.mark.parametrize("report_type", ["expertise", "estimate", "opinion_private", "invoice", "parts"])
def test_logo_signature_stamp_and_watermark_are_printed(api, dana, report, report_type):
    offices = {"logo": plain(RED), "stamp": plain(GREEN), "signature": plain(GREY)}
    sent(api(cast.NOAM), offices, whose="office", business_name="שמאות צפון", draft_watermark_text="לא סופי")
    sent(api(dana), {"signature": plain(BLUE)})

    draft, final = (content_of(report(report_type, nature)) for nature in ("draft", "final"))

    # Who signs is the person who asked; the rest is the office's.
    assert colours(draft) == colours(final) == {RED, GREEN, BLUE}
    assert "שמאות צפון" in text_of(final)
    assert "לא סופי" in text_of(draft)
    assert "לא סופי" not in text_of(final)


def test_another_offices_pictures_stand_on_no_report_of_ours(api, report):
    sent(api(cast.URI), {"logo": plain(RED)}, whose="office", business_name="שמאות דרום")

    pdf = content_of(report("estimate", "final"))

    assert colours(pdf) == set()
    assert "שמאות דרום" not in text_of(pdf)


def test_a_report_goes_to_onedrive_and_is_shared_by_a_link(api, dana, report):
    ready = report("estimate", "final")

    with acting.acting(acting.SERVICE):
        copy = OnedriveSync.objects.get(document_id=ready.document_id)
    assert (copy.direction, copy.status) == ("OUT", "PENDING")
    url = api(dana).post("sign-url", {"report_id": str(ready.pk)}).json()["url"]
    answer = api().client.get(url.removeprefix("http://testserver"))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content) == content_of(ready)
