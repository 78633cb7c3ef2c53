"""What the pages of an import show."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def head_of(heads: Mapping[str, str], name: str) -> str:
    """What a column is called in files."""
    return heads.get(name, name)
