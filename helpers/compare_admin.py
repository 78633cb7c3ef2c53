"""Two versions side by side, and putting an old one on top again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.office import code
from cases.models import Case
from core.errors import Refused
from helpers import naming, services
from helpers.forms import RestoreForm
from helpers.models import CaseHelper
from helpers.version_pages import VersionPages

_SHOWN_BETWEEN = 20
_CONFLICT = 409


class ComparePages(VersionPages):
    """A GET shows what differs, or what a restore will change; a POST restores."""

    def compare_urls(self) -> list[URLPattern]:
        return [self.address("<uuid:pk>/restore/", self.restore_view, "restore")]

    def restore_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What a restore will do; a POST does it."""
        old = self.version(request, pk)
        if not self.has_restore_permission(request):
            raise PermissionDenied
        if old.is_current:
            self.message_user(request, _("This is the current version already."), messages.WARNING)
            return redirect("admin:cases_case_change", old.case_id)
        form = RestoreForm(request.POST or None)
        if not form.is_valid():
            return self.restore_page(request, old, form)
        try:
            saved = services.restore(case_id=old.case_id, version=old.version, **form.cleaned_data)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            again = RestoreForm(initial={"reason": form.cleaned_data["reason"]})
            return self.restore_page(request, old, again, moved=True)
        self.tell(request, old, saved, form.cleaned_data["reason"])
        return redirect("admin:cases_case_change", old.case_id)

    def restore_page(
        self, request: HttpRequest, old: CaseHelper, form: RestoreForm, *, moved: bool = False
    ) -> HttpResponse:
        since = CaseHelper.objects.of_case(old.case_id).filter(version__gt=old.version)
        # Numbers count per plate, over all its cases.
        top = Case.objects.filter(org_id=old.org_id, plate=old.plate).aggregate(top=Max("current_version"))["top"]
        current = since.filter(is_current=True).get()
        if not form.is_bound:
            form.initial["expected_version"] = current.version
        return self.page(
            request,
            "restore",
            old,
            title=_("Back to this date"),
            form=form,
            current=current,
            next_name=naming.write(old.plate, top + 1),
            since=since[:_SHOWN_BETWEEN],
            since_count=since.count(),
            sections=CaseHelper.objects.filter(pk=old.pk).sections_unlike_current(),
            status=_CONFLICT if moved else 200,
        )

    def tell(self, request: HttpRequest, old: CaseHelper, saved: CaseHelper, reason: str) -> None:
        """The message on the next page, and the line in the admin's log."""
        done = _("{} was restored as {}.")
        note = _("{what} Reason: {why}").format(what=done.format(old.helper_name, saved.helper_name), why=reason)
        user: User = request.user  # type: ignore[assignment]
        LogEntry.objects.log_actions(user.pk, [old.case], CHANGE, note, single_object=True)
        self.message_user(request, format_html(done, code(old.helper_name), code(saved.helper_name)))
