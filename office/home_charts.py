"""The charts of the home page: two weeks of saves and deliveries, cases by status, a year of fees."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import dates
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.office import code
from cases.models import Case
from cases.payments import today
from office.charts import Chart, Part, Row
from office.home import list_of
from office.templatetags.tracked import shekels

DAYS, MONTHS = 14, 12
_READ = "select series, day, part, n, total from private.home_series(%s, %s)"
_PERMISSIONS = {
    "saves": "helpers.view_casehelper",
    "statuses": "cases.view_case",
    "deliveries": "make.view_delivery",
    "fees": "cases.view_payment",
}
# Grouped as the pills of cases are.
_STATUS_LOOKS = {Case.Status.CLOSED: "none", Case.Status.ARCHIVED: "none"}


class Told(NamedTuple):
    """One sum of a series."""

    day: date | None
    part: str
    n: int
    total: Decimal | None


def charts(user: Any) -> list[Chart]:
    """Those whose rows the login may see."""
    wanted = [name for name, permission in _PERMISSIONS.items() if user.has_perm(permission)]
    if not wanted:
        return []
    told: dict[str, list[Told]] = {name: [] for name in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [wanted, settings.ADMIN_MOST_COUNTED])
        for series, *row in cursor.fetchall():
            told[series].append(Told(*row))
    return [_DRAWN[name](rows) for name, rows in told.items()]


def saves(told: Iterable[Told]) -> Chart:
    """How many versions each day brought."""
    by_day = {one.day: one.n for one in told if one.day in last_days()}
    rows = [Row(_day(day), (Part("good", n := by_day.get(day, 0)),), (f"{n:,}",)) for day in last_days()]
    total = sum(by_day.values())
    about = ngettext("%(n)s save in two weeks.", "%(n)s saves in two weeks.", total) % {"n": f"{total:,}"}
    return Chart("saves", _("Saves per day"), about, (_("Day"), _("Saves")), rows)


def statuses(told: Iterable[Told]) -> Chart:
    """How many cases each status has, each with its list; those that no case has are left out."""
    found = {one.part: one.n for one in told if one.n}
    rows = [_status(Case.Status(status), found[status]) for status in Case.Status.values if status in found]
    about = ngettext("%(n)s status in use.", "%(n)s statuses in use.", len(rows)) % {"n": len(rows)}
    return Chart("statuses", _("Cases by status"), about, (_("Status"), _("Cases")), rows, is_lying=True)


def _status(status: Case.Status, n: int) -> Row:
    most = settings.ADMIN_MOST_COUNTED
    shown = f"{most:,}+" if n > most else f"{n:,}"
    address = f"{list_of('cases_case')}?{urlencode({'status__exact': status.value})}"
    return Row(str(status.label), (Part(_STATUS_LOOKS.get(status, "good"), min(n, most)),), (code(shown),), address)


def deliveries(told: Iterable[Told]) -> Chart:
    """How the messages of each day fared, and which part arrived."""
    found = {(one.day, one.part): one.n for one in told}
    rows = []
    for day in last_days():
        done, waits, dead = (found.get((day, part), 0) for part in ("delivered", "pending", "dead"))
        parts = (Part("good", done), Part("part", waits), Part("bad", dead))
        rows.append(
            Row(_day(day), parts, (f"{done:,}", f"{waits:,}", f"{dead:,}", _isolated(_share(done, done + dead))))
        )
    done, dead = (sum(n for (_, part), n in found.items() if part == kind) for kind in ("delivered", "dead"))
    about = gettext("Arrived of what is decided, in two weeks: %(share)s") % {"share": _share(done, done + dead)}
    arrived, on_its_way, given_up = _("delivered"), _("on its way"), _("given up")
    return Chart(
        "deliveries",
        _("Deliveries to Make per day"),
        about,
        (_("Day"), arrived, on_its_way, given_up, _("arrived")),
        rows,
        legend=((arrived, "good"), (on_its_way, "part"), (given_up, "bad")),
    )


def fees(told: Iterable[Told]) -> Chart:
    """The fees by the month they were sent in, paid and not."""
    found = {(one.day, one.part): one.total or Decimal(0) for one in told}
    rows = []
    for month in last_months():
        paid, unpaid = (found.get((month, part), Decimal(0)) for part in ("paid", "unpaid"))
        label = f"{dates.MONTHS[month.month]} {month.year}"
        rows.append(Row(label, (Part("good", paid), Part("part", unpaid)), (shekels(paid), shekels(unpaid))))
    total = sum(found.values(), Decimal(0))
    about = gettext("Fees sent in twelve months: %(sum)s") % {"sum": f"{total:,.0f} ₪"}
    paid_word, unpaid_word = _("fully paid"), _("not fully paid")
    heads = (_("Month"), paid_word, unpaid_word)
    legend = ((paid_word, "good"), (unpaid_word, "part"))
    return Chart("fees", _("Fees by month"), about, heads, rows, legend=legend)


_DRAWN: dict[str, Callable[[Iterable[Told]], Chart]] = {
    "saves": saves,
    "statuses": statuses,
    "deliveries": deliveries,
    "fees": fees,
}


def last_days() -> list[date]:
    """The days that are drawn, the oldest first."""
    return [today() - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]


def last_months() -> list[date]:
    """The first days of the months that are drawn, the oldest first."""
    now = today()
    numbers = (now.year * 12 + now.month - 1 - ago for ago in range(MONTHS - 1, -1, -1))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _day(day: date) -> SafeString:
    return code(f"{day.day}.{day.month}")


def _isolated(share: str) -> str:
    return code(share) if share[0].isdigit() else share


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"
