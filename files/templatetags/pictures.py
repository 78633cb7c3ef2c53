"""What the case's page shows of its pictures."""

from django import template
from django.db.models import Count, Window

from cases.models import Case
from files.models import Image

register = template.Library()
_SHOWN = 6


@register.simple_tag
def pictures_in(case: Case) -> list[Image]:
    """The first pictures of a case; each knows how many there are."""
    standing = Image.objects.standing().of_case(case.pk).with_links()
    return list(standing.annotate(n=Window(Count("pk")))[:_SHOWN])
