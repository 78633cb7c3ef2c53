"""Reminders in the admin; each part has a file of its own."""

from django.contrib import admin
from django.urls import URLPattern

from reminders import feeds_admin as feeds_admin  # registers the page of calendar addresses
from reminders import rules_admin as rules_admin  # registers the pages of rules
from reminders.admin_list import ReminderList
from reminders.admin_pages import ReminderPages
from reminders.calendar_pages import CalendarPages
from reminders.models import Reminder


@admin.register(Reminder)
class ReminderAdmin(CalendarPages, ReminderPages, ReminderList):
    """A list, a page for each, and a calendar."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("calendar/", self.calendar_view, "calendar"),
            self.address("undo/", self.undo_view, "undo"),
            self.address("<uuid:pk>/", self.reminder_view, "change"),
            self.address("<uuid:pk>/edit/", self.edit_page, "edit"),
            self.address("<uuid:pk>/snooze/", self.snooze_view, "snooze"),
            self.address("<uuid:pk>/told/<uuid:occurrence_id>/again/", self.again_view, "again"),
            self.address("<uuid:pk>/<slug:deed>/", self.turn_view, "turn"),
        ]
