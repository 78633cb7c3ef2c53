"""Why no report came of it, in the office's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "blank_page": _("a page of it is blank"),
    "missing": _("amounts or part numbers are missing in the PDF"),
    "missing_pictures": _("pictures are missing in the PDF"),
    "no_watermark": _("the draft's watermark is missing"),
    "hebrew_reversed": _("the Hebrew runs backwards"),
    "no_text": _("the PDF holds no text that can be read"),
    "no_pages": _("the PDF has no pages"),
    "too_many_pages": _("it has more pages than are allowed"),
    "too_long": _("it is too long for one PDF: make it of fewer rows"),
    "too_large": _("the PDF is too large"),
    "not_a_pdf": _("what came is no PDF"),
    "unprintable": _("the page could not be printed"),
    "timeout": _("the printing took too long"),
    "no_connection": _("the renderer cannot be reached"),
    "no_renderer": _("nothing that prints is installed"),
    "browser_gone": _("the browser ended while it printed"),
    "dependency_down": _("the file storage did not answer"),
    "worker_lost": _("the work was broken off again and again"),
    "internal_error": _("something went wrong on our side"),
}
_OF_GOTENBERG = _("the renderer refused the page")


def why(reason: str | None) -> str:
    """A reason's word as a sentence for people."""
    if not reason:
        return ""
    return str(_OF_GOTENBERG if reason.startswith("gotenberg_") else REASONS.get(reason, reason))
