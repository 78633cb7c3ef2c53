"""Where the pages of versions are; a page full of links would ask Django's resolver anew for each of them."""

from functools import cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

_NONE = str(UUID(int=0))


def of_version(page: str, pk: UUID | None) -> str:
    """A page about one version."""
    before, after = _around(page)
    return f"{before}{pk}{after}"


def of_comparison(case_id: UUID, start: int, end: int) -> str:
    """The page of what changed from one version of a case to another."""
    return f"{_comparison()}?{urlencode({'case': case_id, 'from': start, 'to': end})}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(f"admin:helpers_casehelper_{page}", args=[_NONE]).partition(_NONE)
    return before, after


@cache
def _comparison() -> str:
    return reverse("admin:helpers_casehelper_compare")
