"""Pages of the admin that are ours: a GET shows, a POST does, and a refusal is said in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from accounts.lists import LongLists, OfficeList
from accounts.models import Profile
from core.errors import Refused


class OwnPages(LongLists):
    """A model whose pages are drawn by us; its app, model and page name the template."""

    def address(self, route: str, view: Callable[..., Any], name: str) -> URLPattern:
        of_model = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=of_model)
        return page

    def page(self, request: HttpRequest, template: str, *, status: int = 200, **shown: Any) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        name = f"admin/{self.opts.app_label}/{self.opts.model_name}/{template}.html"
        return TemplateResponse(request, name, context, status=status)

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[ChangeList]:
        return OfficeList

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def look(self, request: HttpRequest) -> None:
        """Raises PermissionDenied for a login that may not see these rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied

    def did(self, request: HttpRequest, act: Callable[[], object], done: str | SafeString) -> bool:
        """Do it, and say on the next page what came of it."""
        try:
            act()
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
            return False
        self.message_user(request, done)
        return True

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        # Django would go home and name the id; a foreign id and a missing one get the same page from us.
        raise Http404


def person(request: HttpRequest) -> Profile | None:
    """The person of the office whom the login stands for."""
    key = getattr(request.user, "profile_id", None)
    return Profile.objects.filter(pk=key, status=Profile.Status.ACTIVE).first() if key else None


def is_manager(request: HttpRequest) -> bool:
    """Whether the database would let this login change addresses, keys, switches and rules."""
    who = person(request)
    return who is not None and who.role in Profile.MANAGERS


def managers_only(request: HttpRequest) -> Profile:
    """The manager who asks. Raises PermissionDenied for anybody else, before the database does it in its words."""
    who = person(request)
    if who is None or who.role not in Profile.MANAGERS:
        raise PermissionDenied
    return who
