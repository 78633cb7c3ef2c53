"""The page on which a manager sets what stands on the office's reports, and each person what stands on the own."""

from typing import Any

from csp.decorators import csp
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.pages import OwnPages, is_manager, person
from core import acting
from core.errors import Refused
from files import assets, paper
from files.asset_forms import AssetsForm
from files.models import UserAssets

_PAGE, _INVALID = "admin:files_userassets_changelist", 422
# A sample carries its own style and pictures, and is asked nothing else.
_SAMPLE_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "font-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}


@admin.register(UserAssets)
class UserAssetsAdmin(OwnPages):
    """One page with two forms: the office's, and one's own."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.assets_view, "changelist"),
            path("<str:whose>/save/", self.save_page, name="files_userassets_save"),
            self.address("<str:whose>/<str:name>.png", self.picture_view, "picture"),
            self.address("sample/", self.sample_view, "sample"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def assets_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
        *,
        refused: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What stands there now, and the forms to change it."""
        self.look(request)
        own, office = self.rows(request)
        forms = {"office": AssetsForm(row=office, whose="office"), "own": AssetsForm(row=own), **(refused or {})}
        return self.page(
            request,
            "assets",
            status=_INVALID if refused else 200,
            title=_("What stands on reports"),
            parts=[self.part(request, "office", office, forms["office"]), self.part(request, "own", own, forms["own"])],
        )

    def part(self, request: HttpRequest, whose: str, row: UserAssets | None, form: AssetsForm) -> dict[str, Any]:
        """One half of the page."""
        return {
            "whose": whose,
            "row": row,
            "form": form,
            "pictures": [
                (n, form.fields[n].label) for n, column in UserAssets.PICTURES.items() if getattr(row, column, None)
            ],
            "may_change": self.has_change_permission(request) and (whose == "own" or is_manager(request)),
        }

    def rows(self, request: HttpRequest) -> tuple[UserAssets | None, UserAssets | None]:
        who = self.somebody(request)
        return assets.rows(who.org_id, who.pk)

    def somebody(self, request: HttpRequest) -> Profile:
        """The person who looks. Raises PermissionDenied for a login that stands for none."""
        who = person(request)
        if who is None:
            raise PermissionDenied
        return who

    def save_page(self, request: HttpRequest, whose: str) -> HttpResponse:
        """Check the form in the page's own transaction, and carry it out after: none stands open at the storage."""
        wishes: list[assets.Wish] = []

        def checked(request: HttpRequest) -> HttpResponse:
            return self.wished(request, whose, wishes)

        answer = self.admin_site.admin_view(checked)(request)
        for wish in wishes:
            try:
                wish.carry_out()
            except Refused as refusal:
                messages.error(request, f"{refusal.message} {refusal.hint}")
            else:
                messages.success(request, _("Saved. New reports carry it; those that were made stay as they are."))
        return answer

    def wished(self, request: HttpRequest, whose: str, wishes: list[assets.Wish]) -> HttpResponse:
        if request.method != "POST" or whose not in {"own", "office"}:
            raise Http404
        who = self.somebody(request)
        if not self.has_change_permission(request) or (whose == "office" and not is_manager(request)):
            raise PermissionDenied
        own, office = self.rows(request)
        form = AssetsForm(request.POST, request.FILES, row=own if whose == "own" else office, whose=whose)
        if not form.is_valid():
            return self.assets_view(request, refused={whose: form})
        wishes.append(
            assets.Wish(
                org_id=who.org_id,
                user_id=who.pk if whose == "own" else None,
                texts=form.texts,
                pictures=form.pictures,
                as_caller=acting.same_caller(),
            )
        )
        return redirect(_PAGE)

    def picture_view(self, request: HttpRequest, whose: str, name: str) -> HttpResponse:
        """One of the pictures, to look at."""
        self.look(request)
        own, office = self.rows(request)
        row = {"own": own, "office": office}.get(whose)
        picture = assets.picture(getattr(row, UserAssets.PICTURES.get(name, ""), None))
        if picture is None:
            raise Http404
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        return HttpResponse(picture, content_type="image/png", headers=headers)

    @method_decorator(csp(_SAMPLE_POLICY))
    def sample_view(self, request: HttpRequest) -> HttpResponse:
        """An empty expertise with everything that stands on reports, as this person's would have it."""
        self.look(request)
        own, office = self.rows(request)
        carried = assets.load(assets.effective_values(own, office))
        return HttpResponse(
            paper.page(report_type="expertise", nature="draft", helper={}, assets=carried, made_from=_("a sample"))
        )
