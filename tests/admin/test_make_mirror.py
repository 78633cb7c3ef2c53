"""Switches, sources, the mirror's log, drift, raw answers and the audit log, through their pages."""

import json

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from accounts.models import AuditEntry
from cases.models import FeatureFlag
from core import acting
from helpers.models import HelperSource
from make.models import RawAnswer
from tests import cast
from tests.admin.conftest import GHOST, as_noam, case_page, page_of
from tests.admin.test_pages import texts

FLAGS = "/admin/cases/featureflag/"
SOURCES = "/admin/helpers/helpersource/"
SYNC = "/admin/helpers/helpersync/"
RAW = "/admin/make/rawanswer/"
AUDIT = "/admin/accounts/auditentry/"


@pytest.fixture
def turn(staff):
    def turned(what, username="noam", **more):
        return staff(username).post(f"{FLAGS}turn/", {"turn": what, **more}, follow=True)

    return turned


@pytest.fixture
def sync(db):
    """Make sends a helper to a case of Dana's office."""

    def sent(case, helper):
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            cursor.execute("select public.sync_helper(%s::text, %s)", [case["case_id"], Jsonb(helper)])
            return json.loads(cursor.fetchone()[0])

    return sent


def flag(name, case=None):
    with as_noam():
        row = FeatureFlag.objects.filter(name=name, org__isnull=False, case_id=case and case["case_id"]).first()
    return row and row.value


def test_a_switch_is_turned_by_one_press_and_turned_back(turn, api, dana):
    assert flag("writer.levi") is None

    seen = turn("writer.levi=dual", note="מתחילים בזהירות")

    assert flag("writer.levi") == "dual"
    for word in ("שניהם", "נועם", "מתחילים בזהירות", "המשרד"):
        assert word in texts(seen)
    assert flag("writer.levi") == "dual"
    turn("writer.levi=make")
    assert flag("writer.levi") == "make"
    turn("USE_SUPABASE_PARTS=on")
    assert flag("USE_SUPABASE_PARTS") == "on"


def test_every_turn_stands_in_the_history_and_is_an_event(staff, turn):
    turn("writer.levi=dual")
    turn("writer.levi=supabase", note="למה לא")

    with as_noam():
        entries = list(AuditEntry.objects.about("feature_flags"))
    assert [entry.actor_name for entry in entries] == ["נועם", "נועם"]
    for address in (FLAGS, AUDIT):
        seen = texts(staff().get(address))
        assert "writer.levi" in seen
        assert "המערכת שלנו בלבד" in seen or "supabase" in seen
        assert "למה לא" in seen
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select data ->> 'to' from public.events where type = 'flag.changed' order by at")
        assert [row[0] for row in cursor.fetchall()] == ["dual", "supabase"]


@pytest.mark.parametrize("what", ["writer.levi=on", "nothing=on", "writer.levi", "", "USE_SUPABASE_PARTS=dual"])
def test_what_is_no_switch_is_not_turned(turn, what):
    assert turn(what).status_code == 404
    with as_noam():
        assert not FeatureFlag.objects.exists()


def test_a_pilot_is_one_case_found_by_its_plate(staff, open_case):
    case, noam = open_case(plate="12345678"), staff()

    answer = noam.post(
        f"{FLAGS}pilot/", {"plate": "123-45-678", "turn": "writer.parts=dual", "note": "פיילוט"}, follow=True
    )

    assert flag("writer.parts", case) == "dual"
    assert flag("writer.parts") is None
    assert "123-45-678" in texts(answer)
    assert case_page(case) in answer.content.decode()
    with as_noam():
        row = FeatureFlag.objects.get()
    gone = noam.post(f"{FLAGS}{row.pk}/remove/", follow=True)
    assert "הוסרה" in texts(gone)
    assert flag("writer.parts", case) is None
    assert "הוסר" in texts(noam.get(FLAGS))


