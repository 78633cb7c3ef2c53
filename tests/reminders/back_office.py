"""What the tests of reminders' pages share: reminders as the office keeps them, and pages as Noam sees them."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

from core import acting
from reminders import calendar, services
from reminders.models import Reminder
from tests import cast

LIST = "/admin/reminders/reminder/"
RULES = "/admin/reminders/reminderrule/"
FEEDS = "/admin/reminders/calendarfeed/"


def as_person(person=cast.NOAM):
    return acting.acting(acting.STAFF, person.claims)


def keep(title="להתקשר למבטח", *, days=1, person=cast.NOAM, **values):
    """A reminder due in so many days, of the person's office."""
    values.setdefault("due_date", calendar.today() + timedelta(days=days))
    with as_person(person):
        return services.create(title=title, **values)


def again(reminder):
    """The reminder as it stands now."""
    with acting.acting(acting.SERVICE):
        return Reminder.objects.get(pk=reminder.pk)


def words(answer):
    """The texts of a page, in one line."""
    html = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u2066", "").replace("\u2069", "")


def titles(answer):
    """The titles of a list's rows, in their order."""
    html = answer.content.decode()
    cells = re.findall(r'<th class="field-title_shown">(.*?)</th>', html, re.S)
    return [re.sub(r"<[^>]+>|↻|חוזרת", "", unescape(cell)).strip() for cell in cells]


def act(browser, action, *reminders, **more):
    chosen = {"action": action, "_selected_action": [str(one.pk) for one in reminders], **more}
    return browser.post(LIST, chosen, follow=True)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
