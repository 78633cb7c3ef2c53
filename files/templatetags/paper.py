"""How a value stands on a report's line."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.templatetags.office import right_to_left

register = template.Library()

# What fits the narrowest column of figures in one piece.
_SHORT = 15


@register.filter
def says(value: str) -> SafeString:
    """A text apart from its line: from left to right, unless there is Hebrew in it."""
    side = "rtl" if right_to_left(value) else "ltr"
    if len(value) > _SHORT:
        return format_html('<bdi dir="{}">{}</bdi>', side, value)
    return format_html('<bdi dir="{}" class="s">{}</bdi>', side, value)
