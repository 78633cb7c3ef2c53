"""Reminders by rules: one for a case and a date, moved with it, cancelled with its reason, and never a second one."""

from datetime import date, timedelta

import pytest

from cases.models import Case
from cases.payments import Payment
from core import acting
from reminders import calendar, rules_running, services
from reminders.models import Reminder
from reminders.rules import ReminderRule, RuleReminder
from tests import cast
from tests.admin.conftest import GHOST, demote, may, staff  # noqa: F401
from tests.reminders.back_office import LIST, RULES, as_person, words


def day(days):
    return calendar.today() + timedelta(days=days)


def inspected(days):
    return {"case_info": {"inspection_date": day(days).isoformat()}}


@pytest.fixture
def rule(db):
    """A rule of Noam's office, switched on."""

    def made(based_on="inspection_date", days=1, direction="before", *, is_on=True, **more):
        with as_person():
            kept = ReminderRule(based_on=based_on, days=days, direction=direction, **{"title": "לפי כלל"} | more)
            ReminderRule.objects.bulk_create([kept])
            if is_on:
                rules_running.switch(kept.pk, is_on=True)
        return kept

    return made


@pytest.fixture
def pay(api, dana):
    def paid(case, **facts):
        answer = api(dana).post("payments", {"case_id": case["case_id"], **facts})
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()["id"]

    return paid


def run(*, everything=False):
    return rules_running.run(everything=everything)


def made_for(case):
    """What rules made about a case, as it stands."""
    with acting.acting(acting.SERVICE):
        return list(Reminder.objects.filter(case_id=case["case_id"]).order_by("created_at"))


def only(case):
    [found] = made_for(case)
    return found


def save(api, case, helper, version=1):
    answer = api(cast.DANA).put(f"cases/{case['case_id']}/helper", {"helper": helper, "version": version})
    assert answer.status_code == 200, answer.content


def test_an_office_begins_with_rules_that_are_off(db):
    with as_person():
        rules = list(ReminderRule.objects.all())

    assert len(rules) >= 4
    assert {one.based_on for one in rules} >= {"inspection_date", "expected_payment", "unpaid_fee", "last_update"}
    assert not any(one.is_on for one in rules)


def test_a_reminder_is_made_once_however_often_rules_run(rule, open_case):
    case = open_case(inspected(10))
    rule(days=2)

    for everything in (False, True, False):
        run(everything=everything)

    found = only(case)
    assert (found.due_date, found.title, found.status) == (day(8), "לפי כלל", "ממתין")


def test_it_moves_with_its_date(rule, open_case, api):
    case = open_case(inspected(10))
    rule(days=2)
    first = only(case)

    save(api, case, inspected(20))
    run()

    assert (only(case).pk, only(case).due_date) == (first.pk, day(18))


@pytest.mark.parametrize(
    "touch",
    [
        lambda pk: services.update(pk, title="שלי"),
        lambda pk: services.update(pk, due_date=day(3)),
        lambda pk: services.update(pk, assigned_to_id=cast.DANA.user_id),
        lambda pk: services.snooze(pk, calendar.tomorrow_of(Reminder.objects.get(pk=pk))),
    ],
)
def test_what_somebody_touched_stays_and_gets_no_second(rule, open_case, api, touch):
    case = open_case(inspected(10))
    rule(days=2)
    with as_person(cast.DANA):
        touch(only(case).pk)
    before = only(case)

    save(api, case, inspected(20))
    run()
    run(everything=True)

    now = only(case)
    assert (now.due_date, now.title, now.snoozed_until) == (before.due_date, before.title, before.snoozed_until)


def test_what_was_done_is_not_made_again_until_the_date_is_another(rule, open_case, api):
    case = open_case(inspected(10))
    rule(days=2)
    with as_person(cast.DANA):
        services.complete(only(case).pk)
    run(everything=True)
    assert [one.status for one in made_for(case)] == ["הושלם"]

    save(api, case, inspected(20))
    run()
    assert [(one.status, one.due_date) for one in made_for(case)] == [("הושלם", day(8)), ("ממתין", day(18))]

    save(api, case, inspected(10), 2)
    run()
    assert [one.status for one in made_for(case)] == ["הושלם", "בוטל"]


