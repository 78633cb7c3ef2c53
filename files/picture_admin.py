"""Pictures in the admin: the gallery of a case, the page of one, its order, and putting it away."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.models import Org
from accounts.pages import OwnPages, is_manager, managers_only, person
from cases.models import Case
from cases.search import digits
from files import picture_centers, picture_services
from files.models import Image
from files.picture_forms import PictureForm
from files.picture_reasons import WHY

_LIST, _CASE, _ONE = (f"admin:files_image_{name}" for name in ("changelist", "case", "change"))
_SAID = ("filename", "category", "damage_center_id", "notes", "in_reports")
_PER_PAGE, _INVALID = 60, 422
_STEPS = {"earlier": -1, "later": 1}


@admin.register(Image)
class ImageAdmin(OwnPages):
    """A GET shows, a POST does; thumbnails come through the API's door, with the same login."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("setting/", self.setting_view, "setting"),
            self.address("case/<uuid:case_id>/", self.case_view, "case"),
            self.address("<uuid:pk>/", self.picture_view, "change"),
            self.address("<uuid:pk>/put-away/", self.put_away_view, "put_away"),
            self.address("<uuid:pk>/restore/", self.restore_view, "restore"),
            self.address("<uuid:pk>/move/", self.move_view, "move"),
        ]

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest pictures of the office, or those of a plate."""
        self.look(request)
        asked = request.GET.get("plate", "")[:40]
        pictures = Image.objects.standing().with_links().select_related("case").order_by("-created_at", "id")
        pictures = pictures.filter(plate=digits(asked)) if asked.strip() else pictures
        who = person(request)
        return self.page(
            request,
            "list",
            title=_("Pictures"),
            asked=asked,
            rows=Paginator(pictures, _PER_PAGE).get_page(request.GET.get("page", "1")),
            office=Org.objects.filter(pk=who.org_id).first() if who else None,
            may_set=self.has_change_permission(request) and is_manager(request),
        )

    def setting_view(self, request: HttpRequest) -> HttpResponse:
        """Say whether a smaller copy of each picture stays with us."""
        self.posted(request)
        who, keep = managers_only(request), request.POST.get("keep") == "1"
        words = (
            _("A smaller copy of each picture stays here from now on.") if keep else _("No copies are kept any more.")
        )
        self.did(request, lambda: picture_services.set_keep_processed(org_id=who.org_id, keep=keep), words)
        return redirect(_LIST)

    def case_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """The gallery of a case, by damage center; with `?away` what was put away."""
        self.look(request)
        case = Case.objects.filter(pk=case_id).first()
        if case is None:
            raise Http404
        is_away = "away" in request.GET
        pictures = Image.objects.put_away() if is_away else Image.objects.standing()
        labels = picture_centers.labels(case_id)
        found = list(pictures.of_case(case_id).with_links())
        groups = [
            (labels.get(key, key) if key else "", list(of)) for key, of in groupby(found, lambda i: i.damage_center_id)
        ]
        order = list(labels)
        groups.sort(key=lambda group: picture_centers.place(order, group[1][0].damage_center_id))
        return self.page(
            request, "gallery", title=_("Pictures"), case=case, groups=groups, n=len(found), is_away=is_away,
            may_change=self.has_change_permission(request),
        )  # fmt: skip

    def picture_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One picture; a POST changes what is said of it."""
        image = self.picture(request, pk)
        centers = picture_centers.labels(image.case_id)
        initial = {name: getattr(image, name) for name in _SAID}
        form = PictureForm(request.POST or None, initial=initial, centers=centers)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if form.is_valid() and self.did(
                request, lambda: picture_services.update(image_id=pk, **form.changes), _("The picture was changed.")
            ):
                return redirect(_ONE, pk)
        return self.page(
            request,
            "picture",
            status=_INVALID if form.errors else 200,
            title=_("Picture"),
            image=image,
            case=image.case,
            center=centers.get(image.damage_center_id or "", image.damage_center_id),
            why=WHY.get(image.optimization_error or ""),
            form=form,
            may_change=self.has_change_permission(request),
        )

    def put_away_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Put it away with its file."""
        image = self.posted_for(request, pk)
        self.did(
            request,
            lambda: picture_services.put_away(image_id=pk),
            _("The picture was put away; it can be brought back."),
        )
        return redirect(_CASE, image.case_id) if image.case_id else redirect(_LIST)

    def restore_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Bring it back."""
        self.posted_for(request, pk)
        self.did(request, lambda: picture_services.restore(image_id=pk), _("The picture is back."))
        return redirect(_ONE, pk)

    def move_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One place earlier or later within its damage center."""
        image = self.posted_for(request, pk)
        step = _STEPS.get(request.POST.get("to", ""))
        if step is None or image.case_id is None:
            raise Http404
        beside = Image.objects.standing().of_case(image.case_id).filter(damage_center_id=image.damage_center_id)
        ids = list(beside.values_list("pk", flat=True))
        at = ids.index(pk) if pk in ids else 0
        to = min(max(at + step, 0), len(ids) - 1)
        if ids and at != to:
            ids[at], ids[to] = ids[to], ids[at]
            case_id = image.case_id
            self.did(
                request, lambda: picture_services.reorder(case_id=case_id, image_ids=ids), _("The order was changed.")
            )
        return redirect(_CASE, image.case_id)

    def picture(self, request: HttpRequest, pk: UUID) -> Image:
        self.look(request)
        found = Image.objects.with_links().select_related("document", "case", "created_by", "deleted_by").filter(pk=pk)
        image = found.first()
        if image is None:
            raise Http404
        return image

    def posted(self, request: HttpRequest) -> None:
        if request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied

    def posted_for(self, request: HttpRequest, pk: UUID) -> Image:
        self.posted(request)
        return self.picture(request, pk)
