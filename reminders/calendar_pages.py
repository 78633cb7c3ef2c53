"""The calendar of reminders: a day, a week from Sunday, a month; moved by links, drawn by the server."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages import OwnPages
from reminders import calendar

_VIEWS = {"day": gettext_lazy("day"), "week": gettext_lazy("week"), "month": gettext_lazy("month")}
_WORDS = {
    "day": (gettext_lazy("Previous day"), gettext_lazy("Next day")),
    "week": (gettext_lazy("Previous week"), gettext_lazy("Next week")),
    "month": (gettext_lazy("Previous month"), gettext_lazy("Next month")),
}
_IN_A_CELL = {"month": 3, "week": 50, "day": 1000}
_FIRST, _LAST = date(2001, 1, 1), date(2190, 1, 1)


class CalendarPages(OwnPages):
    """Days with their reminders; a past day shows what was done, a coming one what series will bring."""

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        self.look(request)
        view = request.GET.get("view", "")
        view = view if view in _VIEWS else "month"
        day = _day(request.GET.get("day", ""))
        is_mine = request.GET.get("whose") == "mine"
        first, last = _span(view, day)
        mine = getattr(request.user, "profile_id", None) if is_mine else None
        found = calendar.entries(first, last, mine)
        month = day.month if view == "month" else None
        return self.page(
            request,
            "calendar",
            title=_("Calendar of reminders"),
            view=view,
            views=list(_VIEWS.items()),
            day=day,
            is_mine=is_mine,
            whose="&whose=mine" if is_mine else "",
            days=calendar.days(first, last, found, month),
            most=_IN_A_CELL[view],
            count=len(found),
            first=first,
            last=last,
            **_ways(view, day),
        )


def _span(view: str, day: date) -> tuple[date, date]:
    if view == "month":
        return calendar.month_page(day)
    if view == "week":
        begin = calendar.sunday(day)
        return begin, calendar.moved(begin, "day", 6)
    return day, day


def _ways(view: str, day: date) -> dict[str, Any]:
    back, on = _WORDS[view]
    return {
        "today": calendar.today(),
        "before": calendar.moved(day, view, -1),
        "after": calendar.moved(day, view, 1),
        "before_words": back,
        "after_words": on,
    }


def _day(text: str) -> date:
    """The day that is asked for; today for what is none."""
    try:
        return min(max(date.fromisoformat(text), _FIRST), _LAST)
    except ValueError:
        return calendar.today()
