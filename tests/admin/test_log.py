"""The action log, the jobs and the health of the system, as staff see them."""

import csv
import io

import pytest

from cases import jobs
from cases.models import JobRun
from core import acting
from office import beat
from tests import cast
from tests.admin.conftest import GHOST, as_noam, case_page, page_of

LOG, JOBS, HEALTH = "/admin/cases/event/", "/admin/cases/jobrun/", "/admin/cases/systemlog/"


def text(answer):
    return " ".join(" ".join(text for text, _around in page_of(answer).texts).split())


def test_the_log_tells_who_did_what_and_is_narrowed(staff, api, dana, open_case):
    case, other = open_case(), open_case()
    api(dana).patch(f"cases/{case['case_id']}", {"status": "CLOSED"})

    everything = text(staff().get(LOG))
    assert "הסטטוס שונה: פתוח ← סגור על ידי דנה" in everything
    assert "היום" in everything

    plate = case["plate"]
    shown = text(staff().get(f"{LOG}?plate={plate[:2]}-{plate[2:]}&kind=case&person={dana.user_id}&door=UI"))
    assert "הסטטוס שונה" in shown
    assert "נשמרה גרסה" not in shown
    assert other["plate"][-3:] not in shown or other["plate"][-3:] == plate[-3:]
    assert "אין פעולות" in text(staff().get(f"{LOG}?until=2001-01-01"))


@pytest.mark.parametrize("query", ["since=x", "person=x", "kind=x", "door=x", "plate=x"])
def test_a_wrong_filter_is_said_and_shows_nothing(staff, open_case, query):
    open_case()
    answer = staff().get(f"{LOG}?{query}")

    assert answer.status_code == 422
    assert "נשמרה גרסה" not in text(answer)


def test_the_log_is_read_page_by_page(staff, open_case):
    for _ in range(27):
        open_case()
    first = staff().get(LOG)
    [older] = [attrs["href"] for tag, attrs in page_of(first).tags if tag == "a" and "before=" in attrs.get("href", "")]

    second = staff().get(f"{LOG}{older}")

    assert "אל החדשות ביותר" in text(second)
    assert "ישנות יותר" in text(first)


def test_the_log_comes_as_a_spreadsheet(staff, open_case):
    case = open_case()
    answer = staff().get(f"{LOG}csv/?plate={case['plate']}")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))
    assert rows[0][2] == "מה קרה"
    assert len(rows) == 3
    assert "attachment" in answer["Content-Disposition"]


def test_the_case_page_tells_its_story_by_days_and_kinds(staff, open_case, save, version_id):
    case = open_case()
    save(case, {"vehicle": {"a": 1}}, 1)

    shown = text(staff().get(case_page(case)))
    assert "נשמרה גרסה 2" in shown
    assert "התיק נפתח על ידי דנה" in shown
    narrowed = staff().get(f"{case_page(case)}?kind=versions")
    assert "התיק נפתח" not in text(narrowed)
    assert f"/admin/helpers/casehelper/{version_id(case, 2)}/" in narrowed.content.decode()


def test_another_offices_log_is_its_own(staff, open_case):
    case = open_case()

    assert "אין פעולות" in text(staff("uri").get(f"{LOG}?plate={case['plate']}"))
    rows = b"".join(staff("uri").get(f"{LOG}csv/?plate={case['plate']}").streaming_content).decode().splitlines()
    assert len(rows) == 1


@pytest.mark.parametrize("address", [LOG, f"{LOG}csv/", JOBS, HEALTH])
def test_without_the_permission_nothing_is_shown(staff, may, client, address):
    may("view_case")

    assert staff().get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_each_job_has_a_line_with_what_it_last_did(staff):
    jobs.run("forget-old-answers", lambda run: {"rows": 7}, started_by=cast.NOAM.user_id)

    shown = text(staff().get(JOBS))

    assert "מחיקת תשובות השער לאחר 72 שעות forget-old-answers פעם ביום הסתיים" in shown
    assert "7 שורות" in shown
    with as_noam():
        daily = {job.name for job in beat.jobs() if job.every.total_seconds() == 86400}
    assert daily >= {"fold-versions", "forget-old-logs"}


def test_a_job_that_failed_is_red_and_one_without_a_run_says_so(staff):
    with pytest.raises(ValueError, match="x"):
        jobs.run("fold-versions", _fails)

    answer = staff().get(JOBS)

    assert "pill-bad" in answer.content.decode()
    assert "ValueError" in text(answer)
    assert "עוד לא רצה" in text(answer)


def _fails(run):
    raise ValueError("x")


def test_a_job_is_started_by_hand_through_the_broker(staff):
    answer = staff().post(f"{JOBS}forget-old-logs/run/", follow=True)

    assert "העבודה נמסרה לביצוע" in text(answer)


def test_only_who_may_starts_jobs_and_only_by_a_post(staff, may):
    assert staff().get(f"{JOBS}forget-old-logs/run/").status_code == 404
    assert staff().post(f"{JOBS}no-such-job/run/").status_code == 404
    may("view_jobrun")
    assert staff().post(f"{JOBS}forget-old-logs/run/").status_code == 403


def test_a_run_is_stopped_from_its_line(staff):
    stopped = []

    def work(run):
        stopped.append(staff().post(f"{JOBS}{run.id}/cancel/", follow=True))
        run.step()
        return {}

    jobs.run("a-long-one", work)

    assert "העבודה תיעצר" in text(stopped[0])
    with as_noam():
        assert JobRun.objects.get(kind="a-long-one").state == "CANCELLED"
    assert staff().post(f"{JOBS}{GHOST}/cancel/").status_code == 404


def test_the_health_page_tells_the_hours_and_the_notes(staff, open_case, endpoint, post_all):
    open_case()
    post_all(outcome="dead", http_status=500)

    answer = staff().get(HEALTH)

    shown = text(answer)
    assert "תקל" in shown
    assert "מסירה ל-Make הופסקה" in shown
    assert 'class="bad"' in answer.content.decode()


def test_the_home_page_leads_to_all_three(staff):
    page = staff().get("/admin/").content.decode()

    assert all(f'href="{address}"' in page for address in (LOG, JOBS, HEALTH))


def test_the_api_tells_how_far_a_job_is_to_its_office(api, dana, tamar):
    with acting.acting(acting.SERVICE):
        from django.db import connection

        with connection.cursor() as cursor:
            begin = "select private.job_begin('import', 60, p_org_id => %s, p_started_by => %s, p_total => 9)"
            cursor.execute(begin, [cast.NORTH.id, cast.DANA.user_id])
            [job_id] = cursor.fetchone()

    told = api(dana).get(f"jobs/{job_id}").json()
    assert (told["state"], told["total"], told["cancel_requested"]) == ("RUNNING", 9, False)
    assert api(dana).post(f"jobs/{job_id}/cancel").json()["cancel_requested"] is True
    foreign, missing = api(tamar).get(f"jobs/{job_id}"), api(tamar).get(f"jobs/{GHOST}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert api().get(f"jobs/{job_id}").status_code == 401
