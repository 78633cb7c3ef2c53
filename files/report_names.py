"""What a report is called: on its row, as a file, and across a draft."""

import re

from django.utils import translation
from django.utils.translation import gettext

from files.models import Report

_UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def title(report: Report) -> str:
    """Such as: אומדן – טיוטה. Reports are Hebrew, whoever asked for them."""
    with translation.override("he"):
        return f"{report.get_report_type_display()} – {report.get_nature_display()}"


def filename(report: Report) -> str:
    """The name people see; versions keep apart what would be called alike."""
    return _UNWANTED.sub(" ", f"{title(report)} {report.plate} v{report.version}.pdf")


def watermark() -> str:
    """What stands across each page of a draft."""
    with translation.override("he"):
        return gettext("draft")
