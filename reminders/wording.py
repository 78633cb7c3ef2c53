"""What a reminder says to whom it is told."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.templatetags.office import plate
from files.message_texts import in_one_line
from reminders import recurring
from reminders.models import Occurrence

# The office is told in its own language, whoever's worker writes it.
_LANGUAGE = "he"


@dataclass(frozen=True)
class Told:
    """A subject line, and a text."""

    subject: str
    text: str


def told(occurrence: Occurrence) -> Told:
    """Title, when, about which car, and what was noted."""
    reminder = occurrence.reminder
    at = reminder.due_at.astimezone(recurring.ISRAEL)
    with translation.override(_LANGUAGE):
        lines = [
            reminder.title,
            _("Due: {at}").format(at=f"{at:%d/%m/%Y %H:%M}"),
            *([_("Car: {plate}").format(plate=plate(reminder.plate))] if reminder.plate else []),
            *(["", reminder.description] if reminder.description else []),
            *(
                ["", f"{settings.PUBLIC_BASE_URL}/admin/cases/case/{reminder.case_id}/change/"]
                if reminder.case_id
                else []
            ),
        ]
        subject = _("Reminder: {title}").format(title=in_one_line(reminder.title))
    return Told(subject[:300], "\n".join(lines))
