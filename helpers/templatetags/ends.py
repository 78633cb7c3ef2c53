"""The two versions at the head of a comparison; written in Python, as the rows below them are.

Whatever a person, a version or a translation says goes through `escape`, or through a function that does so, in the
line that writes it.
"""

from collections.abc import Iterator
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags.office import code_html, moment
from helpers import addresses
from helpers.models import CaseHelper
from helpers.templatetags.versions import how, note, who

register = template.Library()


@register.simple_tag
def version_end(version: CaseHelper | None, side: str, may_restore: bool) -> SafeString:
    """One side of a comparison: which version, when, whose and how, and what may be done with it."""
    word = escape(_("before") if side == "before" else _("after"))
    said = "\n  ".join(_version(version, may_restore) if version else _nothing())
    return SafeString(
        f'<section class="card end" aria-label="{word}">\n  <p class="side">{word}</p>\n  {said}\n</section>'
    )


def _nothing() -> Iterator[str]:
    name, told = _("Nothing yet"), _("This is the first version of the case: everything in it is new.")
    yield f'<p class="name">{escape(name)}</p>'
    yield f"<p>{escape(told)}</p>"


def _version(version: CaseHelper, may_restore: bool) -> Iterator[str]:
    page, current = addresses.of_version("change", version.pk), _("The current version")
    pin = f' <span class="pin">{_sign("📌")}{escape(current)}</span>' if version.is_current else ""
    yield f'<p class="name"><a href="{page}">{code_html(version.helper_name)}</a>{pin}</p>'
    yield f"<p>{moment(version.saved_at)} · {escape(who(version))} · {escape(how(version))}{_restored(version)}</p>"
    if version.label:
        yield f'<p class="label">{note(version)}</p>'
    yield '<p class="doors-of-end">'
    yield _door("download", version, "📄", _("Download as a file"))
    if may_restore and not version.is_current:
        yield _door("restore", version, "🔄", _("Back to this date"))
    yield "</p>"


def _restored(version: CaseHelper) -> str:
    number, word = version.restored_from, _("version")
    return f" ({escape(word)} {code_html(str(number))})" if number else ""


def _door(page: str, version: CaseHelper, sign: str, words: str) -> str:
    return f'  <a href="{addresses.of_version(page, version.pk)}">{_sign(sign)}{escape(words)}</a>'


def _sign(sign: str) -> str:
    return f'<span class="sign" aria-hidden="true">{sign}</span>'
