"""Long work as rows: who begins it, and who may stop it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests import cast
from tests.sql.callers import DANA, SERVICE, STAFF, TAMAR, refused

BEGIN = "select private.job_begin(%s, 60, p_alone => %s, p_org_id => %s, p_started_by => %s)"


def test_of_many_beats_at_once_one_begins(desk):
    desks, gate = [desk(SERVICE, another=True) for _ in range(6)], Barrier(6, timeout=20)

    def begin(one):
        gate.wait()
        return one.value(BEGIN, "storm", "storm", None, None)

    with ThreadPoolExecutor(6) as pool:
        begun = list(pool.map(begin, desks))

    assert len([run for run in begun if run]) == 1


def test_only_who_started_a_job_or_a_manager_stops_it_and_a_foreign_one_is_not_there(desk):
    of_noam = desk(SERVICE).value(BEGIN, "import", None, cast.NORTH.id, cast.NOAM.user_id)

    with refused("42501"):
        desk(DANA).ask("select private.job_cancel(%s)", of_noam)
    with refused("PT404"):
        desk(TAMAR).ask("select private.job_cancel(%s)", of_noam)

    assert desk(STAFF).one("select * from private.job_cancel(%s)", of_noam)["cancel_requested"]
    assert desk(SERVICE).value("select private.job_step(%s, 60, 1, 2)", of_noam) is False


def test_a_job_that_ended_is_not_stopped(desk):
    ended = desk(SERVICE).value(BEGIN, "import", None, cast.NORTH.id, cast.DANA.user_id)
    desk(SERVICE).ask("select private.job_end(%s, 'DONE', 1, 1, '{}', null)", ended)

    with refused("PT409"):
        desk(DANA).ask("select private.job_cancel(%s)", ended)


def test_the_systems_own_work_is_seen_by_staff_and_not_by_people(desk):
    run = desk(SERVICE).value(BEGIN, "system-work", "system-work", None, None)
    seen = "select count(*) from public.job_runs where id = %s"

    assert desk(STAFF).value(seen, run) == 1
    assert desk(DANA).value(seen, run) == 0
    with refused("PT404"):
        desk(DANA).ask("select private.job_cancel(%s)", run)
