"""When a reminder comes again: recurrence rules as days, at the same time on the wall whatever the clocks do."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import Invalid
from reminders.models import Reminder

ISRAEL = ZoneInfo("Asia/Jerusalem")
# A series ends where nothing follows for so long, so that a rule that never comes true is not searched for ever.
HORIZON = timedelta(days=3660)
_MOST_COUNT = 1000
_LAST_DAY = date(2200, 1, 1)
DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
# At most ten years from one to the next: see HORIZON.
_MOST_INTERVAL = {DAILY: 366, WEEKLY: 366, MONTHLY: 120, YEARLY: 10}
_DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_PART = re.compile(r"([A-Z]+)=([-+0-9A-Z,]+)")
_BYDAY = re.compile(r"([-+]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z)?)?")


@dataclass(frozen=True)
class Rule:
    """A recurrence rule without its beginning."""

    freq: str
    interval: int = 1
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None


def read(text: str) -> Rule:
    """A rule as RFC 5545 writes it. Raises Invalid, at /rrule, for what is none or is not taken."""
    parts: dict[str, str] = {}
    for part in _parts(text):
        found = _PART.fullmatch(part)
        if found is None or found[1] in parts:
            raise _wrong("a rule is a list such as FREQ=WEEKLY;BYDAY=MO,WE")
        parts[found[1]] = found[2]
    if unknown := set(parts) - set(_READERS):
        raise _wrong(f"{min(unknown)} is not taken")
    if "FREQ" not in parts:
        raise _wrong("FREQ is missing")
    if {"COUNT", "UNTIL"} <= set(parts):
        raise _wrong("COUNT and UNTIL exclude each other")
    known = {name.lower(): _READERS[name](value) for name, value in parts.items()}
    rule = Rule(**known)
    if any(nth for _day, nth in rule.byday) and rule.freq not in {MONTHLY, YEARLY}:
        raise _wrong("a number before a day of the week needs FREQ=MONTHLY or YEARLY")
    if rule.bymonthday and rule.freq == WEEKLY:
        raise _wrong("BYMONTHDAY does not go with FREQ=WEEKLY")
    if rule.bysetpos and (rule.freq in {DAILY, WEEKLY} or not (rule.byday or rule.bymonthday)):
        raise _wrong("BYSETPOS needs FREQ=MONTHLY or YEARLY, and BYDAY or BYMONTHDAY")
    if rule.interval > _MOST_INTERVAL[rule.freq]:
        raise _wrong(f"INTERVAL is at most {_MOST_INTERVAL[rule.freq]} here")
    return rule


def written(text: str) -> str:
    """The rule as it is kept: in capitals, FREQ first. Raises Invalid."""
    read(text)
    return ";".join(sorted(_parts(text), key=lambda part: not part.startswith("FREQ=")))


def _parts(text: str) -> list[str]:
    return text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";")


def moment(day: date, at: time) -> datetime:
    """The instant in which a clock in Israel shows this.

    Where clocks go forward over it, it is as much later; where they show it twice, the second time. So says Postgres.
    """
    wall = datetime.combine(day, at, ISRAEL)
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def last_over(at: time, now: datetime) -> date:
    """The last day on which this time of day is over."""
    today = now.astimezone(ISRAEL).date()
    return today if moment(today, at) <= now else today - timedelta(days=1)


@dataclass(frozen=True)
class Series:
    """The days of one reminder: its first, then those of its rule. The first counts, whatever the rule says."""

    start: date
    at: time
    rule: Rule | None

    @property
    def is_regular(self) -> bool:
        """Whether its first day is one of its rule's own."""
        rule = self.rule
        return rule is None or self.start in _chosen(rule, self.start, *_period(rule.freq, self.start, 0))

    def after(self, day: date) -> date | None:
        """The first of its days after `day`; None where the series is over."""
        last = min(max(day, self.start) + HORIZON, _LAST_DAY)
        return next((found for found in self._days(day, last) if found > day), None)

    def latest(self, last: date) -> date | None:
        """The last of its days up to `last`, as far back as one looks ahead; None where there is none."""
        back = max(self.start, last - HORIZON)
        return next(iter(deque(self._days(back - timedelta(days=1), last), maxlen=1)), None)

    def between(self, first: date, last: date, most: int = 1000) -> list[date]:
        """Its days from `first` to `last`, both within, `most` of them."""
        days = self._days(first - timedelta(days=1), min(last, _LAST_DAY))
        return list(islice((day for day in days if day >= first), most))

    def _days(self, after: date, last: date) -> Iterator[date]:
        """Its days up to `last`; those up to `after` may be left out."""
        if self.start <= last:
            yield self.start
        if self.rule is not None:
            # The first day is one of COUNT.
            yield from islice(self._following(self.rule, after, last), self.rule.count and self.rule.count - 1)

    def _following(self, rule: Rule, after: date, last: date) -> Iterator[date]:
        """Its days after the first, up to `last` and to the end of the rule."""
        # Who counts begins at the beginning; else nobody walks through the years before.
        turn = 0 if rule.count or after <= self.start else _turn(rule.freq, self.start, after) // rule.interval
        end = min(rule.until or datetime.max, datetime.combine(last, time.max))
        while (period := _period(rule.freq, self.start, turn * rule.interval))[0] <= last:
            for day in _chosen(rule, self.start, *period):
                if day > self.start and datetime.combine(day, self.at) <= end:
                    yield day
            turn += 1


