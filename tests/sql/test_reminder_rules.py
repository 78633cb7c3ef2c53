"""Rules that are run by two workers at once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import cast
from tests.conftest import any_plate
from tests.sql.callers import DANA, SERVICE, STAFF, TAMAR, refused

RUN = "select made from private.reminder_rules_run()"


@pytest.fixture
def rule(owner):
    """A rule that counts from the inspection; off again at the end."""
    pk = owner.value(
        """insert into public.reminder_rules (org_id, title, based_on, direction, is_on)
        values (%s, 'x', 'inspection_date', 'before', true) returning id""",
        cast.NORTH.id,
    )
    yield pk
    owner.ask("update public.reminder_rules set is_on = false where id = %s", pk)


def test_two_runs_at_once_make_one(desk, owner, rule):
    helper = json.dumps({"case_info": {"inspection_date": "2040-05-05"}})
    cases = [desk(DANA).open(any_plate(), helper)["case_id"] for _n in range(10)]
    workers = [desk(SERVICE, another=True) for _n in range(4)]

    with ThreadPoolExecutor(4) as pool:
        made = sorted(each.result() for each in [pool.submit(one.value, RUN) for one in workers])

    assert made == [0, 0, 0, 10]
    found = owner.value("select count(*) from public.reminders where case_id = any (%s)", cases)
    assert found == 10


def test_only_the_job_runs_rules(desk, rule):
    for caller in (DANA, STAFF):
        with refused("42501"):
            desk(caller).ask(RUN)


def test_a_member_who_does_not_manage_switches_no_rule(desk, owner, rule):
    with refused("PT404"):
        desk(DANA).ask("select private.reminder_rule_first(%s)", rule)
    desk(DANA).ask("select * from private.reminder_rule_switch(%s, false)", rule)

    assert owner.value("select is_on from public.reminder_rules where id = %s", rule)


def test_what_a_rule_would_do_is_seen_of_the_own_office_alone(desk, rule):
    helper = json.dumps({"case_info": {"inspection_date": "2040-05-05"}})
    desk(DANA).open(any_plate(), helper)
    plan = "select count(*) from public.reminder_rules r, private.reminder_rule_plan(r) p where r.id = %s"

    assert desk(STAFF).value(plan, rule) > 0
    assert desk(TAMAR).value(plan, rule) == 0
