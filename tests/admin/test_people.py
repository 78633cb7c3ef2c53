"""People in the admin: added with a password that is shown once, changed, suspended and let back in."""

import re

import pytest
from django.test import Client

from accounts.models import Org, Profile, User
from accounts.people_roles import THINGS
from core import acting
from tests import cast
from tests.admin.conftest import as_noam
from tests.admin.test_pages import texts

PEOPLE = "/admin/accounts/profile/"
OFFICE = "/admin/accounts/org/"
NEW = {"name": "שיר חדשה", "email": "Shir@Example.test", "phone": "03-5551234", "role": "assistant", "username": "shir"}


def one(person, what=""):
    return f"{PEOPLE}{getattr(person, 'user_id', person)}/{what}"


def secret(answer):
    [password] = re.findall(r'id="password" type="text" readonly dir="ltr" value="([^"]+)"', answer.content.decode())
    return password


@pytest.fixture
def add(staff):
    """Add somebody by the form; the answer shows the password."""

    def added(**given):
        return staff().post(f"{PEOPLE}add/", {**NEW, **given})

    return added


def role_of(person):
    with as_noam():
        return Profile.objects.get(pk=person.user_id).role


def logged_in(username, password):
    browser = Client()
    answer = browser.post("/admin/login/", {"username": username, "password": password, "next": "/admin/"})
    return browser, answer


def test_the_list_shows_the_office_and_nobody_else(staff, api, dana, open_case):
    case = open_case()
    api(dana).patch(f"cases/{case['case_id']}", {"assigned_to": str(dana.user_id)})

    seen = staff().get(PEOPLE)

    for word in ("דנה", "נועם", "גיל", "שמאי", "מנהל", "מושעה"):
        assert word in texts(seen)
    assert "תמר" not in texts(seen)
    assert re.search(rf'assigned_to__user_id__exact={dana.user_id}">1<', seen.content.decode())


def test_the_list_asks_no_more_for_many_people(staff, add):
    from tests.admin.test_weight import asked

    few = asked(staff(), PEOPLE)
    for n in range(5):
        add(email=f"p{n}@example.test", username="")

    assert len(asked(staff(), PEOPLE)) == len(few) <= 10


def test_who_is_added_logs_in_once_with_the_password_and_then_chooses_another(staff, add):
    made = add()
    password = secret(made)

    assert "no-store" in made["Cache-Control"]
    assert password not in staff().get(PEOPLE).content.decode()
    browser, _entered = logged_in("shir", password)
    assert browser.get("/admin/cases/case/")["Location"] == "/admin/password_change/"
    changed = browser.post(
        "/admin/password_change/",
        {"old_password": password, "new_password1": "מילה-ארוכה-שלי-7", "new_password2": "מילה-ארוכה-שלי-7"},
    )
    assert changed.status_code == 302
    assert browser.get("/admin/cases/case/").status_code == 200


def test_a_login_may_do_what_its_role_may_and_nothing_is_ticked(staff, add, open_case):
    add()
    User.objects.filter(username="shir").update(must_change_password=False)
    shir, case = staff("shir"), open_case()

    assert shir.get("/admin/cases/case/").status_code == 200
    assert shir.get("/admin/make/gatewaykey/").status_code == 403
    assert shir.get(f"/admin/cases/case/{case['case_id']}/end/").status_code == 403
    assert not User.objects.get(username="shir").user_permissions.exists()
    with acting.acting(acting.SERVICE):
        Profile.objects.filter(email="shir@example.test").update(role="admin")
    assert shir.get("/admin/make/gatewaykey/").status_code == 200


@pytest.mark.parametrize("given", [{"email": "nobody"}, {"name": ""}, {"role": "developer"}, {"role": "boss"},
                                   {"username": "noam"}, {"username": "a b"}])  # fmt: skip
def test_what_cannot_be_is_said_on_the_form_and_nobody_is_added(staff, add, given):
    answer = add(**given)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    with as_noam():
        assert not Profile.objects.filter(name=NEW["name"]).exists()


def test_an_address_is_given_once(add):
    add()

    answer = add(name="אחר", username="")

    assert "כבר שייכת למישהו" in texts(answer)


def test_a_role_and_details_are_changed_and_told(staff, dana):
    changed = {"name": "דנה לוי", "email": "dana@example.test", "phone": "", "role": "assistant"}

    answer = staff().post(one(dana), changed, follow=True)

    assert "דנה לוי" in texts(answer)
    assert role_of(dana) == "assistant"
    assert "דנה" in texts(staff().get("/admin/cases/event/?kind=people"))


def test_who_is_suspended_is_shut_out_at_once_and_can_be_let_back_in(staff, api, dana, add, open_case):
    add()
    User.objects.filter(username="shir").update(must_change_password=False)
    browser = staff("shir")
    with as_noam():
        shir = Profile.objects.get(email="shir@example.test")

    asked = staff().get(one(shir.pk, "status/"))
    staff().post(one(shir.pk, "status/"), {"was": "active"})

    assert "השעיה" in texts(asked)
    assert browser.get("/admin/cases/case/")["Location"].startswith("/admin/login/")
    assert "_auth_user_id" not in browser.session
    staff().post(one(dana, "status/"), {"was": "active"})
    assert api(dana).get("cases").status_code == 401
    staff().post(one(dana, "status/"), {"was": "suspended"})
    assert api(dana).get("cases").status_code == 200


