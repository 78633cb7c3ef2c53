"""Reminders of the demo; none of them is due in the next hours, so that Make is told of nothing by itself."""

from typing import Any
from uuid import UUID

from django.db import connection

# title, category, priority, status, days from today, time, pattern
REMINDERS: list[tuple[str, str, str, str, int, str, str | None]] = [
    ("לגבות שכר טרחה מחברת הביטוח", "תזכורת תשלום", "דחוף", "באיחור", -3, "09:00", None),
    ("לבקש צילום רישיון רכב", "תזכורת מסמכים", "גבוה", "באיחור", -1, "14:30", None),
    ("לבדוק את הרכב במוסך", "תזכורת בדיקה", "רגיל", "ממתין", 1, "10:00", None),
    ("לעבור על תשלומים פתוחים", "תזכורת תשלום", "רגיל", "ממתין", 2, "09:00", "weekly"),
    ("לסגור את התיק", "מועד סגירת תיק", "נמוך", "ממתין", 6, "16:00", None),
    ("דוח חודשי למנהל", "תזכורת כללית", "רגיל", "ממתין", 9, "08:30", "monthly"),
]
_ADD = """
insert into public.reminders (org_id, case_id, title, category, priority, status, due_date, due_time, is_recurring,
  recurrence_pattern, assigned_to, outside_id)
values (%s, %s, %s, %s, %s, %s, (now() at time zone 'Asia/Jerusalem')::date + %s, %s, %s, %s, %s, %s)
on conflict (org_id, outside_id) do nothing
"""


def add(org_id: UUID, assigned_to: str, cases: list[Any]) -> None:
    """Each once; the first ones about these cases, the rest about none."""
    with connection.cursor() as cursor:
        for place, (title, category, priority, status, days, at, pattern) in enumerate(REMINDERS):
            case_id = cases[place] if place < len(cases) else None
            told: list[Any] = [title, category, priority, status, days, at, pattern is not None, pattern]
            cursor.execute(_ADD, [org_id, case_id, *told, assigned_to, f"demo-{place + 1}"])
