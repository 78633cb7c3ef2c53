"""What is due is released: once, never early, and one message for whatever was slept through."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting
from reminders import recurring, releasing
from tests.reminders.desk import ISRAEL, as_service, mail, news, on_the_wall, release

DAY = timedelta(days=1)


def test_make_is_told_by_ids_alone_and_once(desk, hook, open_case):
    case = open_case()
    made = desk.due("סוד גדול", description="לא לרשום", case_id=case["case_id"])

    assert (release(), release()) == (1, 0)

    [time] = desk.times(made)
    [told] = news()
    assert told == {
        "reminder_id": made["id"],
        "occurrence_id": time["id"],
        "due_at": told["due_at"],
        "channel": "mail",
        "attempt": 1,
    }
    assert datetime.fromisoformat(told["due_at"]) == datetime.fromisoformat(made["due_at"])
    assert (time["status"], time["sent_via"], time["due_at"]) == ("QUEUED", "MAKE", made["due_at"])
    now = desk.read(made)
    assert (now["status"], now["next_at"], now["notification_sent"]) == ("באיחור", None, False)


def test_nothing_is_early(desk, hook):
    desk.make()
    snoozed = desk.due()
    desk.do("snooze", snoozed, {"minutes": 10})

    assert release() == 0
    assert news() == []


def test_what_the_caller_decided_too_early_is_looked_at_again(desk, hook):
    made, later = desk.due(), desk.make()
    soon = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    times = [
        {"id": made["id"], "due_at": soon, "sent_via": "MAKE"},
        {"id": later["id"], "due_at": later["due_at"], "sent_via": "MAKE"},
    ]
    [(count,)] = as_service("select private.reminders_release_due(%s)", Jsonb(times))

    assert (count, news(), desk.read(later)["status"]) == (0, [], "ממתין")


def test_what_is_done_or_cancelled_is_not_released(desk, hook):
    for verb in ("complete", "cancel"):
        desk.do(verb, desk.due())

    assert (release(), news()) == (0, [])


def test_a_snoozed_one_is_told_again_at_its_new_time(desk, hook):
    made = desk.due()
    release()
    desk.do("snooze", made, {"minutes": 1})
    as_service(
        "update public.reminders set snoozed_until = clock_timestamp() - interval '1 second' where id = %s", made["id"]
    )

    assert release() == 1
    first, again = sorted(desk.times(made), key=lambda time: time["due_at"])
    assert (first["due_at"], again["status"]) == (made["due_at"], "QUEUED")
    assert len({told["occurrence_id"] for told in news()}) == 2
    assert desk.read(made)["snoozed_until"] is None


def test_somebody_who_is_not_to_be_told_is_not_and_it_is_overdue_all_the_same(desk, hook):
    made = desk.due(send_notification=False)

    release()

    [time] = desk.times(made)
    assert (time["status"], time["sent_via"], desk.read(made)["status"]) == ("SILENT", "NOBODY", "באיחור")
    assert news() == []


def test_where_nobody_listens_that_is_said_and_a_person_has_it_told_again(desk, request):
    made = desk.due()
    release()
    [time] = desk.times(made)
    assert (time["status"], time["reason"]) == ("FAILED", "nobody_listens")

    request.getfixturevalue("hook")
    answer = desk.api.post(f"reminders/{made['id']}/occurrences/{time['id']}/retry")

    assert (answer.status_code, answer.json()["status"], answer.json()["attempts"]) == (202, "QUEUED", 2)
    assert [told["attempt"] for told in news()] == [1, 2]
    assert desk.api.post(f"reminders/{made['id']}/occurrences/{time['id']}/retry").status_code == 409


def test_what_make_never_took_has_failed(desk, hook):
    made = desk.due()
    release()
    as_service("update private.deliveries set status = 'dead' where endpoint_id = %s", hook.pk)

    release()

    [time] = desk.times(made)
    assert (time["status"], time["reason"]) == ("FAILED", "make_did_not_answer")


def test_a_series_is_released_day_by_day(desk, hook):
    made = desk.due(rrule="FREQ=DAILY;COUNT=3")
    release()

    now = desk.read(made)
    due = datetime.fromisoformat(made["due_at"])
    assert (now["status"], now["due_at"]) == ("באיחור", made["due_at"])
    assert abs(datetime.fromisoformat(now["next_at"]) - due - DAY) <= timedelta(hours=1)
    done = desk.do("complete", made)
    assert (done["status"], done["due_at"]) == ("ממתין", now["next_at"])
    [time] = desk.times(made)
    assert time["completed_at"] is not None


def test_after_a_long_sleep_one_message_is_sent_for_all_that_was_missed(desk, hook):
    made = desk.due(rrule="FREQ=DAILY", **on_the_wall(days=-30, minutes=-2))

    assert release() == 1

    [time] = desk.times(made)
    today = datetime.now(recurring.ISRAEL)
    assert datetime.fromisoformat(time["due_at"]) > today - timedelta(minutes=10)
    now = desk.read(made)
    # What is overdue is the first of them, and the next one is still to come.
    assert (now["due_at"], now["status"]) == (made["due_at"], "באיחור")
    assert timedelta() < datetime.fromisoformat(now["next_at"]) - today < timedelta(hours=26)
    done = desk.do("complete", made)
    assert done["due_at"] == now["next_at"]
    assert len(news()) == 1


def test_a_series_past_its_end_is_told_once_and_is_over(desk, hook):
    last = on_the_wall(days=-5)["due_date"]
    made = desk.due(recurrence_pattern="daily", **on_the_wall(days=-9), recurrence_end_date=last)

    release()

    assert desk.read(made)["next_at"] is None
    [time] = desk.times(made)
    assert datetime.fromisoformat(time["due_at"]).astimezone(ISRAEL).date() == date.fromisoformat(last)
    assert desk.do("complete", made)["status"] == "הושלם"


def test_another_rule_for_what_is_overdue_is_planned_and_nobody_is_told_twice(desk, hook):
    made = desk.due(rrule="FREQ=DAILY")
    release()
    desk.change(made, rrule="FREQ=DAILY;INTERVAL=7")

    release()

    now = desk.read(made)
    gap = datetime.fromisoformat(now["next_at"]) - datetime.fromisoformat(made["due_at"])
    assert timedelta(days=6) < gap < timedelta(days=8)
    assert (len(news()), release()) == (1, 0)
    desk.change(made, rrule=None)
    assert (desk.read(made)["next_at"], release()) == (None, 0)


def test_what_was_written_past_our_doors_and_makes_no_sense_holds_nobody_up(desk, hook):
    odd = desk.due()
    desk.due()
    as_service("update public.reminders set rrule = 'FREQ=DAILY;BYHOUR=1,2' where id = %s", odd["id"])

    assert release() == 2

    assert len(news()) == 2
    assert desk.read(odd)["next_at"] is None
    assert desk.do("complete", odd)["status"] == "הושלם"


@pytest.mark.parametrize("count", [releasing.BATCH + 7])
def test_more_than_a_batch_comes_batch_by_batch(desk, hook, count):
    with_service = [f"('r{n}', current_date - 1)" for n in range(count)]
    as_service(
        f"insert into public.reminders (title, due_date, org_id) select t, d, o.id"
        f" from (values {', '.join(with_service)}) v (t, d), public.orgs o where o.id = %s",
        hook.org_id,
    )

    assert (release(), release(), release()) == (releasing.BATCH, 7, 0)
    assert len({told["occurrence_id"] for told in news()}) == count


def test_a_mail_of_our_own_is_sent_once_under_one_id(desk, mailserver, dana, open_case):
    made = desk.due(
        "לבדוק תשלום", description="שורה שנייה", case_id=open_case()["case_id"], assigned_to=str(dana.user_id)
    )
    release()
    [waiting] = desk.times(made)
    assert (waiting["sent_via"], waiting["status"], waiting["told_to"]) == ("SMTP", "QUEUED", str(dana.user_id))

    mail()
    mail()

    got = mailserver.mail()
    [time] = desk.times(made)
    assert (time["status"], time["outside_id"]) == ("SENT", f"<{time['id']}@example.test>")
    assert (got["Message-ID"], got["Subject"]) == (time["outside_id"], "תזכורת: לבדוק תשלום")
    assert ("dana@example.test" in got["To"], "שורה שנייה" in got.get_content()) == (True, True)
    now = desk.read(made)
    assert (now["notification_sent"], now["notification_sent_at"]) == (True, time["sent_at"])


def test_a_mail_nobody_takes_is_tried_again_and_then_stands_as_failed(desk, mailserver, settings, dana):
    settings.MESSAGE_RETRY_SECONDS = [0]
    mailserver.says["END"] = "451 later"
    made = desk.due(assigned_to=str(dana.user_id))
    release()

    mail()

    [time] = desk.times(made)
    assert (time["status"], time["reason"], time["attempts"]) == ("FAILED", "smtp_451", 2)
    assert desk.read(made)["notification_sent"] is False
    mailserver.says.clear()
    assert desk.api.post(f"reminders/{made['id']}/occurrences/{time['id']}/retry").json()["status"] == "QUEUED"
    mail()
    assert desk.times(made)[0]["status"] == "SENT"


def test_what_was_done_before_it_was_mailed_is_not_mailed(desk, mailserver, dana):
    made = desk.due(assigned_to=str(dana.user_id))
    release()
    desk.do("complete", made)

    mail()

    assert mailserver.mails == []
    assert desk.times(made)[0]["status"] == "SILENT"


def test_the_next_time_of_a_series_starts_untold(desk, mailserver, dana):
    made = desk.due(assigned_to=str(dana.user_id), rrule="FREQ=DAILY")
    release()
    mail()
    assert desk.read(made)["notification_sent"]

    assert desk.do("complete", made)["notification_sent"] is False


def test_a_series_that_a_screen_completed_waits_for_its_next_time(desk, hook, dana):
    made = desk.due(recurrence_pattern="daily")
    release()
    with acting.acting(acting.PERSON, dana.claims), connection.cursor() as cursor:
        cursor.execute("update public.reminders set status = 'הושלם' where id = %s", [made["id"]])
    assert desk.read(made)["status"] == "הושלם"

    release()

    now, [time] = desk.read(made), desk.times(made)
    assert (now["status"], now["completed_at"], now["next_at"]) == ("ממתין", None, now["due_at"])
    assert datetime.fromisoformat(now["due_at"]) > datetime.now(UTC)
    assert time["completed_by"] == str(dana.user_id)


def test_the_machinerys_columns_are_not_the_callers(desk, dana):
    made = desk.make()
    with acting.acting(acting.PERSON, dana.claims), connection.cursor() as cursor:
        cursor.execute(
            """update public.reminders set next_at = now() - interval '1 day', rolls_on = true,
              notification_sent = true, starts_on = '2020-01-01', due_at = '2020-01-01' where id = %s""",
            [made["id"]],
        )

    assert (desk.read(made) | {"updated_at": made["updated_at"]}, release()) == (made, 0)
