"""What staff see: their own office's cases, found by any part of a plate, and what each version was."""

import datetime
import hashlib

import pytest
from django.utils import timezone

from accounts.templatetags import office
from tests import cast
from tests.admin.conftest import case_page, page_of, version_page


def texts(answer):
    return " ".join(text for text, _ in page_of(answer).texts)


def test_the_admin_speaks_hebrew_whatever_the_browser_asks_for(staff, client):
    login = client.get("/admin/login/", headers={"accept-language": "en"})
    home = staff().get("/admin/", headers={"accept-language": "en"})

    for answer in (login, home):
        assert '<html lang="he" dir="rtl">' in answer.content.decode()
        assert answer["Content-Language"] == "he"
    assert "שם משתמש" in texts(login)
    assert "כל התיקים" in texts(home)


@pytest.mark.parametrize("asked", ["123-45-678", "12345678", "123 45", "45-67", "345678", "כרמון", "כרמן"])
def test_a_case_is_found_by_any_part_of_its_plate_or_owner(staff, api, dana, open_case, asked):
    case = open_case(plate="12345678")
    api(dana).patch(f"cases/{case['case_id']}", {"owner_name": "עידו כרמון"})
    open_case(plate="99990000")

    found = staff().get("/admin/cases/case/", {"q": asked})
    jumped = staff().get("/admin/cases/case/find/", {"q": asked})

    assert "123-45-678" in texts(found)
    assert "999-90-000" not in texts(found)
    assert jumped["Location"] == case_page(case)


def test_the_jump_box_goes_to_the_list_where_more_cases_fit(staff, open_case):
    open_case(plate="12345678")
    open_case(plate="12345679")

    jumped = staff().get("/admin/cases/case/find/", {"q": "12345\0"})

    assert jumped["Location"] == "/admin/cases/case/?q=12345"


@pytest.mark.parametrize("asked", ["\0", "%", "' or 1=1 --", "\\", "א" * 300, "_" * 50])
def test_a_strange_question_finds_nothing_and_breaks_nothing(staff, open_case, asked):
    open_case(plate="12345678")

    assert staff().get("/admin/cases/case/", {"q": asked}).status_code in {200, 302}
    assert staff().get("/admin/cases/case/find/", {"q": asked}).status_code == 302


def test_the_list_is_narrowed_by_status_and_by_person(staff, api, dana, open_case):
    ours, other = open_case(plate="12345678"), open_case(plate="99990000")
    api(dana).patch(f"cases/{ours['case_id']}", {"status": "שולם", "assigned_to": str(dana.user_id)})

    for narrowed in ({"status__exact": "שולם"}, {"assigned_to__user_id__exact": str(dana.user_id)}):
        found = texts(staff().get("/admin/cases/case/", narrowed))
        assert office.plate(ours["plate"]) in found
        assert office.plate(other["plate"]) not in found


def test_the_case_page_tells_the_facts_and_the_versions(staff, api, dana, open_case, save):
    case = open_case({"meta": {"n": 1}}, plate="12345678")
    api(dana).patch(f"cases/{case['case_id']}", {"status": "שולם", "assigned_to": str(dana.user_id)})
    save(case, {"meta": {"n": 1}, "centers": [1]}, 1, trigger="logout", label="סוף יום")
    save(case, {"meta": {"n": 1}, "centers": [1, 2]}, 2, trigger="manual")
    api(dana).post(f"cases/{case['case_id']}/helper/restore", {"version": 1, "expected_version": 3})

    seen = texts(staff().get(case_page(case)))

    for fact in ("123-45-678", "שולם", f"YC-12345678-{timezone.localdate().year}", "דנה", 'סה"כ גיבויים'):
        assert fact in seen
    for name in range(1, 5):
        assert f"12345678_helper_v{name}" in seen
    assert seen.count("הגרסה הנוכחית") == 1
    for words in ("נשמר אוטומטית על ידי המערכת", "נשמר ידנית", "שוחזר מגיבוי קודם", "סוף יום", "מוקדי נזק", "היום"):
        assert words in seen


@pytest.mark.parametrize(("days", "said"), [(0, "היום"), (1, "אתמול"), (2, "יום "), (400, "יום ")])
def test_a_day_is_said_by_its_name(days, said):
    at = timezone.now() - datetime.timedelta(days=days)
    drawn = office.moment(at)

    assert f">{said}" in drawn
    assert f"{timezone.localtime(at):%H:%M}" in drawn
    assert (str(timezone.localtime(at).year) in drawn.split(">", 1)[1]) is (days > 1)


def test_a_version_opens_as_a_tree_with_every_digit(staff, open_case, version_id):
    raw = b'{"plate": "12345679", "helper": {"valuation": {"price": 1.10, "big": 12345678901234567890123, "no": null}}}'
    case = staff_api_open(open_case, raw)
    pk = version_id(case, 1)

    top, level = staff().get(version_page(pk)), staff().get(version_page(pk, "tree/?at=/valuation"))

    assert "ערך הרכב" in texts(top)
    assert f'data-children="/admin/helpers/casehelper/{pk}/tree/?at=%2Fvaluation"' in top.content.decode()
    seen = texts(level)
    for number in ("1.10", "12345678901234567890123", "אין ערך"):
        assert number in seen


