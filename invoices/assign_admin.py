"""The pages on which staff assign an invoice, accept it and take that back: a GET shows, a POST does."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.pages import OwnPages
from accounts.templatetags.office import code
from core.errors import NotFound, Refused
from helpers.addresses import of_comparison
from helpers.compare_admin import read
from helpers.models import CaseHelper
from invoices import accepting, assign_forms, assigning, undoing
from invoices.accepting import Plan
from invoices.assign_forms import AcceptForm, AssignLine, UndoForm
from invoices.assigning import Desk
from invoices.models import Invoice

_CONFLICT, _UNPROCESSABLE = 409, 422
_PLACE = re.compile(r"/mappings/([0-9]+)")
_BEFORE_ACCEPTING = (Invoice.Status.DRAFT, Invoice.Status.PENDING, Invoice.Status.ASSIGNED)


class AssignPages(OwnPages):
    """Assign, accept, undo: three pages beside an invoice's own."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("<uuid:pk>/assign/", self.assign_view, "assign"),
            self.address("<uuid:pk>/accept/", self.accept_view, "accept"),
            self.address("<uuid:pk>/undo/", self.undo_view, "undo"),
            *super().get_urls(),
        ]

    def assign_actions(self, invoice: Invoice) -> list[tuple[str, str]]:
        """The buttons of an invoice's page: what may be done with it now, and where."""
        if invoice.case_id is None:
            return []
        found = []
        if invoice.status in _BEFORE_ACCEPTING:
            found.append((_("Assign to damage centers"), _address("assign", invoice)))
        if invoice.status == Invoice.Status.ASSIGNED:
            found.append((_("Accept the invoice"), _address("accept", invoice)))
        if invoice.status == Invoice.Status.ACCEPTED:
            found.append((_("Take the acceptance back"), _address("undo", invoice)))
        return found

    def assign_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Every line with what it could belong to; a POST assigns them all."""
        desk = self.desk(request, pk)
        if request.method != "POST":
            return self.assign_page(request, desk, assign_forms.lines(desk))
        lines = assign_forms.lines(desk, request.POST)
        if str(desk.version or "") != request.POST.get("version", ""):
            # Rows are told by their places, and those may be others by now.
            self.message_user(request, _("Somebody saved meanwhile: look at your choices again."), messages.ERROR)
            return self.assign_page(request, desk, lines, status=_CONFLICT)
        if [one for one in lines if not one.form.is_valid()]:
            return self.assign_page(request, desk, lines, status=_UNPROCESSABLE)
        wishes = [(one, wish) for one in lines for wish in one.form.wishes(one.line)]
        try:
            invoice = assigning.assign(invoice_id=pk, mappings=[wish for _line, wish in wishes])
        except Refused as refusal:
            is_told = _tell_lines(refusal, [one for one, _wish in wishes])
            said = _("Some lines cannot go there; it is said beside each.")
            self.message_user(request, said if is_told else f"{refusal.message} {refusal.hint}", messages.ERROR)
            return self.assign_page(request, desk, lines, status=refusal.status)
        if invoice.status == Invoice.Status.ASSIGNED:
            self.message_user(request, _("The lines are assigned. This is what accepting will change."))
            return redirect("admin:invoices_invoice_accept", pk)
        self.message_user(request, _("No line is assigned: the invoice waits."))
        return redirect("admin:invoices_invoice_change", pk)

    def assign_page(
        self, request: HttpRequest, desk: Desk, lines: list[AssignLine], *, status: int = 200
    ) -> HttpResponse:
        return self.page(
            request,
            "assign",
            title=_("Assign to damage centers"),
            invoice=desk.invoice,
            desk=desk,
            lines=lines,
            may_assign=desk.invoice.case_id is not None and desk.invoice.status in _BEFORE_ACCEPTING,
            status=status,
        )

    def accept_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What accepting will change; a POST accepts."""
        return self.either_view(request, pk, "accept", AcceptForm, accepting.preview, accepting.accept)

    def undo_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What taking it back will change; a POST takes it back."""
        return self.either_view(request, pk, "undo", UndoForm, undoing.preview, undoing.undo)

    def either_view(
        self,
        request: HttpRequest,
        pk: UUID,
        turn: str,
        form_of: type[AcceptForm],
        preview: Callable[[UUID], Plan],
        verb: Callable[..., Plan],
    ) -> HttpResponse:
        invoice = self.desk(request, pk).invoice
        form = form_of(request.POST or None)
        status = 200
        if form.is_bound and form.is_valid():
            try:
                done = verb(invoice_id=pk, **form.cleaned_data)
            except Refused as refusal:
                self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
                form, status = form_of(initial={"reason": form.cleaned_data.get("reason", "")}), refusal.status
            else:
                self.tell(request, turn, done, form.cleaned_data)
                return redirect("admin:invoices_invoice_change", pk)
        try:
            plan = preview(pk)
        except Refused as refusal:
            return self.refused(request, turn, invoice, refusal)
        return self.turn_page(request, turn, plan, form, status=status)

    def turn_page(
        self, request: HttpRequest, turn: str, plan: Plan, form: AcceptForm, *, status: int = 200
    ) -> HttpResponse:
        current = CaseHelper.objects.current(plan.invoice.case_id).without_body().select_related("saved_by").first()  # type: ignore[arg-type]
        form.initial["expected_version"] = plan.version
        return self.page(
            request,
            turn,
            title=_title(turn),
            invoice=plan.invoice,
            plan=plan,
            form=form,
            current=current,
            reading=read(request.GET, plan.difference),
            section=request.GET.get("section", ""),
            whole=f"{request.path}?",
            before_id=current and current.pk,
            after_id=None,
            status=status,
        )

    def refused(self, request: HttpRequest, turn: str, invoice: Invoice, refusal: Refused) -> HttpResponse:
        """Why this cannot be done now, and the places it is about."""
        told = refusal.details if isinstance(refusal.details, dict) else {}
        return self.page(
            request,
            "refused",
            title=_title(turn),
            turn=turn,
            invoice=invoice,
            refusal=refusal,
            pointers=told.get("conflicting_pointers", []),
            mappings=told.get("mappings", []),
            actions=self.assign_actions(invoice),
            status=refusal.status,
        )

    def desk(self, request: HttpRequest, pk: UUID) -> Desk:
        """Raises PermissionDenied, and Http404 alike for a foreign and a missing invoice."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            return assigning.desk(pk)
        except NotFound:
            raise Http404 from None

    def tell(self, request: HttpRequest, turn: str, done: Plan, asked: dict[str, Any]) -> None:
        """The message on the next page, and the line in the admin's log."""
        number, reason = str(done.invoice), asked.get("reason", "")
        said = _("Invoice {} was accepted.") if turn == "accept" else _("The acceptance of invoice {} was taken back.")
        user: User = request.user  # type: ignore[assignment]
        note = _("{what} Reason: {why}").format(what=said.format(number), why=reason) if reason else said.format(number)
        LogEntry.objects.log_actions(user.pk, [done.invoice], CHANGE, note, single_object=True)
        self.message_user(request, format_html("{} {}", format_html(said, code(number)), _versions(turn, done, asked)))
        for left in done.left:
            self.message_user(request, format_html("{} {}", left.reason, code(left.pointer)), messages.WARNING)