def test_a_pilot_needs_a_case_of_the_office(staff, open_case, tamar):
    open_case(plate="99990000", person=tamar)
    for plate in ("999-90-000", "11112222", "12", "x"):
        answer = staff().post(f"{FLAGS}pilot/", {"plate": plate, "turn": "writer.parts=dual"})
        assert answer.status_code == 422, plate
        assert "errorlist" in answer.content.decode()
    with as_noam():
        assert not FeatureFlag.objects.exists()


def test_what_counts_for_everybody_is_shown_and_stays(staff, turn):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("insert into public.feature_flags (name, value) values ('writer.helper', 'dual') returning id")
        (everybodys,) = cursor.fetchone()

    before = texts(staff().get(FLAGS))
    turn("writer.helper=supabase")

    assert "כל המשרדים" in before
    assert "כל המשרדים: שניהם" in texts(staff().get(FLAGS))
    assert staff().post(f"{FLAGS}{everybodys}/remove/").status_code == 404
    with as_noam():
        assert FeatureFlag.objects.get(pk=everybodys).value == "dual"


def test_a_switch_of_another_office_does_not_exist(staff, turn, open_case):
    turn("writer.levi=dual", note="של צפון")
    with as_noam():
        row = FeatureFlag.objects.get()
    uri = staff("uri")

    assert "של צפון" not in uri.get(FLAGS).content.decode()
    foreign, missing = uri.post(f"{FLAGS}{row.pk}/remove/"), uri.post(f"{FLAGS}{GHOST}/remove/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    turn("writer.levi=supabase", username="uri")
    assert flag("writer.levi") == "dual"


def test_a_source_is_allowed_a_place_and_forbidden_it_again(staff):
    noam = staff()

    added = noam.post(SOURCES, {"source": "levi", "pointer": "/new/a~1b", "note": "ניסיון"}, follow=True)

    assert "/new/a~1b" in texts(added)
    with as_noam():
        row = HelperSource.objects.get(pointer="/new/a~1b")
        assert row.org_id == cast.NORTH.id
    twice = noam.post(SOURCES, {"source": "levi", "pointer": "/new/a~1b"}, follow=True)
    assert "סותר" in texts(twice)
    noam.post(f"{SOURCES}{row.pk}/remove/")
    with as_noam():
        assert not HelperSource.objects.filter(pointer="/new/a~1b").exists()
    seen = texts(noam.get(SOURCES))
    assert seen.count("/new/a~1b") >= 2
    assert "נועם" in seen


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ("levi", ""),
        ("levi", "x"),
        ("levi", "/a~2"),
        ("levi", "/a~"),
        ("Levi", "/a"),
        ("לוי", "/a"),
        ("levi", "/" * 501),
    ],
)
def test_a_place_that_is_no_pointer_is_refused(staff, source, pointer):
    answer = staff().post(SOURCES, {"source": source, "pointer": pointer})

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_a_source_of_another_office_does_not_exist(staff):
    with acting.acting(acting.STAFF, cast.URI.claims):
        theirs = HelperSource.objects.filter(org_id=cast.SOUTH.id).first()
    foreign = staff().post(f"{SOURCES}{theirs.pk}/remove/")
    missing = staff().post(f"{SOURCES}{GHOST}/remove/")

    assert (foreign.status_code, foreign.content) == (404, missing.content)
    with acting.acting(acting.STAFF, cast.URI.claims):
        assert HelperSource.objects.filter(pk=theirs.pk).exists()


def test_the_mirror_log_counts_the_last_day_and_is_narrowed(staff, turn, open_case, sync):
    case = open_case({"meta": {"n": 1}}, plate="12345678")
    sync(case, {"meta": {"n": 2}})
    turn("writer.levi=supabase")
    assert sync(case, {"meta": {"n": 3}, "valuation": {"p": 1}})["status"] == "PARTIAL"

    seen = staff().get(SYNC)
    partial = texts(staff().get(SYNC, {"sync_status__exact": "PARTIAL"}))
    out = texts(staff().get(SYNC, {"sync_direction__exact": "FROM_SUPABASE"}))

    assert "50%" in texts(seen)
    assert "123-45-678" in texts(seen)
    assert "נשאר שלנו" in partial
    assert "ערך הרכב" in partial
    assert "123-45-678" not in out
    assert "123-45-678" in texts(staff().get(SYNC, {"q": "123 45"}))
    assert "123-45-678" not in texts(staff().get(SYNC, {"q": "777"}))
    assert "50%" not in texts(staff("uri").get(SYNC))