def staff_api_open(open_case, raw):
    from tests.conftest import Api

    answer = Api(cast.DANA.token()).post("cases", raw)
    assert answer.status_code == 201
    return answer.json()


@pytest.mark.parametrize("place", ["/nowhere", "no-pointer", "/meta/n/deeper", "/\0", "/" * 300])
def test_a_place_that_is_not_there_is_not_found(staff, open_case, version_id, place):
    pk = version_id(open_case({"meta": {"n": 1}}), 1)

    assert staff().get(version_page(pk), {"at": place}).status_code == 404
    assert staff().get(version_page(pk, "tree/"), {"at": place}).status_code == 404


def test_a_long_list_is_shown_in_parts_and_a_long_text_whole(staff, open_case, version_id):
    pk = version_id(open_case({"images": [{"name": f"pic{n}"} for n in range(450)], "html": "x" * 5000}), 1)
    noam = staff()

    first = noam.get(version_page(pk, "tree/?at=/images")).content.decode()
    last = noam.get(version_page(pk, "tree/?at=/images&from=400")).content.decode()
    text = noam.get(version_page(pk, "?at=/html")).content.decode()

    assert "pic199" in first
    assert "pic200" not in first
    assert "from=200" in first
    assert "pic449" in last
    assert "from=" not in last
    assert "x" * 5000 in text
    assert "x" * 400 not in noam.get(version_page(pk)).content.decode()


def test_a_version_tells_what_the_case_was(staff, open_case, save, version_id):
    center = {"Damage center Number": "1", "Location": "פגוש", "Summary": {"Total parts": 400, "Total with VAT": 590}}
    case = open_case({"stakeholders": {"owner": {"name": "עידו כרמון"}}, "centers": [center]})
    save(case, {"vehicle": {"manufacturer": "מאזדה"}}, 1)

    first, second = (texts(staff().get(version_page(version_id(case, version)))) for version in (1, 2))

    for fact in ("שם בעל הרכב עידו כרמון", "מוקד 1 · פגוש", "400", "590"):
        assert fact in first
    assert "יצרן מאזדה" in second
    assert "כרמון" not in second.split("התיק בגרסה זו")[1]


def test_a_version_without_facts_says_so(staff, open_case, version_id):
    assert "עדיין אין פרטים" in texts(staff().get(version_page(version_id(open_case({"meta": {"n": 1}}), 1))))


def test_a_word_with_quotes_in_it_breaks_no_attribute(staff, open_case, version_id):
    pk = version_id(open_case({"centers": [{"Location": "גג", "Subtotal": "x"}]}), 1)

    labels = {attributes.get("data-label") for _, attributes in page_of(staff().get(version_page(pk))).tags}
    names = {
        attributes.get("aria-label")
        for _, attributes in page_of(staff().get(version_page(pk, "tree/?at=/centers/0"))).tags
    }

    assert 'סה"כ כולל מע"מ' in labels
    assert 'מתי השתנה? סה"כ ללא מע"מ' in names


def test_the_tree_speaks_the_offices_words_and_keeps_the_keys(staff, open_case, version_id):
    parts = {"Parts": {"parts_required": [{"name": "צלע גג", "source": "מקורי"}]}}
    pk = version_id(open_case({"centers": [parts]}), 1)
    noam = staff()

    fields = page_of(noam.get(version_page(pk, "tree/?at=/centers/0/Parts/parts_required/0")))
    rows = texts(noam.get(version_page(pk, "tree/?at=/centers/0/Parts/parts_required")))
    page = noam.get(version_page(pk, "?at=/centers/0/Parts/parts_required/0/source"))

    assert "סוג החלק source מקורי" in " ".join(text for text, _ in fields.texts)
    assert "שורה 1 צלע גג" in rows
    links = {attributes["href"] for tag, attributes in fields.tags if tag == "a"}
    assert version_page(pk, "field/?at=%2Fcenters%2F0%2FParts%2Fparts_required%2F0%2Fsource") in links
    assert "› מוקדי נזק › שורה 1 › חלקים › חלקים נדרשים › צלע גג › סוג החלק" in texts(page)


def test_a_version_leads_to_what_one_does_with_it(staff, may, open_case, save, version_id):
    case = open_case({"meta": {"n": 1}})
    save(case, {"meta": {"n": 2}}, 1)
    first, current = version_id(case, 1), version_id(case, 2)

    def links(pk):
        return {attributes["href"] for tag, attributes in page_of(staff().get(version_page(pk))).tags if tag == "a"}

    old, new = links(first), links(current)

    assert {version_page(first, f"restore/{more}") for more in ("", "?mode=fill_missing")} <= old
    assert version_page(first, "compare/?base=current") in old
    assert version_page(first, "compare/?base=previous") not in old
    assert version_page(current, "compare/?base=previous") in new
    assert not {link for link in new if "restore/" in link or link.endswith("base=current")}
    may("view_case", "view_casehelper")
    assert not {link for link in links(first) if "restore/" in link}


