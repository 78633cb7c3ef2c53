"""HTML to PDF by whichever renderer this place has: Gotenberg where it is configured, else a Chromium of our own."""

from django.conf import settings

from files import chromium, gotenberg


def can_print() -> bool:
    """Whether there is a renderer at all."""
    return bool(settings.GOTENBERG_URL or chromium.path())


def pdf_of(html: str) -> bytes:
    """The page as PDF. Raises files.report_rules.Unprinted."""
    print_html = gotenberg.print_html if settings.GOTENBERG_URL else chromium.print_html
    return print_html(html, seconds=settings.REPORT_SECONDS, most_bytes=settings.REPORT_MAX_BYTES)
