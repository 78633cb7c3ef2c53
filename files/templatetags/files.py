"""What pages show of files."""

from django import template

from cases.models import Case
from files.models import Document

register = template.Library()

_MOST = 5


@register.simple_tag
def files_in(case: Case) -> list[Document]:
    """The newest documents of a case; pictures have a place of their own."""
    found = Document.objects.standing().filter(case=case).exclude(category=Document.Category.IMAGE)
    return list(found.newest()[:_MOST])
