"""Long lists: walked along an index of one's own office, and counted only so far as somebody turns their pages."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as of_django

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


class LongLists(admin.ModelAdmin):  # type: ignore[type-arg]
    """Asks for no count that it can do without: a facet or a whole count reads every row of a large office."""

    paginator = SomePages
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50

    def action_checkbox(self, obj: Any) -> SafeString:
        """Django's own box without its form widget, whose template takes a quarter of a list's time."""
        label = of_django("Select this object for an action - {}").format(obj)
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, obj.pk, label)


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
