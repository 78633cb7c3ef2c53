"""Fees by the month they are expected in and by agent: every sum is that of the rows its link leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cases.payments import Payment, today

_NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Fees:
    """A line of the report: so many payments, their fees, and how many of them are paid, and late."""

    name: str
    asked: dict[str, str]
    n: int
    fees: Decimal
    paid: int
    paid_fees: Decimal
    late: int
    late_fees: Decimal
    feeless: int

    @property
    def open(self) -> int:
        return self.n - self.paid

    @property
    def open_fees(self) -> Decimal:
        return self.fees - self.paid_fees

    @property
    def address(self) -> str:
        return _list(self.asked)

    @property
    def address_of_open(self) -> str:
        return _list({**self.asked, "paid": "no"})

    @property
    def address_of_paid(self) -> str:
        return _list({**self.asked, "paid": "yes"})

    @property
    def address_of_late(self) -> str:
        return _list({**self.asked, "late": "true"})


def months(most: int) -> list[date]:
    """The months in which payments are expected, newest first."""
    rows = Payment.objects.kept().exclude(expected_payment_date=None).order_by()
    found = rows.annotate(month=TruncMonth("expected_payment_date")).values_list("month", flat=True).distinct()
    return list(found.order_by("-month")[:most])


def of_month(rows: Any, text: str) -> Any:
    """The payments expected in a month written as 2026-11, or on no day; all of them for anything else."""
    if text == "none":
        return rows.filter(expected_payment_date=None)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return rows.none() if text else rows
    return rows.filter(expected_payment_date__gte=first, expected_payment_date__lt=_next(first))


def by_month(agent: str = "") -> list[Fees]:
    """A line a month, oldest first, and one for payments without a day; all of them, or an agent's."""
    rows, asked = _rows(), {}
    if agent:
        rows, asked = rows.filter(agent=agent), {"agent": agent}
    found = _summed(rows.annotate(key=TruncMonth("expected_payment_date")))
    return [_of_month(row, asked) for row in sorted(found, key=lambda row: row["key"] or date.max)]


def by_agent(month: str = "") -> list[Fees]:
    """A line an agent, those with most fees first, and one for payments without an agent; of all months, or of one."""
    rows = of_month(_rows(), month)
    asked = {"month": month} if month else {}
    found = sorted(
        _summed(rows.annotate(key=F("agent"))), key=lambda row: (-(row["fees"] or _NOUGHT), row["key"] or "")
    )
    return [_of_agent(row, asked) for row in found]


def whole(lines: list[Fees]) -> Fees:
    """What all lines come to together."""

    def added(of: Callable[[Fees], Any]) -> Any:
        return sum((of(line) for line in lines), start=_NOUGHT)

    return Fees(
        _("all"),
        {},
        *(int(added(lambda line: line.n)), added(lambda line: line.fees)),
        *(int(added(lambda line: line.paid)), added(lambda line: line.paid_fees)),
        *(int(added(lambda line: line.late)), added(lambda line: line.late_fees)),
        int(added(lambda line: line.feeless)),
    )


def _rows() -> Any:
    # The same rows as the list of payments has.
    return Payment.objects.current().kept()


def _summed(rows: Any) -> list[dict[str, Any]]:
    is_paid = Q(payment_status=Payment.Status.PAID)
    is_late = Q(expected_payment_date__lt=today()) & ~is_paid
    return list(
        rows.order_by()
        .values("key")
        .annotate(
            n=Count("pk"),
            fees=Sum("total_fee"),
            paid=Count("pk", filter=is_paid),
            paid_fees=Sum("total_fee", filter=is_paid),
            late=Count("pk", filter=is_late),
            late_fees=Sum("total_fee", filter=is_late),
            feeless=Count("pk", filter=Q(total_fee=None)),
        )
    )


def _of_month(row: dict[str, Any], asked: dict[str, str]) -> Fees:
    month = row.pop("key")
    name = f"{month:%m/%Y}" if month else _("without a day")
    return _fees(name, {**asked, "month": f"{month:%Y-%m}" if month else "none"}, row)


def _of_agent(row: dict[str, Any], asked: dict[str, str]) -> Fees:
    agent = row.pop("key")
    return _fees(agent or _("without an agent"), {**asked, **({"agent": agent} if agent else {"no_agent": "1"})}, row)


def _fees(name: str, asked: dict[str, str], row: dict[str, Any]) -> Fees:
    said: dict[str, Any] = {column: value or 0 for column, value in row.items()}
    return Fees(name=name, asked=asked, **said)


def _list(asked: dict[str, str]) -> str:
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{reverse('admin:cases_payment_changelist')}{query}"


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
