"""The health board and `manage.py doctor`: what they say is so, and a repair does what its preview said."""

import io
import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cases import jobs
from cases.models import Case, Event, JobRun, SystemLog
from config.celery import app as celery_app
from core import acting
from office import backup_tasks, checking, repairing, score, tasks
from office.backups.trouble import NoLogin
from office.checks import CHECKS
from office.findings import Desk
from office.models import CheckRun
from office.repairs import REPAIRS
from tests import cast, databases
from tests.admin.conftest import as_noam, page_of

BOARD = "/admin/office/checkrun/"
ROOT = Path(__file__).resolve().parents[2]


def text(answer):
    return " ".join(" ".join(text for text, _around in page_of(answer).texts).split())


def run(name, org=cast.NORTH):
    return checking.run(CHECKS[name], Desk(org.id, checking.as_service))


def as_service(statement, *values):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.fixture
def given_up(open_case, endpoint, post_all):
    """A delivery that was given up."""
    case = open_case()
    post_all(outcome="dead", http_status=500)
    return case


def test_every_check_runs_and_answers(open_case):
    open_case()

    states = {name: (run(name).state, run(name).reason) for name in CHECKS}

    unknown = {name: reason for name, (state, reason) in states.items() if state == "UNKNOWN"}
    assert unknown.pop("backup") == "backup_off"
    assert unknown in ({}, {"slow_statements": "not_counted"})
    for name in ("current_version", "versions", "plates", "search_rows", "tracking_rows", "migrations", "schema"):
        assert states[name][0] == "WELL", name


def test_what_a_check_raises_is_not_known_and_never_green(db, settings):
    settings.HEALTH_LIMITS = {"first_version_minutes": "no number"}

    seen = run("current_version")

    assert seen.state == "UNKNOWN"
    assert seen.reason
    assert "no number" not in seen.reason


def test_a_check_of_every_helper_says_when_time_was_up(open_case, settings, monkeypatch):
    settings.HEALTH_WALK_SECONDS = -1
    for _ in range(2):
        open_case()
    monkeypatch.setattr("office.check_rows._PAGE", 1)

    seen = run("plates")

    assert (seen.state, seen.reason) == ("UNKNOWN", "not_finished")
    assert seen.measured["seen"] < seen.measured["total"]


def test_the_score_is_the_weight_of_what_is_well_rounded_down(open_case):
    open_case()
    with as_noam():
        assert score.board(cast.NORTH.id).score == 0
    checking.run_all(CHECKS.values(), lambda done, total: None)

    with as_noam():
        board = score.board(cast.NORTH.id)

    well = sum(line.check.weight for line in board.lines if line.is_well)
    assert board.score == 100 * well // sum(check.weight for check in CHECKS.values())
    assert 0 < board.score < 100
    assert "backup" in {line.check.name for line in board.unknown}
    assert len(board.lines) == len(CHECKS)


def test_a_run_that_is_too_old_counts_as_not_known(db):
    run("payments")
    with as_noam():
        [line] = [line for line in score.board(cast.NORTH.id).lines if line.check.name == "payments"]
        assert line.is_well
        line.last.finished_at = line.last.finished_at.replace(year=2020)
        assert (line.state, line.reason) == ("UNKNOWN", "stale")


# name -> a setting that makes it red
BY_SETTING = {
    "clock": {"HEALTH_CLOCK_SECONDS": -1},
    "disk": {"HEALTH_FREE_PERCENT": 101},
    "database_size": {"HEALTH_DATABASE_BYTES": 1},
    "workers": {"CELERY_BROKER_URL": "redis://127.0.0.1:9/0"},
}


@pytest.mark.parametrize("name", ["clock", "disk", "database_size"])
def test_a_check_of_the_system_is_red_past_its_limit(db, settings, name):
    assert run(name).state == "WELL"
    for setting, value in BY_SETTING[name].items():
        setattr(settings, setting, value)
    assert run(name).state == "FINDINGS"


def test_without_a_worker_the_board_says_so(db):
    seen = run("workers")

    assert seen.state == "FINDINGS"
    assert seen.findings[0]["what"] in {"no_worker", "no_broker"}


def test_a_storage_behind_s3_does_not_say_how_full_it_is(db, settings):
    settings.FILES_S3_ENDPOINT = "https://s3.example.test"

    assert run("disk").reason == "storage_does_not_say"


