"""What the invoices of a list come to, by their status, in shekels to the agora."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import ngettext

from invoices.models import Invoice

_SUMS = {"before": "total_before_tax", "tax": "tax_amount", "total": "total_amount"}
_NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Totals:
    """So many invoices, and what they come to."""

    n: int = 0
    before: Decimal = _NOUGHT
    tax: Decimal = _NOUGHT
    total: Decimal = _NOUGHT
    left_out: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.n + other.n,
            self.before + other.before,
            self.tax + other.tax,
            self.total + other.total,
            self.left_out + other.left_out,
        )

    @property
    def words(self) -> str:
        return ngettext("%(n)s invoice", "%(n)s invoices", self.n) % {"n": f"{self.n:,}"}

    @property
    def left_out_words(self) -> str:
        words = ngettext(
            "%(n)s cancelled or foreign one is not counted.",
            "%(n)s cancelled or foreign ones are not counted.",
            self.left_out,
        )
        return words % {"n": f"{self.left_out:,}"} if self.left_out else ""


def of(rows: Any) -> tuple[Totals, list[tuple[Invoice.Status, Totals]]]:
    """All of them, and each status that occurs; one question, and the parts add up to the whole by their making."""
    counts = ~Q(status=Invoice.Status.CANCELLED) & Q(currency="ILS")
    listed = Invoice.objects.filter(pk__in=rows.order_by().values("pk")).order_by().values("status")
    found = listed.annotate(
        n=Count("pk", filter=counts),
        left_out=Count("pk", filter=~counts),
        **{name: Sum(column, filter=counts) for name, column in _SUMS.items()},
    )
    by_status = {row["status"]: _part(row) for row in found}
    parts = [(status, by_status[status]) for status in Invoice.Status if status in by_status]
    whole = Totals()
    for _status, part in parts:
        whole += part
    return whole, parts


def _part(row: Any) -> Totals:
    return Totals(row["n"], row["before"] or _NOUGHT, row["tax"] or _NOUGHT, row["total"] or _NOUGHT, row["left_out"])
