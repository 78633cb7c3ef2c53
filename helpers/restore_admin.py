"""Putting an old version on top again: whole, some of its sections, or only what is missing now."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.office import code
from cases.models import Case
from core.errors import Refused
from helpers import history, naming, services
from helpers.compare_admin import read
from helpers.forms import FILL_MISSING, RestoreForm
from helpers.models import CaseHelper
from helpers.templatetags.versions import in_order, section
from helpers.version_pages import VersionPages

_SHOWN_BETWEEN = 20
_CONFLICT = 409


@dataclass(frozen=True)
class Choice:
    """What is to come back: these sections, or all where there are none named; in which way."""

    sections: list[str] | None
    mode: str

    @classmethod
    def of(cls, asked: QueryDict, changed: list[str]) -> "Choice":
        """What was ticked of the sections that could change; all of them is as good as none named."""
        ticked = [key for key in changed if key in set(asked.getlist("sections"))]
        named = "sections" in asked or "chosen" in asked
        mode = FILL_MISSING if asked.get("mode") == FILL_MISSING else ""
        return cls(ticked if named and len(ticked) < len(changed) else None, mode)

    @property
    def query(self) -> str:
        named = [("chosen", "1"), *(("sections", key) for key in self.sections)] if self.sections is not None else []
        return urlencode([*named, ("mode", self.mode)])


class RestorePages(VersionPages):
    """A GET shows what a restore would change; a POST does it."""

    def restore_urls(self) -> list[URLPattern]:
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
        choice = Choice.of(request.POST, sections_unlike_current(old))
        reason, expected = form.cleaned_data["reason"], form.cleaned_data["expected_version"]
        try:
            saved = services.restore(
                case_id=old.case_id,
                version=old.version,
                expected_version=expected,
                reason=reason,
                sections=choice.sections,
                mode=choice.mode or None,
            )
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return self.restore_page(request, old, RestoreForm(initial={"reason": reason}), moved=True)
        if saved.version == expected:
            self.message_user(request, _("Nothing was changed: the current version holds this already."))
        else:
            self.tell(request, old, saved, choice, reason)
        return redirect("admin:cases_case_change", old.case_id)

    def restore_page(
        self, request: HttpRequest, old: CaseHelper, form: RestoreForm, *, moved: bool = False
    ) -> HttpResponse:
        since = CaseHelper.objects.of_case(old.case_id).filter(version__gt=old.version)
        # Numbers count per plate, over all its cases.
        top = Case.objects.filter(org_id=old.org_id, plate=old.plate).aggregate(top=Max("current_version"))["top"]
        current = since.filter(is_current=True).get()
        changed = sections_unlike_current(old)
        choice = Choice.of(request.POST or request.GET, changed)
        comparison = history.of_restore(
            old.case_id, current.version, old.version, sections=choice.sections, mode=choice.mode or None
        )
        if not form.is_bound:
            form.initial["expected_version"] = current.version
            form.initial["sections"], form.initial["mode"] = choice.sections, choice.mode
        return self.page(
            request,
            "restore",
            old,
            title=_("Load into the current work") if choice.mode else _("Back to this date"),
            form=form,
            current=current,
            next_name=naming.write(old.plate, top + 1),
            since=since[:_SHOWN_BETWEEN],
            since_count=since.count(),
            choice=choice,
            ticks=[(key, choice.sections is None or key in choice.sections) for key in in_order(changed)],
            coming=comparison.changed,
            reading=read(request.GET, comparison),
            section=request.GET.get("section", ""),
            whole=f"{request.path}?{choice.query}",
            before_id=current.pk,
            after_id=old.pk,
            status=_CONFLICT if moved else 200,
        )

    def tell(self, request: HttpRequest, old: CaseHelper, saved: CaseHelper, choice: Choice, reason: str) -> None:
        """The message on the next page, and the line in the admin's log."""
        done = _("{} was restored as {}.")
        if choice.mode:
            done = _("What was missing was filled from {}; saved as {}.")
        elif choice.sections is not None:
            done = _("Sections of {} were brought back; saved as {}.")
        note = _("{what} Reason: {why}").format(what=done.format(old.helper_name, saved.helper_name), why=reason)
        user: User = request.user  # type: ignore[assignment]
        LogEntry.objects.log_actions(user.pk, [old.case], CHANGE, note, single_object=True)
        told = format_html(done, code(old.helper_name), code(saved.helper_name))
        came = format_html_join(", ", "{}", ((section(key),) for key in in_order(saved.changed_sections)))
        self.message_user(request, format_html("{} {} {}", told, _("Changed sections:"), came))


def sections_unlike_current(old: CaseHelper) -> list[str]:
    return CaseHelper.objects.filter(pk=old.pk).sections_unlike_current()
