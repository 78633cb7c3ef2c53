"""The pictures a report ends with: which, in which order, and really in the PDF."""

import json
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import acting
from files import picture_work, report_pictures, storage
from files.models import Image
from tests.files.picture_corpus import scene, written
from tests.files.reporting import browser, buckets, content_of, made, text_of, warm_browser  # noqa: F401

pytestmark = pytest.mark.browser
HELPER = json.loads((Path(__file__).parent.parent / "fixtures" / "helper_typical.json").read_text())
HELPER["centers"] += [{**HELPER["centers"][0], "Id": "dc_2", "Damage center Number": "2", "Location": "דלת"}]


@pytest.fixture
def office(api, dana, open_case, browser):  # noqa: F811
    """Dana, her case, bringing pictures of one colour each, and the report of it."""

    class Office:
        case = open_case(HELPER)
        caller = api(dana)

        def bring(self, colour, **said):
            picture = scene(320, 240)
            picture.paste(colour, (0, 0, 320, 240))
            sent = SimpleUploadedFile(f"{colour}.jpg", written(picture))
            body = {"case_id": self.case["case_id"], "files": [sent], **said}
            answer = self.caller.client.post("/api/v1/images", body, headers=self.caller.headers)
            assert answer.status_code == 201, answer.content
            picture_work.run()
            return answer.json()[0]["id"]

        def report(self, report_type="expertise"):
            asked = {"case_id": self.case["case_id"], "report_type": report_type}
            return made(self.caller.post("render-report", asked).json()["report_id"])

    return Office()


def pictures_of(pdf):
    """The mean colour of each picture, in the order in which they stand."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for number, page in enumerate(document):
            for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
                _left, bottom, right, _top = one.get_bounds()
                colour = one.get_bitmap().to_pil().convert("RGB").resize((1, 1)).getpixel((0, 0))
                found.append(((number, round(-bottom), round(-right)), colour))
        return [colour for _place, colour in sorted(found)]
    finally:
        document.close()


def named(colour):
    return max(zip(colour, ("red", "green", "blue"), strict=True))[1]


@pytest.mark.parametrize("report_type", ["expertise", "opinion_private"])
def test_a_report_ends_with_the_chosen_pictures_in_the_order_of_the_damage(office, report_type):
    first, second = (center["Id"] for center in HELPER["centers"])
    office.bring("lime", notes="מבט כללי")
    office.bring("blue", damage_center_id=second, notes="דלת שמאלית")
    office.bring("red", damage_center_id=first, notes="פגוש קדמי")
    hidden = office.bring("black", damage_center_id=first)
    assert office.caller.patch(f"images/{hidden}", {"in_reports": False}).json()["in_reports"] is False

    report = office.report(report_type)

    assert report.status == "READY", report.reason
    pdf = content_of(report)
    assert [named(colour) for colour in pictures_of(pdf)] == ["red", "blue", "green"]
    text = text_of(pdf)
    assert all(words in text for words in ("נספח תמונות", "פגוש קדמי", "דלת שמאלית", "מבט כללי"))


def test_an_estimate_and_what_is_put_away_show_no_pictures(office):
    shown = office.bring("red")
    assert pictures_of(content_of(office.report("estimate"))) == []
    office.caller.request("DELETE", f"images/{shown}")

    assert pictures_of(content_of(office.report("expertise"))) == []


def test_a_report_takes_so_many_pictures_and_says_how_many_more_there_are(office):
    with acting.acting(acting.SERVICE):
        one = office.bring("red")
        key = Image.objects.get(pk=one).thumbnail_key
    places = [report_pictures.Place(key, "")] * (report_pictures.MOST + 3)
    gone = report_pictures.Place(key.replace(".jpg", "x.jpg"), "")

    shown = report_pictures.load(places)

    assert (len(shown.pictures), shown.left_out) == (report_pictures.MOST, 3)
    assert report_pictures.load([gone, *places[:1]]) == (shown.pictures[:1], 1)


def test_a_picture_that_is_lost_does_not_stop_a_report(office):
    office.bring("red")
    blue = office.bring("blue")
    with acting.acting(acting.SERVICE):
        storage.remove("processed", Image.objects.get(pk=blue).thumbnail_key)

    report = office.report()

    assert report.status == "READY", report.reason
    pdf = content_of(report)
    assert [named(colour) for colour in pictures_of(pdf)] == ["red"]
    assert "עוד 1 תמונות" in text_of(pdf)
