"""What the home page is drawn from."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.templatetags.office import moment
from office import home, home_charts, home_day, home_menu
from office.home import Counted
from office.templatetags.tracked import shekels

register = template.Library()


@register.simple_tag(takes_context=True)
def home_page(context: template.Context) -> dict[str, Any]:
    """Numbers, the day, charts and doors of whoever looks."""
    user = context["request"].user
    numbers = home.counted(user)
    return {
        "cards": home.cards(numbers),
        "my_cases": numbers.get("my_cases"),
        "day": home_day.day_of(user),
        "charts": home_charts.charts(user),
        "doors": home_menu.doors(user),
    }


@register.filter
def beside(counted: Counted) -> SafeString | str:
    """What stands under a number: its sum, how old the oldest is, or that nobody knows."""
    if counted.name == "last_backup":
        return _("No backup is known yet.") if counted.since is None else moment(counted.since)
    if counted.is_more:
        return _("more than are counted here")
    if counted.total is not None:
        return shekels(counted.total)
    if counted.name == "waiting_deliveries" and counted.since:
        return _("the oldest waits %(time)s") % {"time": timesince(counted.since)}
    return moment(counted.since) if counted.since else ""


@register.filter
def ends(rows: list[Any]) -> list[Any]:
    """The labels of the first and the last bar."""
    return [rows[0].label, rows[-1].label] if rows else []


@register.filter
def is_over(at: datetime) -> bool:
    return at < timezone.now()


@register.filter
def due_sign(at: datetime) -> SafeString:
    """A sign and a word for what is overdue: colour alone says it to too few."""
    if not is_over(at):
        return SafeString("")
    return format_html('<span class="pill pill-bad">⚠ {}</span>', _("overdue"))
