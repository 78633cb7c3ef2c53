"""Long lists: walked along an index of one's own office, and counted only so far as somebody turns their pages."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import UserOrg


class SomePages(Paginator):  # type: ignore[type-arg]
    """The pages of the first rows, as many as are counted."""

    @cached_property
    def found(self) -> int:
        """How many there are, up to one more than are shown."""
        rows: Any = self.object_list
        most = settings.ADMIN_MOST_COUNTED + 1
        return int(rows.count_up_to(most) if hasattr(rows, "count_up_to") else rows.order_by()[:most].count())

    @cached_property
    def count(self) -> int:
        return min(self.found, settings.ADMIN_MOST_COUNTED)


class SomeList(ChangeList):
    """A list that says so where there are more rows than its pages show."""

    # The templates ask for it.
    is_more = False

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        pages: SomePages = self.paginator
        self.is_more = pages.found > pages.count


class OfficeList(SomeList):
    """The rows of the login's office; it is named beside the policy, which no index can be walked along by."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        return of_office(request, super().get_queryset(request, exclude_parameters))


def of_office(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    """The same rows, found along the office; as they are where they need no office, or the login has several."""
    named = [field for field in rows.model._meta.concrete_fields if field.attname == "org_id" and not field.null]
    offices = _offices(request) if named else []
    return rows.filter(org_id=offices[0]) if len(offices) == 1 else rows


def _offices(request: HttpRequest) -> list[UUID]:
    """Where the login's person belongs; asked once for a page."""
    found: list[UUID] | None = getattr(request, "_offices", None)
    if found is None:
        person = getattr(request.user, "profile_id", None)
        found = list(UserOrg.objects.filter(user_id=person).values_list("org_id", flat=True)) if person else []
        request._offices = found  # type: ignore[attr-defined]
    return found
