"""The page of the report on fees: two tables, a drawing of the first, and the same as files."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.pages import OwnPages
from cases import listed
from cases.export_admin import download
from cases.listed import FORMATS
from office import payment_report
from office.payment_report import Fees

_HEIGHT, _STEP, _BAR, _MOST_BARS = 160, 44, 28, 24
_HEADS = {
    "month": "חודש צפוי",
    "agent": "סוכן",
    "n": "מספר תשלומים",
    "fees": 'סה"כ שכ"ט',
    "paid": "שולמו במלואם",
    "paid_fees": 'שכ"ט ששולם',
    "open": "לא שולמו במלואם",
    "open_fees": 'שכ"ט פתוח',
    "late": "באיחור",
    "late_fees": 'שכ"ט באיחור',
}


@dataclass(frozen=True)
class Bar:
    """A month in the drawing: where it stands, how high, and what of it is paid."""

    line: Fees
    x: int
    y: int
    height: int
    paid: int
    middle: int

    @property
    def paid_y(self) -> int:
        return _HEIGHT - self.paid


class PaymentReportPages(OwnPages):
    """Fees by month and by agent; a month narrows the agents, an agent the months."""

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        self.look(request)
        month, agent = _asked(request)
        by_month, by_agent = payment_report.by_month(agent), payment_report.by_agent(month)
        bars = _bars([line for line in by_month if line.asked["month"] != "none"][-_MOST_BARS:])
        return self.page(
            request,
            "report",
            title=_("Fees by month and agent"),
            by_month=by_month,
            by_agent=by_agent,
            all_months=payment_report.whole(by_month),
            all_agents=payment_report.whole(by_agent),
            month=month,
            agent=agent,
            bars=bars,
            width=max(len(bars) * _STEP, _STEP),
            height=_HEIGHT,
            bar=_BAR,
        )

    def report_file_view(self, request: HttpRequest, form: str) -> Any:
        """Both tables as one file: the months, then the agents."""
        self.look(request)
        if form not in FORMATS:
            raise Http404
        month, agent = _asked(request)
        with translation.override("he"):
            lines = [
                *(_line(line, line.name, agent) for line in payment_report.by_month(agent)),
                *(_line(line, month, line.name) for line in payment_report.by_agent(month)),
            ]
            file = listed.table(form, 'שכ"ט', _HEADS.values(), lines)
        return download(file, form, f"fees_{timezone.localdate():%Y-%m-%d}.{form}")


def _asked(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("month", "")[:7], request.GET.get("agent", "")[:200].replace("\0", "")


def _line(line: Fees, month: str, agent: str) -> list[Any]:
    named = {"month": month, "agent": agent}
    return [named[name] if name in named else getattr(line, name) for name in _HEADS]


def _bars(lines: list[Fees]) -> list[Bar]:
    """Right to left, the oldest first, as the page is read; the highest one fills the drawing."""
    most = max((line.fees for line in lines), default=Decimal(0)) or Decimal(1)
    bars = []
    for place, line in enumerate(lines):
        x = (len(lines) - 1 - place) * _STEP + (_STEP - _BAR) // 2
        height, paid = (round(_HEIGHT * amount / most) for amount in (line.fees, line.paid_fees))
        bars.append(Bar(line, x, _HEIGHT - height, height, paid, x + _BAR // 2))
    return bars