def test_a_download_is_the_stored_text_byte_for_byte(staff, api, dana, open_case, version_id):
    helper = '{"n": 1.10, "big": 123456789012345678901, "__proto__": {"": "שלום \\"עולם\\""}, "emoji": "🚗"}'
    case = staff_api_open(open_case, b'{"plate": "12345678", "helper": %b}' % helper.encode())
    shown = api(dana).get(f"cases/{case['case_id']}/helper/versions/1").content
    body = shown[shown.index(b'"helper": ') + len(b'"helper": ') : -1]

    answer = staff().get(version_page(version_id(case, 1), "download/"))

    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(body).digest()
    assert "1.10" in answer.content.decode()
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="12345678_helper_v1.json"'
    assert {"private", "no-store"} <= {part.strip() for part in answer["Cache-Control"].split(",")}
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_hostile_text_stays_text(staff, api, dana, open_case, save, version_id):
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    case = open_case({"meta": {"n": 1}})
    api(dana).patch(f"cases/{case['case_id']}", {"owner_name": evil})
    save(case, {evil: evil, "list": [{"name": evil}], "deep": {evil: evil}}, 1, label=evil)
    noam, pk = staff(), version_id(case, 2)
    pages = ["/admin/", "/admin/cases/case/", f"/admin/cases/case/?q={evil}", case_page(case), version_page(pk)]
    pages += [version_page(pk, "tree/?at=/list"), version_page(pk, "tree/?at=/deep"), version_page(pk, "?at=/deep")]
    pages += [version_page(version_id(case, 1), "restore/")]

    for address in pages:
        answer = noam.get(address)
        tags = page_of(answer).tags
        assert answer.status_code == 200
        assert b"onerror" in answer.content, address
        assert not [tag for tag, attrs in tags if "onerror" in attrs or (tag == "script" and "src" not in attrs)]
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_what_belongs_to_another_office_looks_like_nothing_at_all(staff, open_case, save, tamar, version_id):
    theirs = open_case({"meta": {"n": 1}}, person=tamar)
    ours = open_case({"meta": {"n": 1}})
    noam, uri = staff(), staff("uri")
    their_case_seen = uri.get(case_page(theirs)).content.decode()
    their_version = their_case_seen.split("/admin/helpers/casehelper/")[1].split("/")[0]
    ghost = "00000000-0000-4000-8000-00000000dead"
    pairs = [(case_page(theirs), case_page({"case_id": ghost}))]
    pairs += [
        (version_page(their_version, what), version_page(ghost, what))
        for what in ("", "tree/", "download/", "restore/")
    ]

    for foreign, missing in pairs:
        a, b = noam.get(foreign), noam.get(missing)
        assert (a.status_code, b.status_code) == (404, 404)
        assert a.content == b.content
        c, d = noam.post(foreign, {"reason": "x"}), noam.post(missing, {"reason": "x"})
        assert c.content == d.content
    listed = texts(noam.get("/admin/cases/case/"))
    assert office.plate(ours["plate"]) in listed
    assert office.plate(theirs["plate"]) not in listed
    assert "תמר" not in listed


@pytest.mark.parametrize("address", ["/admin/cases/case/nonsense/change/", "/admin/helpers/casehelper/nonsense/"])
def test_an_id_that_is_none_is_not_found(staff, address):
    assert staff().get(address).status_code == 404


def test_without_a_login_there_is_only_the_login_page(client, open_case, version_id):
    case = open_case()
    for address in (case_page(case), version_page(version_id(case, 1), "download/"), "/admin/cases/case/find/?q=1"):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_without_the_permission_nothing_is_shown(staff, may, open_case, version_id):
    case = open_case()
    pk = version_id(case, 1)
    may()

    for address in ("/admin/cases/case/", case_page(case), version_page(pk), version_page(pk, "download/")):
        assert staff().get(address).status_code == 403


def test_looking_changes_nothing(staff, api, dana, open_case, save, version_id):
    case = open_case({"meta": {"n": 1}})
    save(case, {"meta": {"n": 2}}, 1)
    before = [api(dana).get(f"cases/{case['case_id']}{what}").content for what in ("", "/timeline", "/helper/versions")]
    noam, pk = staff(), version_id(case, 1)

    for what in ("", "tree/", "download/", "restore/"):
        assert noam.get(version_page(pk, what)).status_code == 200
    assert noam.get(case_page(case)).status_code == 200

    after = [api(dana).get(f"cases/{case['case_id']}{what}").content for what in ("", "/timeline", "/helper/versions")]
    assert before == after
