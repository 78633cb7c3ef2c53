"""The demo's manager sees what the back office has: a page that nobody may open is a page that is not there."""

from django.contrib import admin

from accounts.people_roles import permissions

# Logins without a person are the superuser's; one's calendar opens for who sees reminders.
NOT_SHOWN = {"user", "group", "calendarfeed"}


def test_the_demos_manager_may_look_at_every_list():
    lists = {model._meta.model_name for model in admin.site._registry} - NOT_SHOWN

    held = {name.partition(".")[2] for name in permissions("admin")}
    assert {f"view_{name}" for name in lists} - held == set()
