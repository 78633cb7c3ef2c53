"""What pages say of a switch."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.models import FeatureFlag

register = template.Library()

# value -> how it looks; the word itself always stands beside the colour
_LOOKS = {"supabase": "done", "on": "done", "dual": "waits"}


@register.filter
def switch_word(value: str) -> str:
    return FeatureFlag.word_of(value)


@register.filter
def switch_pill(value: str) -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', _LOOKS.get(value, "ended"), FeatureFlag.word_of(value))