def test_what_somebody_cancelled_stays_cancelled(rule, open_case):
    case = open_case(inspected(10))
    rule()
    with as_person(cast.DANA):
        services.cancel(only(case).pk)

    run(everything=True)

    assert only(case).status == "בוטל"


def test_closing_cancels_and_opening_again_brings_the_same_one_back(rule, open_case, api, dana):
    case = open_case(inspected(10))
    rule()
    first = only(case)

    assert api(dana).patch(f"cases/{case['case_id']}", {"status": "CLOSED"}).status_code == 200
    run()
    assert only(case).status == "בוטל"
    assert api(dana).patch(f"cases/{case['case_id']}", {"status": "OPEN"}).status_code == 200
    run()
    assert (only(case).pk, only(case).status) == (first.pk, "ממתין")


def test_a_date_that_is_gone_cancels(rule, open_case, api):
    case = open_case(inspected(10))
    rule()

    save(api, case, {"case_info": {}})
    run()

    assert only(case).status == "בוטל"


def test_paying_cancels_also_what_was_put_off(rule, open_case, pay, api, dana):
    case = open_case()
    payment = pay(case, expected_payment_date=day(9).isoformat())
    rule("expected_payment", 3)
    with as_person(cast.DANA):
        services.snooze(only(case).pk, calendar.tomorrow_of(only(case)))

    assert api(dana).patch(f"payments/{payment}", {"payment_status": "שולם במלואו"}).status_code == 200
    run()

    assert only(case).status == "בוטל"


def test_a_fee_is_reminded_of_when_it_is_late_and_not_before(rule, open_case, pay, api, dana):
    late, coming = open_case(), open_case()
    pay(late, expected_payment_date=day(-100).isoformat())
    payment = pay(coming, expected_payment_date=day(-3).isoformat())

    rule("unpaid_fee", 7, "after")

    assert only(late).due_date == day(0)
    assert made_for(coming) == []
    assert api(dana).patch(f"payments/{payment}", {"expected_payment_date": day(-8).isoformat()}).status_code == 200
    run()
    assert only(coming).due_date == day(0)
    run(everything=True)
    assert (only(late).due_date, only(coming).due_date) == (day(0), day(0))


def test_what_was_due_before_the_rule_began_makes_nothing(rule, open_case):
    old, case = open_case(inspected(-30)), open_case(inspected(0))
    rule(days=0)

    assert made_for(old) == []
    assert only(case).due_date == day(0)


def test_days_after_opening_and_after_the_last_update(rule, open_case):
    case = open_case()
    rule("opened", 5, "after", title="נפתח")
    rule("last_update", 14, "after", title="עודכן")

    assert {(one.title, one.due_date) for one in made_for(case)} == {("נפתח", day(5)), ("עודכן", day(14))}


def test_the_damage_date_of_the_payment_goes_before_the_helpers(rule, open_case, pay):
    helper = {"case_info": {"damage_date": day(2).isoformat()}}
    case, other = open_case(helper), open_case(helper)
    pay(case, damage_date=day(5).isoformat())
    rule("damage_date", 30, "after")

    assert (only(case).due_date, only(other).due_date) == (day(35), day(32))


def test_it_is_for_whom_the_case_is_assigned_to(rule, open_case, api, dana):
    case = open_case(inspected(10))
    rule(assigned_to_id=cast.NOAM.user_id)
    assert only(case).assigned_to_id == cast.NOAM.user_id

    with as_person():
        Case.objects.filter(pk=case["case_id"]).update(assigned_to=cast.DANA.user_id)
    run()

    assert only(case).assigned_to_id == cast.DANA.user_id