def _versions(turn: str, done: Plan, asked: dict[str, Any]) -> SafeString:
    """Both versions by their names, and the way to what changed between them."""
    if not done.writes or done.version is None or done.invoice.case_id is None:
        return format_html("{}", _("Only the tables changed: Make writes invoices into the helper of this case."))
    numbers = [done.invoice.before_version if turn == "accept" else asked["expected_version"], done.version]
    names = [code(f"{done.invoice.plate}_helper_v{number}") for number in numbers]
    told = _("The new version is {}; as it was before, it stands in {}.")
    address = of_comparison(done.invoice.case_id, numbers[0] or 0, done.version)
    return format_html('{} <a href="{}">{}</a>', format_html(told, names[1], names[0]), address, _("What changed"))


def _title(turn: str) -> str:
    return _("Accept the invoice") if turn == "accept" else _("Take the acceptance back")


def _address(verb: str, invoice: Invoice) -> str:
    return reverse(f"admin:invoices_invoice_{verb}", args=[invoice.pk])


def _tell_lines(refusal: Refused, lines: list[AssignLine]) -> bool:
    """Put each reason beside the line it is about; whether there was any."""
    for error in refusal.details if isinstance(refusal.details, list) else []:
        if found := _PLACE.match(error["pointer"]):
            lines[int(found[1])].error = error["reason"]
    return any(one.error for one in lines)
