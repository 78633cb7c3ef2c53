"""How codes, plates, texts and times stand on a right-to-left page."""

import re
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import dates, timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@register.filter
def code(value: Any) -> SafeString:
    """A plate, number, name, path, phone or address: isolated, or the page's direction would turn it round."""
    if value is None or value == "":
        return SafeString("")
    return SafeString(f'<bdi dir="ltr">{conditional_escape(value)}</bdi>')


@register.filter
def plate(digits: str | None) -> str:
    """12-345-67 or 123-45-678, as it stands on the car."""
    digits = digits or ""
    if len(digits) == 7:
        return f"{digits[:2]}-{digits[2:5]}-{digits[5:]}"
    if len(digits) == 8:
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return digits


def right_to_left(text: str) -> bool:
    """Whether any letter of a text runs from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def code_html(text: str) -> str:
    """`code` for whoever writes a page's HTML by hand, piece by piece."""
    return f'<bdi dir="ltr">{escape(text)}</bdi>' if text else ""


def words_html(text: str) -> str:
    """`words` for whoever writes a page's HTML by hand, piece by piece."""
    return f'<bdi dir="auto">{escape(text)}</bdi>' if right_to_left(text) else code_html(text)


@register.filter
def words(value: Any) -> SafeString:
    """A text of unknown language: a code where it has no letter that runs from right to left."""
    if not right_to_left(str(value)):
        return code(value)
    return format_html('<bdi dir="auto">{}</bdi>', value)


@register.filter
def moment(at: datetime | None) -> SafeString:
    """A time as people say it: today, yesterday, or the name of the day with its date."""
    if at is None:
        return SafeString("")
    local = timezone.localtime(at)
    # Written straight: a list has one in each row.
    said = f"{day(local)}, {code_html(f'{local:%H:%M}')}"
    return SafeString(f'<time datetime="{local.isoformat(timespec="seconds")}">{said}</time>')


@register.filter
def moment_of_text(text: str) -> SafeString:
    """A time as Postgres writes it into JSON."""
    at = parse_datetime(text)
    return moment(at) if at else code(text)


@register.filter
def short_address(url: str) -> str:
    """An address without what makes it a secret: who knows a hook's whole address can call it."""
    host = urlsplit(url).hostname or ""
    return f"{host}/…{url[-4:]}" if len(url) > len(host) + 12 else host


def size(length: int) -> SafeString:
    """How long a text is, in a unit people know."""
    return words(filesizeformat(length))


def day(local: datetime) -> SafeString:
    """Today, yesterday, or the name of the day with its date."""
    days_ago = (timezone.localdate() - local.date()).days
    if days_ago in (0, 1):
        return SafeString(escape(_("yesterday") if days_ago else _("today")))
    day = escape(_("day %(weekday)s") % {"weekday": dates.WEEKDAYS[local.weekday()]})
    return SafeString(f"{day} {code_html(f'{local.day}.{local.month}.{local.year}')}")