@pytest.fixture
def other_files(settings, tmp_path):
    """The project's SQL files in a place where they can be spoilt."""
    shutil.copytree(ROOT / "supabase", tmp_path / "supabase", ignore=shutil.ignore_patterns("local"))
    settings.BASE_DIR = tmp_path
    return tmp_path / "supabase"


def test_a_migration_that_is_missing_is_named(db, other_files):
    assert run("migrations").state == "WELL"
    (other_files / "migrations" / "29991231235959_later.sql").write_text("select 1;")
    assert run("migrations").findings == [{"what": "not_applied", "detail": "29991231235959_later.sql", "about": ""}]


def test_a_version_without_its_file_is_named(db, other_files):
    next((other_files / "migrations").glob("*_rooms.sql")).unlink()

    assert run("migrations").findings[0]["what"] == "no_such_file"


def test_drift_of_the_schema_is_named_both_ways(db, other_files):
    assert run("schema").state == "WELL", run("schema").findings
    snapshot = other_files / "schema.sql"
    snapshot.write_text(snapshot.read_text().replace("    owner_name text,", "    owners_name text,", 1))

    told = {(one["what"], one["detail"]) for one in run("schema").findings}

    assert any(what == "not_there" and fact.endswith(".owners_name") for what, fact in told)
    assert any(what == "not_ours" and fact.endswith(".owner_name") for what, fact in told)
    snapshot.unlink()
    assert run("schema").reason == "no_files"


def test_a_lost_run_and_a_failed_job_are_told_and_mended(staff):
    as_service("select private.job_begin('killed', -1, p_alone => 'killed')")
    with pytest.raises(ValueError, match="x"):
        jobs.run("fold-versions", _fails)
    assert {one["detail"] for one in run("jobs").findings} >= {"killed", "fold-versions"}

    answer = staff().post(f"{BOARD}jobs/repair/", follow=True)

    assert "תוקנו" in text(answer)
    with acting.acting(acting.SERVICE):
        assert JobRun.objects.get(kind="killed").error == "worker_lost"


def _fails(run):
    raise ValueError("x")


def test_a_backup_is_known_once_a_job_tells_of_it(db, settings):
    jobs.run("backup", lambda run: {})

    assert run("backup").state == "WELL"
    settings.HEALTH_BACKUP_HOURS = 0
    assert run("backup").findings[0]["what"] == "backup_old"


def test_a_backup_that_is_set_up_and_failed_is_told_by_its_kind(db, settings, tmp_path):
    settings.BACKUP_FOLDER, settings.BACKUP_DATABASE_URL, settings.OWNER_DATABASE_URL = str(tmp_path), "", ""
    assert (run("backup").state, run("backup").reason) == ("UNKNOWN", "no_backup_known")

    with pytest.raises(NoLogin):
        backup_tasks.back_up()

    [finding] = run("backup").findings
    assert (finding["what"], finding["detail"], finding["about"]) == ("backup_failed", "NoLogin", "job_runs")


def test_the_nightly_backup_does_nothing_where_no_folder_is_named(db):
    backup_tasks.back_up()

    with acting.acting(acting.SERVICE):
        assert not JobRun.objects.filter(kind="backup").exists()


def test_a_statement_that_runs_long_is_seen_and_one_that_nobody_counts_is_said(db, settings):
    seen = run("slow_statements")
    assert (seen.state, seen.reason) in {("UNKNOWN", "not_counted"), ("WELL", None), ("FINDINGS", None)}
    settings.HEALTH_RUNNING_SECONDS = 0

    with (
        ThreadPoolExecutor() as pool,
        psycopg.connect(databases.runtime_url(connection.settings_dict["NAME"])) as other,
    ):
        sleeping = pool.submit(other.execute, "select pg_sleep(4)")
        time.sleep(1)
        seen = run("slow_statements")
        sleeping.result()

    assert {one["what"] for one in seen.findings} == {"runs_long"}
    assert "pg_sleep" not in str(seen.findings)


