"""Sharing a case, passing it on, ending it and bringing it back: pages of the case's admin."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.lists import LongLists
from accounts.pages import person
from cases import sharing_services
from cases.models import Case
from cases.sharing_forms import BringBackForm, EndForm, ShareForm, TransferForm
from core import rpc
from core.errors import Refused

_ONE, _LIST = "admin:cases_case_change", "admin:cases_case_changelist"
_INVALID, _MOST = 422, 50


def _ids(texts: list[str]) -> list[UUID]:
    """Raises Http404 for what is no id."""
    try:
        return [UUID(text) for text in texts[:_MOST]]
    except ValueError:
        raise Http404 from None


class SharingPages(LongLists):
    """A GET says what will happen, a POST does it, and the database says who may."""

    def sharing_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "<uuid:pk>/share/": (self.share_view, "share"),
            "<uuid:pk>/unshare/<uuid:user_id>/": (self.unshare_view, "unshare"),
            "<uuid:pk>/transfer/": (self.transfer_view, "transfer"),
            "<uuid:pk>/end/": (self.end_view, "end"),
            "<uuid:pk>/bring-back/": (self.bring_back_view, "bring_back"),
            "assign/": (self.assign_view, "assign"),
        }
        return [
            path(route, self.admin_site.admin_view(view), name=f"cases_case_{name}")
            for route, (view, name) in pages.items()
        ]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **more: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **more)
        # Django would put a way to the person's page beside the choice, in a window that our pages do not answer.
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("cases.end_case"))

    def has_transfer_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("cases.transfer_case"))

    def asked_case(self, request: HttpRequest, pk: UUID, *, may: bool = True) -> Case:
        """Raises PermissionDenied, and Http404 alike for a foreign, a hidden and a missing case."""
        if not (may and self.has_change_permission(request)):
            raise PermissionDenied
        case: Case | None = Case.objects.with_facts().filter(pk=pk).first()
        if case is None:
            raise Http404
        return case

    def case_page(self, request: HttpRequest, template: str, **shown: Any) -> TemplateResponse:
        status = _INVALID if shown["form"].errors else 200
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        return TemplateResponse(request, f"admin/cases/case/{template}.html", context, status=status)

    def tried(self, request: HttpRequest, act: Any, done: Any) -> bool:
        """Do it, and say on the next page what came of it."""
        try:
            act()
        except Refused as refusal:
            self.message_user(request, self.refusal_words(refusal), messages.ERROR)
            return False
        self.message_user(request, done)
        return True

    def refusal_words(self, refusal: Refused) -> Any:
        """The refusal, with the way to the open case where that is the reason."""
        if refusal.code != "open_case_exists":
            return f"{refusal.message} {refusal.hint}"
        there = reverse(_ONE, args=[refusal.details["case_id"]])
        return format_html('{} <a href="{}">{}</a>', refusal.message, there, _("To the open case"))

    def share_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        case = self.asked_case(request, pk)
        form = ShareForm(request.POST, org_id=case.org_id)
        if request.method == "POST" and form.is_valid():
            one = form.cleaned_data["user"]
            done = format_html(_("{} works on the case too."), one.name)
            self.tried(request, lambda: sharing_services.share(case_id=pk, user_id=one.pk), done)
        return redirect(f"{reverse(_ONE, args=[pk])}#workers")

    def unshare_view(self, request: HttpRequest, pk: UUID, user_id: UUID) -> HttpResponse:
        self.asked_case(request, pk)
        if request.method == "POST":
            done = _("The sharing was ended.")
            self.tried(request, lambda: sharing_services.unshare(case_id=pk, user_id=user_id), done)
        return redirect(f"{reverse(_ONE, args=[pk])}#workers")

    def transfer_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give the case to somebody else, and say why."""
        case = self.asked_case(request, pk, may=self.has_transfer_permission(request))
        form = TransferForm(request.POST or None, org_id=case.org_id)
        if form.is_valid():
            to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
            done = format_html(_("The case was passed on to {}."), to.name)
            self.tried(request, lambda: sharing_services.transfer(case_id=pk, to=to.pk, reason=reason), done)
            # Who gave it away may not see it any more.
            return redirect(_ONE, pk) if Case.objects.filter(pk=pk).exists() else redirect(_LIST)
        return self.case_page(request, "transfer", title=_("Pass the case on"), case=case, form=form)

    def end_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What is in the case and what happens when it ends; a POST ends it."""
        case = self.asked_case(request, pk, may=self.has_end_permission(request))
        wanted = {"status": request.GET.get("status") or Case.Status.CLOSED, "cancel_reminders": True}
        form = EndForm(request.POST or None, initial=wanted)
        if form.is_valid():
            done = _("The case has ended: {}. Everything in it stays, and it can be brought back.")
            label = Case.Status(form.cleaned_data["status"]).label
            act = lambda: sharing_services.end(case_id=pk, **form.cleaned_data)  # noqa: E731
            self.tried(request, act, format_html(done, label))
            return redirect(_ONE, pk)
        held = sharing_services.contents(pk)
        return self.case_page(request, "end", title=_("Close or archive the case"), case=case, form=form, held=held)

    def bring_back_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Open an ended case as it was."""
        case = self.asked_case(request, pk, may=self.has_end_permission(request))
        form = BringBackForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            done = _("The case is back, as it was.")
            self.tried(request, lambda: sharing_services.bring_back(case_id=pk, **form.cleaned_data), done)
            return redirect(_ONE, pk)
        others = Case.objects.open().filter(org_id=case.org_id, plate=case.plate).exclude(pk=pk)
        title = _("Bring the case back")
        return self.case_page(request, "bring_back", title=title, case=case, form=form, other=others.first())

    @admin.action(description=gettext_lazy("Pass on to somebody"), permissions=["transfer"])
    def pass_on(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Ask to whom, for the ticked cases and no others."""
        return self.assign_view(request, chosen=_ids(request.POST.getlist(ACTION_CHECKBOX_NAME)))

    def assign_view(self, request: HttpRequest, chosen: list[UUID] | None = None) -> HttpResponse:
        """Give several cases to one person: all of them, or none."""
        who = person(request)
        if request.method != "POST" or who is None:
            raise Http404
        if not (self.has_change_permission(request) and self.has_transfer_permission(request)):
            raise PermissionDenied
        ids = _ids(request.POST.getlist("case")) if chosen is None else chosen
        cases = list(Case.objects.with_facts().filter(pk__in=ids))
        form = TransferForm(None if chosen is not None else request.POST, org_id=who.org_id)
        if form.is_valid() and cases:
            self.tried(request, lambda: self.assign(cases, form), self.assigned_words(len(cases), form))
            return redirect(_LIST)
        return self.case_page(request, "assign", title=_("Pass cases on"), cases=cases, form=form)

    def assign(self, cases: list[Case], form: TransferForm) -> None:
        with rpc.in_our_words():
            for case in cases:
                sharing_services.transfer(
                    case_id=case.pk, to=form.cleaned_data["to"].pk, reason=form.cleaned_data["reason"]
                )

    def assigned_words(self, count: int, form: TransferForm) -> Any:
        words = ngettext("One case was passed on to {}.", "%(count)s cases were passed on to {}.", count)
        return format_html(words % {"count": count} if "%" in words else words, form.cleaned_data["to"].name)
