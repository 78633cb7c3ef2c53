"""Reminders as a test sees them: a caller's API, the minute hand, and moments long past."""

import json
from datetime import datetime, timedelta

from django.db import connection

from core import acting
from reminders import delivering, releasing
from reminders.recurring import ISRAEL

GHOST = "00000000-0000-4000-8000-00000000dead"


def on_the_wall(days=0, hours=0, minutes=0):
    """A moment from now, as the fields of a reminder say it."""
    at = datetime.now(ISRAEL) + timedelta(days=days, hours=hours, minutes=minutes)
    return {"due_date": at.date().isoformat(), "due_time": at.strftime("%H:%M")}


class Desk:
    """One caller's reminders."""

    def __init__(self, api):
        self.api = api

    def make(self, title="לבדוק", **values):
        answer = self.api.post("reminders", {"title": title, **on_the_wall(hours=1), **values})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def due(self, title="לבדוק", **values):
        """One whose time is just over."""
        return self.make(title, **{**on_the_wall(minutes=-2), **values})

    def read(self, reminder):
        return self.api.get(f"reminders/{reminder['id']}").json()

    def do(self, verb, reminder, body=None):
        answer = self.api.post(f"reminders/{reminder['id']}/{verb}", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def change(self, reminder, **values):
        answer = self.api.patch(f"reminders/{reminder['id']}", values)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def times(self, reminder):
        return self.api.get(f"reminders/{reminder['id']}/occurrences").json()


def release():
    """What beat does, once."""
    releasing.roll_on()
    taken = releasing.run()
    releasing.given_up()
    return taken


def mail():
    while delivering.run():
        pass


def as_service(statement, *values):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def news(kind="reminder.due"):
    """What Make is to be told, oldest first."""
    rows = as_service("select data::text from private.outbox where type = %s order by seq", kind)
    return [json.loads(text) for (text,) in rows]