def test_the_board_shows_each_check_with_sign_and_words(staff, given_up):
    staff().post(f"{BOARD}run/")

    answer = staff().get(BOARD)

    shown = text(answer)
    assert "✗ נמצאו דברים" in shown
    assert "? לא ידוע" in shown
    assert all(str(check.label) in shown for check in CHECKS.values())
    assert f'href="{BOARD}deliveries/"' in answer.content.decode()


def test_a_check_is_explained_and_its_findings_lead_to_their_rows(staff, given_up):
    staff().post(f"{BOARD}deliveries/run/")

    answer = staff().get(f"{BOARD}deliveries/")

    assert str(CHECKS["deliveries"].meaning) in text(answer)
    assert "/admin/make/delivery/" in answer.content.decode()
    assert "לאחר" in text(answer)


def test_a_repair_shows_what_it_would_change_then_changes_it_tells_it_and_looks_again(staff, given_up):
    staff().post(f"{BOARD}deliveries/run/")
    preview = staff().get(f"{BOARD}deliveries/repair/")
    assert "שום דבר עוד לא שונה" in text(preview)
    assert _dead(given_up) > 0

    answer = staff().post(f"{BOARD}deliveries/repair/", follow=True)

    assert "תוקנו: 2" in text(answer)
    assert _dead(given_up) == 0
    with as_noam():
        [event] = Event.objects.filter(type="check.repaired")
        assert (event.data["rows"], event.data["left"], event.actor_id) == (2, 0, cast.NOAM.user_id)
        assert CheckRun.objects.filter(name="deliveries").order_by("-started_at").first().state == "WELL"
    log = text(staff().get("/admin/cases/event/"))
    assert "תיקון מלוח הבריאות" in log


def _dead(case):
    statement = "select count(*) from private.deliveries where case_id = %s and status = 'dead'"
    return as_service(statement, case["case_id"])[0][0]


def test_repairing_what_is_well_changes_nothing(staff, open_case):
    open_case()

    for name in REPAIRS:
        if name in {"jobs", "outbox", "reminders"}:
            continue
        assert staff().post(f"{BOARD}{name}/repair/", follow=True).status_code == 200

    with as_noam():
        assert {event.data["rows"] for event in Event.objects.filter(type="check.repaired")} == {0}


def test_versions_that_came_past_our_services_are_counted_by_the_repair(staff, open_case, settings):
    case = open_case()
    settings.HEALTH_LIMITS = {**settings.HEALTH_LIMITS, "count_minutes": 0}
    as_service("insert into public.case_helper (case_id, helper_json) values (%s, '{\"a\": 1}')", case["case_id"])
    assert case["case_id"] in {one["case_id"] for one in run("changes").findings}

    staff().post(f"{BOARD}changes/repair/")

    assert run("changes").state == "WELL"


def test_only_managers_repair_and_only_who_may_runs(staff, may, demote, client):
    assert client.get(BOARD).status_code == 302
    assert staff().get(f"{BOARD}deliveries/run/").status_code == 404
    assert staff().get(f"{BOARD}nothing/").status_code == 404
    assert staff().get(f"{BOARD}plates/repair/").status_code == 404
    may("view_checkrun")
    assert staff().get(BOARD).status_code == 200
    assert staff().post(f"{BOARD}deliveries/run/").status_code == 403
    assert staff().post(f"{BOARD}deliveries/repair/").status_code == 403
    may("view_checkrun", "run_checkrun")
    demote()
    assert staff().post(f"{BOARD}deliveries/run/").status_code == 302
    assert staff().get(f"{BOARD}deliveries/repair/").status_code == 403
    assert staff().post(f"{BOARD}deliveries/repair/").status_code == 403
    may("view_case")
    assert staff().get(BOARD).status_code == 403


def test_another_offices_findings_are_never_shown(staff, given_up):
    run("deliveries")

    page = staff("uri").get(f"{BOARD}deliveries/")

    assert "/admin/make/delivery/" not in page.content.decode()
    staff("uri").post(f"{BOARD}deliveries/repair/")
    assert _dead(given_up) > 0


def test_the_board_asks_no_more_where_there_is_more(staff, given_up, open_case, django_assert_max_num_queries):
    checking.run_all(checking.quick_ones(), lambda done, total: None)
    browser = staff()
    browser.get(BOARD)

    with django_assert_max_num_queries(12):
        browser.get(BOARD)
    with django_assert_max_num_queries(12):
        browser.get(f"{BOARD}deliveries/")


