"""In which version a text appeared and in which it was gone again, and where it stands."""

import pytest

from tests.admin.conftest import page_of, version_page


def texts(answer):
    return " ".join(text for text, _ in page_of(answer).texts)


@pytest.fixture
def story(open_case, save):
    """A case in which a part came, went, and came again at another place."""
    part = {"row_uuid": "u-1", "name": "צלע גג", "pcode": "66747-E298", "price": 400.5}
    case = open_case({"meta": {"n": 1}}, plate="12345678")
    save(case, {"centers": [{"Damage center Number": "1", "Location": "גג", "Parts": {"parts_required": [part]}}]}, 1)
    save(case, {"meta": {"n": 2}}, 2)
    save(case, {"parts_search": {"selected_parts": [{}, part]}}, 3)
    return case


def find(browser, pk, asked):
    return browser.get(version_page(pk, "find/"), {"q": asked})


def test_a_text_tells_when_it_appeared_and_when_it_was_gone(staff, story, version_id):
    answer = find(staff(), version_id(story, 1), "66747-e298")

    seen = texts(answer)
    newest, oldest = seen.split("הופיע ב־")[1:]
    assert newest.index("12345678_helper_v4") < newest.index("עדיין שם")
    assert "נעלם ב־" not in newest
    assert oldest.index("12345678_helper_v2") < oldest.index("נעלם ב־") < oldest.index("12345678_helper_v3")
    assert "דנה" in oldest


def test_each_place_is_told_in_words_and_leads_there(staff, story, version_id):
    page = find(staff(), version_id(story, 4), "66747")

    assert "חיפוש חלקים › חלקים נבחרים › צלע גג › מספר קטלוגי" in texts(page)
    assert "מוקדי נזק › מוקד 1 · גג › חלקים › חלקים נדרשים › צלע גג › מספר קטלוגי" in texts(page)
    place = "?at=%2Fparts_search%2Fselected_parts%2F1%2Fpcode"
    assert f"{version_page(version_id(story, 4))}{place}#tree" in page.content.decode()
    assert f"{version_page(version_id(story, 4), 'field/')}{place}" in page.content.decode()


@pytest.mark.parametrize("asked", ["צלע גג", "400.5", "PARTS_required", " 66747-E298 "])
def test_texts_keys_and_numbers_are_found(staff, story, version_id, asked):
    assert "הופיע ב־" in texts(find(staff(), version_id(story, 4), asked))


@pytest.mark.parametrize("asked", ["nowhere", "\0", "400.50", "%", "' or 1=1 --", "א" * 5000])
def test_a_text_that_is_nowhere_is_said_to_be_nowhere(staff, story, version_id, asked):
    answer = find(staff(), version_id(story, 4), asked)

    assert answer.status_code == 200
    assert "זה לא מופיע באף גרסה של התיק." in texts(answer)


def test_without_a_question_there_is_only_the_box(staff, story, version_id):
    seen = texts(find(staff(), version_id(story, 4), ""))

    assert "באיזו גרסה הופיע / נעלם?" in seen
    assert "זה לא מופיע" not in seen


def test_many_places_are_cut_and_said_to_be(staff, open_case, version_id):
    pk = version_id(open_case({"images": [{"filename": f"IMG_{n}.jpg"} for n in range(60)]}), 1)

    seen = texts(find(staff(), pk, "img_"))

    assert seen.count("קובץ ") >= 20
    assert "20 המקומות הראשונים" in seen
    assert "/images/20/" not in seen


def test_what_was_asked_is_text_and_never_html(staff, story, version_id):
    page = find(staff(), version_id(story, 1), '"><script>alert(1)</script>').content.decode()

    assert "<script>alert(1)" not in page


def test_a_foreign_and_a_missing_version_are_alike(staff, may, story, version_id):
    pk = version_id(story, 1)

    foreign, absent = (find(staff("uri"), one, "66747") for one in (pk, "7c6a8fd7-de53-4130-8e6e-72598a1c41a2"))

    assert foreign.status_code == absent.status_code == 404
    may()
    assert find(staff(), pk, "66747").status_code == 403
