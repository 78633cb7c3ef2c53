"""How a value stands on a report's line."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.templatetags.office import right_to_left

register = template.Library()


@register.filter
def says(value: str) -> SafeString:
    """A text kept apart from the line: figures and codes from left to right, what has Hebrew in it from right to left."""
    return format_html('<bdi dir="{}">{}</bdi>', "rtl" if right_to_left(value) else "ltr", value)
