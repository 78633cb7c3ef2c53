"""HTML to PDF by whichever renderer this place has: Gotenberg where it is configured, else a Chromium of our own."""

from django.conf import settings

from files import chromium, gotenberg
from files.report_rules import Unprinted, written

MB = 1024 * 1024
# A list of 7,500 parts; what is longer has more pages than a report may have.
_LONGEST = 7 * MB // 2
# A long list takes its time, which must end well before the worker's does.
_SECONDS_PER_MB, _MOST_MORE = 10, 30


def can_print() -> bool:
    """Whether there is a renderer at all."""
    return bool(settings.GOTENBERG_URL or chromium.path())


def pdf_of(html: str) -> bytes:
    """The page as PDF. Raises files.report_rules.Unprinted; what is too long is refused before it is begun."""
    length = written(html)
    if length > _LONGEST:
        raise Unprinted("too_long")
    print_html = gotenberg.print_html if settings.GOTENBERG_URL else chromium.print_html
    return print_html(html, seconds=seconds_for(length), most_bytes=settings.REPORT_MAX_BYTES)


def seconds_for(length: int) -> float:
    """How long a page with so much on it may take."""
    return float(settings.REPORT_SECONDS + min(length / MB * _SECONDS_PER_MB, _MOST_MORE))
