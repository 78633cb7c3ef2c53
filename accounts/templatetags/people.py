"""What pages show of people besides their own text."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Profile

register = template.Library()

_LOOKS = {Profile.Status.ACTIVE: "done", Profile.Status.SUSPENDED: "bad"}


@register.filter
def person_pill(person: Profile) -> SafeString:
    looks = _LOOKS.get(Profile.Status(person.status), "ended")
    return format_html('<span class="pill pill-{}">{}</span>', looks, person.get_status_display())