def series(reminder: Reminder) -> Series:
    """The series of a reminder; the only day of one that does not recur is its due date. Raises Invalid."""
    return Series(reminder.starts_on, reminder.due_time, _rule(reminder))


def _rule(reminder: Reminder) -> Rule | None:
    if reminder.rrule:
        return read(reminder.rrule)
    if not reminder.is_recurring or not reminder.recurrence_pattern:
        return None
    return of_pattern(reminder.recurrence_pattern, reminder.starts_on, reminder.recurrence_end_date)


def of_pattern(pattern: str, start: date, end: date | None) -> Rule:
    """What the screens call daily, weekly and monthly, until a day and with it.

    Monthly from the 29th on is the last day of a month that is too short.
    """
    until = datetime.combine(end, time.max) if end else None
    days = tuple(range(28, start.day + 1)) if pattern == Reminder.Pattern.MONTHLY and start.day > 28 else ()
    return Rule(pattern.upper(), bymonthday=days, bysetpos=(-1,) if days else (), until=until)


def _period(freq: str, start: date, turn: int) -> tuple[date, date]:
    """The first and last day of the day, week, month or year that many after the one `start` lies in."""
    if freq == DAILY:
        return start + timedelta(days=turn), start + timedelta(days=turn)
    if freq == WEEKLY:
        monday = start + timedelta(days=7 * turn - start.weekday())
        return monday, monday + timedelta(days=6)
    if freq == YEARLY:
        return date(start.year + turn, 1, 1), date(start.year + turn, 12, 31)
    year, month = divmod(start.year * 12 + start.month - 1 + turn, 12)
    return date(year, month + 1, 1), date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def _turn(freq: str, start: date, day: date) -> int:
    """How many days, weeks, months or years after that of `start` the one of `day` is."""
    if freq in {DAILY, WEEKLY}:
        begins, there = _period(freq, start, 0)[0], _period(freq, day, 0)[0]
        return (there - begins).days // (7 if freq == WEEKLY else 1)
    years = day.year - start.year
    return years if freq == YEARLY else years * 12 + day.month - start.month


def _chosen(rule: Rule, start: date, first: date, last: date) -> list[date]:
    """The days of one period that the rule takes; what it leaves unsaid is as on its first day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if rule.byday:
        days = [day for day in days if _is_named(rule.byday, day, first, last)]
    elif rule.freq == WEEKLY:
        days = [day for day in days if day.weekday() == start.weekday()]
    if rule.bymonthday:
        days = [day for day in days if day.day in rule.bymonthday or _from_the_end(day) in rule.bymonthday]
    elif not rule.byday and rule.freq in {MONTHLY, YEARLY}:
        days = [day for day in days if day.day == start.day and (rule.freq == MONTHLY or day.month == start.month)]
    if not rule.bysetpos:
        return days
    places = {place - 1 if place > 0 else len(days) + place for place in rule.bysetpos}
    return [day for place, day in enumerate(days) if place in places]


def _is_named(byday: tuple[tuple[int, int], ...], day: date, first: date, last: date) -> bool:
    """Whether it is one of these days of the week, or the so-manieth of its period."""
    counted = {0, (day - first).days // 7 + 1, -((last - day).days // 7 + 1)}
    return any(day.weekday() == weekday and nth in counted for weekday, nth in byday)


def _from_the_end(day: date) -> int:
    """-1 for the last day of a month."""
    return day.day - 1 - (_period(MONTHLY, day, 0)[1]).day


def _number(text: str, name: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise _wrong(f"{name} is a number from 1 to {most}")
    return int(text)


def _numbers(text: str, name: str, most: int) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(re.fullmatch(r"[-+]?[0-9]{1,3}", part) and 1 <= abs(int(part)) <= most for part in parts):
        raise _wrong(f"{name} has numbers from 1 to {most}, or from -{most} to -1")
    return tuple(sorted({int(part) for part in parts}))


def _frequency(text: str) -> str:
    if text not in _MOST_INTERVAL:
        raise _wrong("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
    return text


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found = [_BYDAY.fullmatch(part) for part in text.split(",")]
    days = {(_DAYS[one[2]], int(one[1] or 0)) for one in found if one and (not one[1] or 1 <= abs(int(one[1])) <= 53)}
    if not all(found) or not days:
        raise _wrong("BYDAY has days such as MO or -1FR")
    return tuple(sorted(days))


def _end(text: str) -> datetime:
    """The last moment on the wall; a day alone is the whole of it."""
    found = _UNTIL.fullmatch(text)
    try:
        day = datetime.strptime(found[1] if found else "", "%Y%m%d").replace(tzinfo=None)
        if found is None or found[2] is None:
            return datetime.combine(day, time.max)
        at = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC if found[3] else None)
        return at.astimezone(ISRAEL).replace(tzinfo=None) if found[3] else at
    except (ValueError, OverflowError):
        raise _wrong("UNTIL is a day such as 20271231") from None


def _wrong(reason: str) -> Invalid:
    return Invalid.at("/rrule", reason)


_READERS: dict[str, Any] = {
    "FREQ": _frequency,
    "INTERVAL": partial(_number, name="INTERVAL", most=366),
    "BYDAY": _weekdays,
    "BYMONTHDAY": partial(_numbers, name="BYMONTHDAY", most=31),
    "BYSETPOS": partial(_numbers, name="BYSETPOS", most=366),
    "COUNT": partial(_number, name="COUNT", most=_MOST_COUNT),
    "UNTIL": _end,
}
