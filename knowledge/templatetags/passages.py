"""How a document's text stands on a page."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.templatetags import office

register = template.Library()

_CODE = re.compile(r"([A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)+)")
# The same where a part of it may be marked.
_PART = "(?:<mark>[A-Za-z0-9]+</mark>|[A-Za-z0-9]+)"
_MARKED_CODE = re.compile(f"{_PART}(?:[-/._]{_PART})+")


@register.filter
def told(snippet: str) -> SafeString:
    """A snippet of knowledge.snippets, which is escaped but for its marks; its codes stand in islands."""
    return SafeString(_MARKED_CODE.sub(r'<bdi dir="ltr">\g<0></bdi>', snippet))


@register.filter
def as_text(body: str) -> SafeString:
    """A text as it is, but for its codes: among Hebrew they would be turned round at the hyphen."""
    parts = _CODE.split(body)
    return format_html_join("", "{}", ((office.code(part) if n % 2 else part,) for n, part in enumerate(parts)))
