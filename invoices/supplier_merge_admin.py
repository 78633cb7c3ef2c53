"""Several suppliers that turned out to be one: suggestions, what merging would do, and all at once or none."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages
from accounts.templatetags import office
from core.errors import Refused
from invoices import display, editing, supplier_alike
from invoices.models import Invoice, InvoiceSupplier

_MOST, _MOST_SHOWN = 20, 30


class MergePages(OwnPages):
    """A GET shows what would change, a POST changes it."""

    def merge_urls(self) -> list[URLPattern]:
        return [
            self.address("alike/", self.alike_view, "alike"),
            self.address("merge-several/", self.merge_several_view, "merge_several"),
        ]

    def alike_view(self, request: HttpRequest) -> HttpResponse:
        """Suppliers that are probably one."""
        self.look(request)
        groups = [(one, merge_address(one.ids)) for one in supplier_alike.groups()]
        may = self.has_change_permission(request)
        return self.page(request, "alike", title=_("Written differently?"), groups=groups, may_change=may)

    def merge_several_view(self, request: HttpRequest) -> HttpResponse:
        """Which of them stays is chosen; every invoice keeps the name that stands on it."""
        self.look(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        said = request.POST if request.method == "POST" else request.GET
        suppliers = _chosen(said.getlist("id"))
        stays = next((one for one in suppliers if str(one.pk) == said.get("into")), suppliers[0])
        others = [one for one in suppliers if one is not stays]
        if request.method == "POST":
            return self.merged_several(request, others, stays)
        return self.page(
            request,
            "merge_several",
            title=_("Merge suppliers"),
            stays=stays,
            others=_counted(others),
            choices=[(one, merge_address([str(two.pk) for two in suppliers], one.pk)) for one in others],
            twice=supplier_alike.numbers_twice([one.pk for one in suppliers])[:_MOST_SHOWN],
            taken=[one for one in others if one.merged_from],
        )

    def merged_several(self, request: HttpRequest, others: list[Any], stays: InvoiceSupplier) -> HttpResponse:
        try:
            count = editing.merge_several(from_ids=[one.pk for one in others], into_id=stays.pk)
        except Refused as refused:
            self.message_user(request, display.refusal(refused), messages.ERROR)
            return redirect(merge_address([str(one.pk) for one in [stays, *others]], stays.pk))
        words = ngettext("%(n)s invoice moved with it.", "%(n)s invoices moved with it.", count) % {"n": count}
        done = format_html(gettext("They are all {} now; each can be taken back below."), office.words(stays.name))
        self.message_user(request, format_html("{} {}", done, words))
        return redirect("admin:invoices_invoicesupplier_change", stays.pk)


def merge_address(ids: list[str], into: UUID | None = None) -> str:
    """Where merging these is looked at."""
    asked = [("id", key) for key in ids] + ([("into", str(into))] if into else [])
    return f"{reverse('admin:invoices_invoicesupplier_merge_several')}?{urlencode(asked)}"


def _chosen(keys: list[str]) -> list[Any]:
    """The suppliers of these ids, the oldest first. Raises Http404 for fewer than two, or one that stands by none."""
    wanted = {key for text in keys[:_MOST] if (key := _key(text))}
    rows = InvoiceSupplier.objects.standing().filter(pk__in=wanted).order_by("created_at", "id")
    found: list[Any] = list(rows)
    if len(found) < 2 or len(found) != len(wanted):
        raise Http404
    leads = set(InvoiceSupplier.objects.filter(merged_into__in=wanted).values_list("merged_into", flat=True))
    for one in found:
        one.merged_from = one.pk in leads
    return found


def _counted(suppliers: list[Any]) -> list[tuple[Any, int, int, list[Any]]]:
    """Each with how many of its invoices move, how many stay as they are, and the first of those that move."""
    staying = Q(accepted_at__isnull=False) | Q(status=Invoice.Status.CANCELLED)
    rows = Invoice.objects.filter(supplier__in=[one.pk for one in suppliers]).order_by()
    counts = {
        key: (moving, stays)
        for key, moving, stays in rows.values_list("supplier_id").annotate(
            moving=Count("pk", filter=~staying), stays=Count("pk", filter=staying)
        )
    }
    named = rows.exclude(staying).order_by("-created_at").only("invoice_number", "supplier_id", "supplier_name")
    shown: dict[Any, list[Any]] = {}
    for invoice in named[: _MOST_SHOWN * len(suppliers)]:
        shown.setdefault(invoice.supplier_id, []).append(invoice)
    return [(one, *counts.get(one.pk, (0, 0)), shown.get(one.pk, [])[:_MOST_SHOWN]) for one in suppliers]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