def test_drift_names_the_sections_that_differ(staff, open_case, sync, save):
    same, other = open_case(plate="12345678"), open_case(plate="99990000")
    sync(same, {"meta": {"n": 2}})
    sync(other, {"meta": {"n": 2}})
    save(other, {"meta": {"n": 2}, "valuation": {"p": 5}}, 2)

    answer = staff().get(f"{SYNC}drift/")

    rows = answer.content.decode().split("<tr>")[2:]
    assert "999-90-000" in rows[0]
    assert "ערך הרכב" in rows[0]
    assert "זהה" in rows[1]
    assert f"{case_page(other)}#versions" in rows[0]
    assert "999-90-000" not in texts(staff("uri").get(f"{SYNC}drift/"))


def test_a_raw_answer_is_shown_as_text(staff, open_case):
    case, evil = open_case(plate="12345678"), '{"a": "</pre><script>alert(1)</script>'
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.raw_answer_add(null, %s, 'levi', %s, null, 'not JSON')", [case["case_id"], evil])
        (pk,) = cursor.fetchone()
    noam = staff()

    listed, shown = noam.get(RAW, {"q": "123-45"}), noam.get(f"{RAW}{pk}/")

    assert "levi" in texts(listed)
    assert "alert" not in listed.content.decode()
    assert ("pre", "ltr") in {(tag, attrs.get("dir")) for tag, attrs in page_of(shown).tags}
    assert "<script>alert" not in shown.content.decode()
    assert "alert(1)" in texts(shown)
    assert noam.get(RAW, {"q": "nothing"}).content.decode().count(str(pk)) == 0
    foreign, missing = staff("uri").get(f"{RAW}{pk}/"), staff("uri").get(f"{RAW}{GHOST}/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    with as_noam():
        assert RawAnswer.objects.count() == 1


def test_the_audit_log_is_narrowed_by_what_was_changed(staff, turn):
    turn("writer.levi=dual")
    staff().post(SOURCES, {"source": "levi", "pointer": "/new"})

    switches = texts(staff().get(AUDIT, {"table": "feature_flags"}))
    sources = texts(staff().get(AUDIT, {"table": "helper_sources"}))

    assert "writer.levi" in switches
    assert "/new" not in switches
    assert "/new" in sources
    assert "writer.levi" not in sources
    assert "writer.levi" not in texts(staff("uri").get(AUDIT))


def test_home_leads_to_every_page(staff, may):
    doors = {attrs.get("href") for tag, attrs in page_of(staff().get("/admin/")).tags if tag == "a"}
    assert {FLAGS, SOURCES, SYNC, f"{SYNC}drift/", RAW, AUDIT, "/admin/make/delivery/"} <= doors
    for address in (FLAGS, SOURCES, SYNC, f"{SYNC}drift/", RAW, AUDIT):
        assert staff().get(address).status_code == 200
    may("view_case")
    for address in (FLAGS, SOURCES, SYNC, f"{SYNC}drift/", RAW, AUDIT):
        assert staff().get(address).status_code == 403


def test_a_post_from_elsewhere_turns_nothing(staff):
    noam = staff(enforce_csrf_checks=True)

    for address, sent in [
        (f"{FLAGS}turn/", {"turn": "writer.levi=dual"}),
        (f"{FLAGS}pilot/", {"plate": "12345678", "turn": "writer.levi=dual"}),
        (SOURCES, {"source": "levi", "pointer": "/new"}),
    ]:
        assert noam.post(address, sent).status_code == 403
    with as_noam():
        assert not FeatureFlag.objects.exists()
