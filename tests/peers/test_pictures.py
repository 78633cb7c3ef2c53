"""Pictures as the screens of today add them through PostgREST: the file first, then its picture."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import DANA, TAMAR

pytestmark = pytest.mark.peers
WHOLE = {"Prefer": "return=representation"}


@pytest.fixture
def document(rest, case):
    """A file of the category image, whose picture is there from the same transaction on."""
    asked = {"case_id": case["case_id"], "category": "image", "filename": "IMG_1.jpg", "notes": "מבט"}
    answer = rest.call("POST", "documents", DANA, asked, **WHOLE)
    assert answer.status == 201, answer.body
    return answer.json()[0]


def pictures(rest, document):
    return rest.call("GET", f"images?document_id=eq.{document['id']}", DANA).json()


def asking(document, **said):
    return {"case_id": document["case_id"], "document_id": document["id"], "filename": "פגוש.jpg", **said}


def test_a_picture_that_is_inserted_for_a_file_is_the_one_it_has(rest, document):
    [stood] = pictures(rest, document)
    said = {"damage_center_id": "dc_1", "cloudinary_url": "https://res.example.test/1.jpg", "category": "damage"}

    answer = rest.call("POST", "images", DANA, asking(document, **said), **WHOLE)

    assert answer.status == 201, answer.body
    [told] = answer.json()
    assert (told["id"], told["notes"], told["filename"]) == (stood["id"], "מבט", "פגוש.jpg")
    assert {name: told[name] for name in said} == said
    [kept] = pictures(rest, document)
    assert kept == told
    [file] = rest.call("GET", f"documents?id=eq.{document['id']}", DANA).json()
    assert file["filename"] == "פגוש.jpg"


def test_what_was_known_of_it_stays_where_nothing_is_said(rest, document):
    rest.call("POST", "images", DANA, asking(document, damage_center_id="dc_1", category="damage", source="email"))

    answer = rest.call("POST", "images", DANA, asking(document), **WHOLE)

    [told] = answer.json()
    assert (told["damage_center_id"], told["category"], told["source"]) == ("dc_1", "damage", "email")
    assert told["display_order"] == 1


def test_twelve_inserts_at_once_are_one_picture_and_the_order_has_no_gap(rest, site, case, document):
    def insert(n):
        said = asking(document, damage_center_id=f"dc_{n % 2}")
        return rest.call("POST", "images", DANA, said).status

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(insert, range(12)))

    assert statuses == [201] * 12
    [one] = pictures(rest, document)
    assert one["display_order"] == 1
    with site.owner() as owner:
        [told] = owner.execute(
            "select count(*) from public.events where case_id = %s and type = 'image.deleted'", [case["case_id"]]
        ).fetchone()
    assert told == 0


def test_another_office_adds_nothing_to_it_and_what_was_put_away_stays_away(rest, document):
    assert rest.call("POST", "images", TAMAR, asking(document)).status in (403, 404)
    rest.call("PATCH", f"documents?id=eq.{document['id']}", DANA, {"deleted_at": "2026-11-23T00:00:00Z"})

    assert rest.call("POST", "images", DANA, asking(document)).status == 409
    [kept] = pictures(rest, document)
    assert (kept["filename"], kept["deleted_at"] is not None) == ("IMG_1.jpg", True)