def test_staff_are_told_when_a_check_turns_red(staff, given_up):
    tasks.check_quickly()

    with acting.acting(acting.SERVICE):
        assert SystemLog.objects.filter(event="check_turned_red", context__check="deliveries").exists()
    assert "בדיקה בלוח הבריאות מצאה משהו" in text(staff().get("/admin/cases/systemlog/"))


def test_the_nightly_job_runs_all_of_them_and_is_kept(open_case):
    open_case()

    tasks.check_all()

    with acting.acting(acting.SERVICE):
        done = JobRun.objects.filter(kind="check-all").first()
        assert done.state == "DONE"
        assert set(CheckRun.objects.values_list("name", flat=True)) == set(CHECKS)


def whole_rounds():
    with acting.acting(acting.SERVICE):
        return JobRun.objects.filter(kind="check-all").count()


def test_beat_looks_each_hour_whether_a_round_was_missed():
    assert celery_app.conf.beat_schedule["check-missed"]["task"] == tasks.check_missed.name


def test_a_round_that_nobody_ran_is_made_up_for_once(open_case):
    open_case()

    tasks.check_missed()
    tasks.check_missed()

    assert whole_rounds() == 1
    with acting.acting(acting.SERVICE):
        assert set(CheckRun.objects.values_list("name", flat=True)) == set(CHECKS)


def test_a_round_of_the_day_before_is_made_up_for(open_case, monkeypatch):
    tasks.check_all()
    monkeypatch.setattr(tasks, "_DAY", timedelta(0))

    tasks.check_missed()

    assert whole_rounds() == 2


def test_long_work_is_a_job_in_the_name_of_who_asked(staff, given_up):
    run_id = repairing.begin("repair", "deliveries", org_id=cast.NORTH.id, user_id=cast.NOAM.user_id)

    assert repairing.begin("repair", "deliveries", org_id=cast.NORTH.id, user_id=cast.NOAM.user_id) is None
    tasks.repair(str(run_id), "deliveries", str(cast.NORTH.id), str(cast.NOAM.user_id))

    with acting.acting(acting.SERVICE):
        done = JobRun.objects.get(pk=run_id)
        assert (done.state, done.done, done.total, done.result) == ("DONE", 2, 2, {"rows": 2, "found": 0})
        assert Event.objects.get(type="check.repaired").actor_id == cast.NOAM.user_id


def doctor(*arguments):
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as told:
        code = told.code
    except CommandError as told:
        code = told.returncode
    return out.getvalue(), code


@pytest.mark.parametrize(
    ("lang", "words"), [("he_IL.UTF-8", "Make שומע"), ("en_US.UTF-8", "Make hears"), ("C", "Make")]
)
def test_the_doctor_speaks_the_terminals_language(db, monkeypatch, lang, words):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", lang)

    told, code = doctor("--check", "deliveries")

    assert words in told
    assert code == 0


def test_the_doctors_exit_code_says_well_found_or_not_known(given_up):
    assert doctor("--check", "plates")[1] == 0
    assert doctor("--check", "deliveries", "--check", "backup")[1] == 1
    assert doctor("--check", "backup", "--check", "plates")[1] == 2
    assert doctor("--check", "plates", "--office", "x")[1] == 2


def test_the_doctor_speaks_json(given_up):
    told = json.loads(doctor("--json", "--check", "deliveries", "--check", "backup")[0])

    [north] = [one for one in told if one["office"] == cast.NORTH.name]
    assert (north["state"], north["found"], north["findings"][0]["what"]) == ("FINDINGS", 2, "given_up")
    assert told[-1]["reason"] == "backup_off"


def test_the_doctor_repairs_after_a_yes(given_up, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda words: "n")
    assert doctor("--repair", "deliveries")[1] == 1
    assert _dead(given_up) == 2

    told, code = doctor("--repair", "deliveries", "--yes")

    assert (code, _dead(given_up)) == (0, 0)
    assert "given up" in told
    with acting.acting(acting.SERVICE):
        assert Case.objects.count()


def test_old_runs_are_forgotten_and_the_last_never(db, settings):
    run("payments")
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.check_runs_sweep(1)")
        assert cursor.fetchone()[0] == 0
