"""The office's menu, in the order and the words of its management hub; what leads nowhere for somebody is not shown."""

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Door(NamedTuple):
    """Where it leads, what it is called, and what for."""

    page: str
    title: Promise
    hint: Promise
    permission: str


DOORS = (
    Door("cases_case_changelist", _("Case status"), _("every case, by status and person"), "cases.view_case"),
    Door(
        "cases_trackinggeneral_changelist",
        _("Review by fields"),
        _("the general tracking table"),
        "cases.view_trackinggeneral",
    ),
    Door(
        "reminders_reminder_changelist",
        _("List of reminders"),
        _("what is due, and to whom it is told"),
        "reminders.view_reminder",
    ),
    Door("cases_payment_changelist", _("Payment tracking"), _("fees, and who is late"), "cases.view_payment"),
    Door("index#charts", _("Productivity board"), _("saves, deliveries and fees as charts"), "cases.view_case"),
    Door(
        "cases_case_changelist",
        _("Change data"),
        _("on the page of a case: its facts, or a section of an older version"),
        "cases.change_case",
    ),
    Door("cases_event_changelist", _("Action log"), _("who did what, and when"), "cases.view_event"),
    Door(
        "helpers_casehelper_space",
        _("Case version management"),
        _("case by case, the largest first"),
        "helpers.view_casehelper",
    ),
    Door(
        "accounts_profile_changelist",
        _("User management"),
        _("who may enter, and what each may do"),
        "accounts.view_profile",
    ),
    Door("cases_case_changelist", _("Case sharing"), _("on the page of a case: who works on it"), "cases.change_case"),
    Door(
        "office_checkrun_changelist",
        _("System health board"),
        _("what is wrong, and how to put it right"),
        "office.view_checkrun",
    ),
    Door(
        "cases_case_changelist",
        _("Move a case to the archive"),
        _("on its page; nothing is ever deleted"),
        "cases.change_case",
    ),
)


def doors(user: Any) -> list[tuple[str, Door]]:
    """Where this login may go, each with its address."""
    allowed = [(address_of(door.page), door) for door in DOORS if user.has_perm(door.permission)]
    return [(address, door) for address, door in allowed if address]


def address_of(page: str) -> str | None:
    """The address of a page of the admin, with the place on it; none where there is no such page."""
    name, mark, place = page.partition("#")
    try:
        return reverse(f"admin:{name}") + mark + place
    except NoReverseMatch:
        return None
