"""The admin site: every page runs in one transaction as the staff user's person."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _

from core import acting


class OfficeAdminSite(AdminSite):
    """Django's admin, acting as its user: the policies decide what stands in a list."""

    site_header = _("Appraiser back office")
    site_title = _("Back office")
    index_title = _("Home")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def as_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return guarded(request, *args, **kwargs)
            claims = {"sub": str(getattr(request.user, "profile_id", None) or ""), "role": acting.PERSON}
            with acting.acting(acting.STAFF, claims, getattr(request, "request_id", "")):
                response = guarded(request, *args, **kwargs)
                # A page is drawn lazily; after the block it would be drawn by nobody in particular.
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            return response

        return as_staff
