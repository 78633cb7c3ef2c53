"""Recurrence: the days of a rule as dateutil finds them, at the same time on the wall whatever the clocks do."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from dateutil.rrule import rrulestr
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from reminders import recurring
from reminders.recurring import ISRAEL, Series, moment, read

# When clocks in Israel went forward, and back.
FORWARD = [date(2024, 3, 29), date(2025, 3, 28), date(2026, 3, 27), date(2027, 3, 26), date(2030, 3, 29)]
BACK = [date(2024, 10, 27), date(2025, 10, 26), date(2026, 10, 25), date(2027, 10, 31), date(2030, 10, 27)]
NINE = time(9)


def series(rule, start, at=NINE):
    return Series(start, at, read(rule))


@pytest.mark.parametrize("day", FORWARD + BACK)
def test_nine_stays_nine_over_a_clock_change(day):
    days = series("FREQ=DAILY", day - timedelta(days=3)).between(day - timedelta(days=3), day + timedelta(days=3))
    moments = [moment(one, NINE) for one in days]

    assert [one.astimezone(ISRAEL).time() for one in moments] == [NINE] * 7
    gaps = {after - before for before, after in pairwise(moments)}
    assert gaps == {timedelta(hours=24), timedelta(hours=23 if day in FORWARD else 25)}


@pytest.mark.parametrize("day", FORWARD)
def test_a_time_that_does_not_exist_is_as_much_later(day):
    assert moment(day, time(2, 30)).astimezone(ISRAEL).time() == time(3, 30)


@pytest.mark.parametrize("day", BACK)
def test_a_time_that_is_shown_twice_is_the_second_one(day):
    once, told = datetime.combine(day, time(1, 30), ISRAEL), moment(day, time(1, 30))

    assert told - once.astimezone(UTC) == timedelta(hours=1)
    assert told.astimezone(ISRAEL).time() == time(1, 30)


@pytest.mark.django_db
@pytest.mark.parametrize("day", FORWARD + BACK)
def test_postgres_says_the_same_of_every_quarter_of_an_hour(day):
    for quarter in range(24 * 4):
        at = time(quarter // 4, quarter % 4 * 15)
        with connection.cursor() as cursor:
            cursor.execute("select (%s::date + %s::time) at time zone 'Asia/Jerusalem'", [day, at])
            assert cursor.fetchone()[0] == moment(day, at)


days_of_week = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True
)
month_days = st.lists(st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=4, unique=True)


@st.composite
def rules(draw):
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.integers(1, 3 if freq == "YEARLY" else 9)))}
    slow = freq in {"MONTHLY", "YEARLY"}
    if draw(st.booleans()):
        named = draw(days_of_week)
        # Plain days and counted ones mixed: dateutil takes both for a condition, RFC 5545 either.
        nth = draw(st.sampled_from(["", "1", "2", "-1", "5"])) if slow else ""
        parts["BYDAY"] = ",".join(f"{nth}{day}" for day in named)
    if freq != "WEEKLY" and draw(st.booleans()):
        parts["BYMONTHDAY"] = ",".join(map(str, draw(month_days)))
    if slow and {"BYDAY", "BYMONTHDAY"} & set(parts) and draw(st.booleans()):
        parts["BYSETPOS"] = draw(st.sampled_from(["1", "-1", "2", "1,-1"]))
    ending = draw(st.sampled_from(["", "UNTIL", "COUNT"]))
    if ending == "UNTIL":
        parts["UNTIL"] = draw(st.dates(date(2025, 1, 1), date(2032, 1, 1))).strftime("%Y%m%d")
    return parts, draw(st.integers(1, 40)) if ending == "COUNT" else None


def of_dateutil(parts, start, first, last):
    """The same by dateutil, in naive times."""
    told = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    until = datetime.strptime(parts["UNTIL"], "%Y%m%d") + timedelta(hours=24) if "UNTIL" in parts else datetime.max
    rule = rrulestr(told, dtstart=datetime.combine(start, NINE))
    beyond = datetime.combine(last, time.max)
    found = rule.replace(until=min(until, beyond))
    return [one.date() for one in found if first <= one.date() <= last]


@settings(max_examples=400, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.integers(0, 1500))
def test_the_days_are_those_of_dateutil(rule, start, later):
    parts, count = rule
    told = ";".join(f"{name}={value}" for name, value in parts.items())
    first, last = start + timedelta(days=later), start + timedelta(days=later + 800)

    if count is None:
        expected = [day for day in of_dateutil(parts, start, first, last) if day != start]
        expected = [start, *expected] if first == start else expected
        assert series(told, start).between(first, last) == expected
    else:
        every = [day for day in of_dateutil(parts, start, start, last) if day != start]
        expected = [day for day in [start, *every][:count] if day >= first]
        assert series(f"{told};COUNT={count}", start).between(first, last) == expected


@settings(max_examples=200, deadline=None)
@given(rules(), st.sampled_from(FORWARD + BACK), st.integers(-3, 3), st.times())
def test_the_next_day_is_the_first_one_between(rule, day, off, at):
    parts, count = rule
    told = ";".join(f"{name}={value}" for name, value in parts.items()) + (f";COUNT={count}" if count else "")
    one = Series(day + timedelta(days=off), at, read(told))

    following = one.after(day)

    days = one.between(day + timedelta(days=1), day + recurring.HORIZON)
    assert following == (days[0] if days else None)
    before = one.latest(day)
    assert before == next(iter(one.between(one.start, day)[-1:]), None)


@pytest.mark.parametrize(
    ("pattern", "start", "expected"),
    [
        ("daily", date(2026, 10, 24), [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]),
        ("weekly", date(2026, 12, 28), [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]),
        ("monthly", date(2027, 1, 15), [date(2027, 1, 15), date(2027, 2, 15), date(2027, 3, 15)]),
        ("monthly", date(2027, 1, 31), [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]),
        ("monthly", date(2027, 12, 30), [date(2027, 12, 30), date(2028, 1, 30), date(2028, 2, 29)]),
    ],
)
def test_the_patterns_of_the_screens(pattern, start, expected):
    one = Series(start, NINE, recurring.of_pattern(pattern, start, None))
    ending = Series(start, NINE, recurring.of_pattern(pattern, start, expected[1]))

    assert one.between(start, start + timedelta(days=3660))[:3] == expected
    assert ending.between(start, start + timedelta(days=3660)) == expected[:2]


@pytest.mark.parametrize(
    "rule",
    [
        *("", "x", "FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY", "INTERVAL=2", "FREQ=DAILY;FREQ=DAILY"),
        *("FREQ=DAILY;BYHOUR=1,2", "FREQ=DAILY;BYWEEKNO=1", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=367"),
        *("FREQ=YEARLY;INTERVAL=11", "FREQ=MONTHLY;INTERVAL=121", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=1001"),
        *("FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=2027", "FREQ=DAILY;UNTIL=20271301"),
        *("FREQ=DAILY;UNTIL=20270101T256000Z", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY="),
        *(
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=DAILY;BYSETPOS=2",
        ),
        *("FREQ=MONTHLY;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=54MO", "FREQ=DAILY\nX=1", "FREQ=DAILY;DTSTART=20270101"),
    ],
)
def test_what_is_no_rule_of_ours_is_refused(rule):
    with pytest.raises(Invalid) as refused:
        read(rule)

    assert refused.value.details[0]["pointer"] == "/rrule"


def test_a_rule_is_kept_in_one_spelling():
    assert recurring.written("rrule:byday=mo,we;freq=weekly;") == "FREQ=WEEKLY;BYDAY=MO,WE"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTHDAY=31;BYDAY=5MO;BYSETPOS=300",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=1000",
    ],
)
@pytest.mark.parametrize("start", [date(2000, 2, 1), date(2199, 2, 1)])
def test_a_rule_that_never_comes_true_is_soon_known_to(rule, start):
    # dateutil walks on to the year 9999, which takes it 0.1 to 0.9 s with these; we need 10 ms at most.
    begin = clock.process_time()

    assert series(rule, start).after(max(start, date(2026, 11, 23))) is None
    assert clock.process_time() - begin < 0.07


def test_a_series_of_long_ago_is_not_walked_through():
    begin = clock.process_time()

    for _ in range(100):
        assert series("FREQ=DAILY", date(2000, 1, 1)).after(date(2150, 5, 5)) == date(2150, 5, 6)
    assert clock.process_time() - begin < 1


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270103", date(2027, 1, 3)),
        ("20270103T085959", date(2027, 1, 2)),
        ("20270103T090000", date(2027, 1, 3)),
        # 09:00 in Israel is 07:00 in winter.
        ("20270103T070000Z", date(2027, 1, 3)),
        ("20270103T065959Z", date(2027, 1, 2)),
    ],
)
def test_until_is_a_moment_on_the_wall_and_with_it(until, last):
    assert series(f"FREQ=DAILY;UNTIL={until}", date(2027, 1, 1)).between(date(2027, 1, 1), date(2027, 2, 1))[-1] == last


def test_the_first_day_counts_also_where_the_rule_does_not_name_it():
    one = series("FREQ=WEEKLY;BYDAY=SU;COUNT=3", date(2027, 1, 5))

    assert one.between(date(2027, 1, 1), date(2028, 1, 1)) == [date(2027, 1, 5), date(2027, 1, 10), date(2027, 1, 17)]


def test_the_last_day_on_which_a_time_is_over():
    assert recurring.last_over(NINE, datetime(2027, 1, 5, 6, 59, tzinfo=UTC)) == date(2027, 1, 4)
    assert recurring.last_over(NINE, datetime(2027, 1, 5, 7, 0, tzinfo=UTC)) == date(2027, 1, 5)