def test_an_old_page_does_not_suspend_who_was_just_let_back_in(staff, dana):
    staff().post(one(dana, "status/"), {"was": "suspended"})

    with as_noam():
        assert Profile.objects.get(pk=dana.user_id).status == "active"


def test_the_last_manager_stays_and_nobody_suspends_himself(staff):
    noam = staff()
    details = {"name": "נועם", "email": "noam@example.test", "phone": ""}

    assert "מנהל פעיל אחד" in texts(noam.post(one(cast.NOAM), {**details, "role": "assessor"}))
    assert "אי אפשר להשעות את עצמך" in texts(noam.post(one(cast.NOAM, "status/"), {"was": "active"}, follow=True))
    assert role_of(cast.NOAM) == "admin"


def test_only_a_manager_changes_people(staff, demote, dana):
    demote()
    noam = staff()

    assert noam.get(PEOPLE).status_code == noam.get(one(dana)).status_code == 200
    assert '<form method="post" class=' not in noam.get(one(dana)).content.decode()
    for page, sent in (("", {"name": "x", "email": "x@example.test", "role": "admin"}), ("status/", {"was": "active"}),
                       ("password/", {"username": "x"})):  # fmt: skip
        assert noam.post(one(dana, page), sent).status_code == 403
    assert noam.post(f"{PEOPLE}add/", NEW).status_code == 403
    assert role_of(dana) == "assessor"


def test_somebody_of_another_office_is_not_there(staff, tamar):
    missing = "00000000-0000-4000-8000-00000000dead"
    for what in ("", "status/", "password/"):
        foreign, none = staff().get(one(tamar, what)), staff().get(f"{PEOPLE}{missing}/{what}")
        assert (foreign.status_code, none.status_code) == (404, 404)
    assert staff().post(one(tamar, "status/"), {"was": "active"}).status_code == 404


def test_a_new_password_ends_the_old_one_and_its_sessions(staff, add):
    old = secret(add())
    browser, _entered = logged_in("shir", old)
    with as_noam():
        shir = Profile.objects.get(email="shir@example.test")

    new = secret(staff().post(one(shir.pk, "password/"), {"username": ""}))

    assert browser.get("/admin/password_change/").status_code == 302
    assert logged_in("shir", old)[1].status_code == 200
    assert logged_in("shir", new)[1].status_code == 302


def test_who_has_no_login_here_is_given_one(staff, dana):
    password = secret(staff().post(one(dana, "password/"), {"username": "dana"}))

    assert logged_in("dana", password)[1].status_code == 302
    assert User.objects.get(username="dana").profile_id == dana.user_id


def test_the_page_of_roles_says_yes_and_no(staff):
    seen = staff().get(f"{PEOPLE}roles/")

    assert "שחזור גרסה" in texts(seen)
    assert seen.content.decode().count("<tr><th scope") == len(THINGS)


def test_the_office_is_named_and_decides(staff):
    sent = {"name": "משרד צפון והעמקים", "assessors_see_own_cases_only": "on"}

    answer = staff().post(OFFICE, sent, follow=True)

    assert "שמאים רואים רק את התיקים שלהם" in texts(answer)
    with as_noam():
        office = Org.objects.get(pk=cast.NORTH.id)
        assert (office.name, office.assessors_see_own_cases_only) == (sent["name"], True)
        assert Org.objects.count() == 1


def test_the_office_names_its_screens_as_browsers_do(staff):
    pasted = "https://Screens.Example.test/index.html?x=1\r\n\r\n https://screens.example.test:443 \r\nhttp://localhost:5173/"

    seen = staff().post(OFFICE, {"name": "צפון", "ui_origins": pasted}, follow=True)

    with as_noam():
        assert Org.objects.get(pk=cast.NORTH.id).ui_origins == ["https://screens.example.test", "http://localhost:5173"]
    assert "כתובות המסכים של המשרד" in texts(seen)
    unchanged = staff().post(
        OFFICE, {"name": "צפון", "ui_origins": "https://screens.example.test\r\nhttp://localhost:5173"}
    )
    assert unchanged.status_code == 302


@pytest.mark.parametrize(
    "pasted",
    ["ftp://screens.example.test", "http://screens.example.test", "screens.example.test", "https://", "*", "https://[",
     "null", "https://a.test:99999", "https://a_b.test", "\n".join(f"https://a{n}.test" for n in range(21))],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(staff, pasted):
    assert staff().post(OFFICE, {"name": "צפון", "ui_origins": pasted}).status_code == 422
    with as_noam():
        assert Org.objects.get(pk=cast.NORTH.id).ui_origins == []


def test_the_office_is_read_by_all_and_changed_by_managers(staff, demote):
    demote()

    assert "רק מנהל" in texts(staff().get(OFFICE))
    assert staff().post(OFFICE, {"name": "x"}).status_code == 403


def test_nobody_becomes_a_superuser_by_giving_one_a_password(staff, dana):
    User.objects.create_user("dana", password=cast.PASSWORD, is_staff=True, is_superuser=True, profile_id=dana.user_id)

    refused = staff().post(one(dana, "password/"), {"username": ""})

    assert refused.status_code in {403, 422}
    assert User.objects.get(username="dana").check_password(cast.PASSWORD)