def test_rules_stay_in_their_office(rule, open_case, tamar):
    theirs = open_case(inspected(10), person=tamar)
    rule()
    run(everything=True)

    assert made_for(theirs) == []
    with as_person(cast.URI):
        assert not RuleReminder.objects.exists()


def test_the_page_previews_what_would_be_made_and_switching_makes_just_that(staff, rule, open_case):  # noqa: F811
    cases = [open_case(inspected(10 + n)) for n in range(3)]
    open_case(inspected(-30))
    kept, noam = rule(days=2, is_on=False), staff()

    page = noam.get(f"{RULES}{kept.pk}/")
    assert page.context_data["count"] == 3
    assert {str(one.case_id) for one in page.context_data["wanted"]} == {case["case_id"] for case in cases}
    assert all(made_for(case) == [] for case in cases)

    answer = noam.post(f"{RULES}{kept.pk}/switch/", {"on": "1"}, follow=True)
    assert "נוצרו 3 תזכורות" in words(answer)
    assert [only(case).due_date for case in cases] == [day(8), day(9), day(10)]
    assert answer.context_data["count"] == 0
    assert len(noam.get(LIST, {"rule": str(kept.pk)}).context_data["cl"].result_list) == 3

    noam.post(f"{RULES}{kept.pk}/switch/", {"on": "0"})
    with as_person():
        assert not ReminderRule.objects.get(pk=kept.pk).is_on
    assert all(only(case).status == "ממתין" for case in cases)


def test_managers_write_rules(staff):  # noqa: F811
    noam = staff()
    given = {
        "title": "שבוע אחרי הבדיקה", "days": "7", "direction": "after", "based_on": "inspection_date",
        "category": "תזכורת מעקב", "priority": "רגיל", "due_time": "08:00", "channel": "mail", "to_case_assignee": "on",
    }  # fmt: skip

    answer = noam.post(f"{RULES}add/", given, follow=True)
    assert answer.status_code == 200
    assert "הכלל נשמר" in words(answer)
    pk = answer.context_data["rule"].pk
    noam.post(f"{RULES}{pk}/", {**given, "days": "9"})
    with as_person():
        rule = ReminderRule.objects.get(pk=pk)
    assert (rule.days, rule.is_on, str(rule.due_time)) == (9, False, "08:00:00")

    late = {**given, "based_on": "unpaid_fee", "direction": "before"}
    assert noam.post(f"{RULES}add/", late).status_code == 422
    assert noam.post(f"{RULES}add/", {**given, "days": "-1"}).status_code == 422


def test_who_does_not_manage_looks_only(staff, rule, demote):  # noqa: F811
    kept, noam = rule(is_on=False), staff()
    demote()

    assert noam.get(f"{RULES}{kept.pk}/").status_code == 200
    for address in ("add/", f"{kept.pk}/", f"{kept.pk}/switch/"):
        assert noam.post(f"{RULES}{address}", {"on": "1"}).status_code == 403
    with as_person():
        assert not ReminderRule.objects.get(pk=kept.pk).is_on


def test_another_offices_rule_is_not_there(staff, rule):  # noqa: F811
    kept, uri = rule(is_on=False), staff("uri")

    for pk in (kept.pk, GHOST):
        assert uri.get(f"{RULES}{pk}/").status_code == 404
        assert uri.post(f"{RULES}{pk}/switch/", {"on": "1"}).status_code == 404


def test_a_days_number_counts_over_years(rule, open_case):
    case = open_case({"case_info": {"inspection_date": "2028-02-29"}})
    rule(days=365, direction="after")

    assert only(case).due_date == date(2029, 2, 28)


def test_a_payment_taken_off_the_list_is_no_reason(rule, open_case, pay, api, dana):
    case = open_case()
    payment = pay(case, expected_payment_date=day(9).isoformat())
    rule("expected_payment", 3)
    with as_person():
        Payment.objects.filter(pk=payment).update(removed_at="2026-01-01T00:00Z")

    run()

    assert only(case).status == "בוטל"
