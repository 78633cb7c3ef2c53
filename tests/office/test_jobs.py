"""Work in the background: each run is a row, nobody does it twice at once, and nobody is at work for ever."""

import pytest
from django.db import connection

from cases import jobs
from cases.models import JobRun, SystemLog
from core import acting
from helpers.tasks import fold_versions
from make.tasks import deliver_outbox, export_forgotten, forget_old_answers
from office.tasks import forget_expired_sessions, forget_old_logs
from tests import cast

DAILY = {
    "forget-old-answers": forget_old_answers,
    "forget-expired-sessions": forget_expired_sessions,
    "forget-old-logs": forget_old_logs,
    "fold-versions": fold_versions,
}


def runs_of(kind):
    with acting.acting(acting.SERVICE):
        return list(JobRun.objects.filter(kind=kind).order_by("started_at"))


@pytest.mark.parametrize("kind", DAILY)
def test_each_daily_job_leaves_a_row_with_what_it_did_and_who_started_it(db, kind):
    DAILY[kind](started_by=str(cast.NOAM.user_id))

    run = runs_of(kind)[-1]
    assert (run.state, run.error, run.started_by_id) == ("DONE", None, cast.NOAM.user_id)
    assert run.result["rows"] >= 0
    assert run.finished_at >= run.started_at


def test_a_failure_is_kept_by_its_name_and_told_to_staff_without_its_text(db):
    def work(run):
        raise ValueError("the plate is 12345678")

    with pytest.raises(ValueError, match="plate"):
        jobs.run("spoilt", work)

    [run] = runs_of("spoilt")
    assert (run.state, run.error) == ("FAILED", "ValueError")
    with acting.acting(acting.SERVICE):
        [note] = SystemLog.objects.filter(event="job_failed", context__job_id=str(run.id))
    assert note.context["error"] == "ValueError"
    assert "12345678" not in f"{note.message} {note.context} {run.result}"


def test_a_run_says_how_far_it_is_and_stops_when_it_is_asked_to(db):
    seen = []

    def work(run):
        run.step(0, total=5)
        for _ in range(5):
            run.step()
            seen.append(run.done)
            if run.done == 2:
                with acting.acting(acting.SERVICE):
                    jobs.cancel(job_id=run.id)
        return {}

    jobs.run("counted", work)

    [run] = runs_of("counted")
    assert seen == [1, 2]
    assert (run.state, run.total, run.cancel_requested) == ("CANCELLED", 5, True)


def test_work_of_every_few_seconds_is_one_row_an_hour(db):
    for _ in range(3):
        export_forgotten()
    deliver_outbox()

    [run] = runs_of("export-forgotten")
    assert (run.runs, run.state) == (3, "DONE")
    assert len(runs_of("deliver-outbox")) == 1


def test_a_failing_tick_is_a_row_of_its_own_and_is_told_once(db):
    for _ in range(2):
        with pytest.raises(RuntimeError), jobs.ticking("every-second"):
            raise RuntimeError
    with jobs.ticking("every-second"):
        pass

    assert [(run.state, run.runs) for run in runs_of("every-second")] == [("FAILED", 2), ("DONE", 1)]


def test_the_same_work_is_not_begun_while_it_is_being_done(db):
    again = []

    jobs.run("both", lambda run: again.append(jobs.run("both", lambda run: {})) or {})

    assert again == [None]
    assert [run.state for run in runs_of("both")] == ["DONE"]


def test_a_run_whose_worker_was_killed_is_shown_as_lost_and_closed_by_the_next(db):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.job_begin('killed', -1, p_alone => 'killed')")
    assert runs_of("killed")[0].is_lost

    jobs.run("killed", lambda run: {})

    assert [(run.state, run.error) for run in runs_of("killed")] == [("FAILED", "worker_lost"), ("DONE", None)]


def test_a_run_that_was_taken_for_lost_stops_at_its_next_step(db):
    def work(run):
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            cursor.execute("select private.job_end(%s, 'FAILED', 0, null, '{}', 'worker_lost')", [run.id])
        run.step()
        return {}

    jobs.run("overtaken", work)

    assert [(run.state, run.error) for run in runs_of("overtaken")] == [("FAILED", "worker_lost")]
