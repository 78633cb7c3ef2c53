"""The home page's numbers: what is counted, who may see it, and the list that shows exactly that many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cases.payments import Payment, today

_COUNT = "select name, n, total, since from private.home_numbers(%s, %s)"
# Where a message waits longer, nobody takes them.
_PATIENCE = timedelta(minutes=15)
_BACKUP_AGE = timedelta(hours=36)
_UNPAID = ",".join(status for status in Payment.Status.values if status != Payment.Status.PAID)
_REMINDERS, _PAYMENTS, _DELIVERIES = "reminders_reminder", "cases_payment", "make_delivery"


class Number(NamedTuple):
    """One number: its name in private.home_numbers, its words, whose it is, and how its list is narrowed to it."""

    name: str
    title: Promise
    permission: str
    model: str
    narrowed: dict[str, str] = {}
    # Of the last seven days only; the list is narrowed to them too.
    is_of_week: bool = False
    # Above nothing, it needs somebody.
    is_trouble: bool = True


NUMBERS = (
    Number("open_cases", _("Open cases"), "cases.view_case", "cases_case", {"open": "1"}, is_trouble=False),
    Number("overdue_reminders", _("Overdue reminders"), "reminders.view_reminder", _REMINDERS, {"when": "overdue"}),
    Number(
        "todays_reminders",
        _("Reminders for today"),
        "reminders.view_reminder",
        _REMINDERS,
        {"when": "today"},
        is_trouble=False,
    ),
    Number(
        "unpaid_fees",
        _("Unpaid fees"),
        "cases.view_payment",
        _PAYMENTS,
        {"payment_status__in": _UNPAID},
        is_trouble=False,
    ),
    Number("late_fees", _("Late fees"), "cases.view_payment", _PAYMENTS, {"late": "true"}),
    Number(
        "invoices_to_assign",
        _("Invoices to assign"),
        "invoices.view_invoice",
        "invoices_invoice",
        {"status__in": "DRAFT,PENDING"},
        is_trouble=False,
    ),
    Number("unassigned_files", _("Files without a case"), "files.view_waitingdocument", "files_waitingdocument"),
    Number(
        "failed_copies",
        _("Files not copied to OneDrive"),
        "files.view_onedrivesync",
        "files_onedrivesync",
        {"status__exact": "FAILED", "withdrawn_at__isnull": "True"},
    ),
    Number(
        "failed_deliveries",
        _("Failed deliveries"),
        "make.view_delivery",
        _DELIVERIES,
        {"status__exact": "dead", "endpoint__deleted_at__isnull": "True"},
    ),
    Number(
        "waiting_deliveries",
        _("Deliveries on their way"),
        "make.view_delivery",
        _DELIVERIES,
        {"status__exact": "pending"},
        is_trouble=False,
    ),
    Number(
        "mirror_troubles",
        _("Helpers of Make not taken whole, this week"),
        "helpers.view_helpersync",
        "helpers_helpersync",
        {"sync_direction__exact": "TO_SUPABASE", "sync_status__in": "PARTIAL,FAILED"},
        is_of_week=True,
    ),
    Number(
        "failed_reports",
        _("Failed reports, this week"),
        "files.view_report",
        "files_report",
        {"status__exact": "FAILED"},
        is_of_week=True,
    ),
    Number(
        "failed_messages",
        _("Failed messages, this week"),
        "files.view_outboundmessage",
        "files_outboundmessage",
        {"status__exact": "FAILED"},
        is_of_week=True,
    ),
    Number("troubles", _("Troubles in 48 hours"), "cases.view_systemlog", "cases_systemlog"),
    Number("last_backup", _("Last backup"), "cases.view_jobrun", "cases_jobrun"),
    Number("my_cases", _("My open cases"), "cases.view_case", "cases_case", {"open": "1"}, is_trouble=False),
)
# What stands in "my day", not among the cards.
_MINE = "my_cases"


@dataclass(frozen=True)
class Counted:
    """A number as it was counted just now."""

    number: Number
    n: int
    total: Decimal | None
    since: datetime | None
    address: str | None

    @property
    def name(self) -> str:
        return self.number.name

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted; then the sum of those is no sum either."""
        return self.n > settings.ADMIN_MOST_COUNTED

    @property
    def shown(self) -> str:
        return f"{settings.ADMIN_MOST_COUNTED:,}+" if self.is_more else f"{self.n:,}"

    @property
    def needs_somebody(self) -> bool:
        if self.name == "last_backup":
            return self.since is None or self.since < timezone.now() - _BACKUP_AGE
        if self.name == "waiting_deliveries":
            return self.since is not None and self.since < timezone.now() - _PATIENCE
        return self.number.is_trouble and self.n > 0


def counted(user: Any) -> dict[str, Counted]:
    """Every number the login may see; nothing else is counted."""
    wanted = [number for number in NUMBERS if user.has_perm(number.permission)]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [[number.name for number in wanted], settings.ADMIN_MOST_COUNTED])
        rows = cursor.fetchall()
    numbers = {number.name: number for number in wanted}
    return {
        name: Counted(numbers[name], n, total, since, address_of(numbers[name], user)) for name, n, total, since in rows
    }


def cards(numbers: dict[str, Counted]) -> Iterable[Counted]:
    """Those that stand as cards, in their order."""
    return [one for one in numbers.values() if one.name != _MINE]


def address_of(number: Number, user: Any) -> str | None:
    """The list that shows what was counted; none where there is no such page."""
    asked = dict(number.narrowed)
    if number.is_of_week:
        asked["created_at__gte"] = _week_begins().isoformat()
    if number.name == _MINE:
        asked["assigned_to__user_id__exact"] = str(user.profile_id)
    page = list_of(number.model)
    return f"{page}?{urlencode(asked)}" if page and asked else page


def list_of(model: str) -> str | None:
    """The address of a model's list; none where it has no page."""
    try:
        return reverse(f"admin:{model}_changelist")
    except NoReverseMatch:
        return None


def _week_begins() -> datetime:
    first = today() - timedelta(days=6)
    return timezone.make_aware(datetime.combine(first, datetime.min.time()))
