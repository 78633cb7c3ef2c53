"""The pages that bring invoices from a file: choose, see what it would do, confirm, watch, fetch what was refused."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages import OwnPages, person
from cases import list_files, listed
from cases.export_admin import download
from cases.list_files import ListFile
from core import table
from invoices import import_plan, importing
from invoices.export import HEADS
from invoices.import_plan import Planned

_INVALID, _PER_PAGE = 422, 50
_ONE = "admin:invoices_invoice_import_one"
UNREADABLE: dict[str, Promise] = {
    "too_large": gettext_lazy("The file is larger than 5 MB. Split it."),
    "empty": gettext_lazy("There is nothing in this file."),
    "old_excel": gettext_lazy("This is a file of an old Excel (.xls). Save it as .xlsx or CSV."),
    "not_a_table": gettext_lazy("This is no table that can be read. Send .xlsx or CSV."),
    "too_wide": gettext_lazy("The table has more than 60 columns."),
    "too_long": gettext_lazy("The table has more than 5,000 rows. Split it."),
    "heads_twice": gettext_lazy("Two columns have the same heading."),
    "no_heads": gettext_lazy("None of its columns is known: the first row names them."),
    "bomb": gettext_lazy("Unpacked, this file would be far larger than a list of invoices."),
    "active": gettext_lazy("There are macros or links to other files in it. Save it as a plain .xlsx or CSV."),
    "locked": gettext_lazy("The file is locked with a password."),
}
# what a row does -> how the page calls such rows
TABS: dict[str, Promise] = {
    import_plan.NEW: gettext_lazy("new"),
    import_plan.CHANGED: gettext_lazy("changed ones"),
    import_plan.REFUSED: gettext_lazy("refused"),
    import_plan.SAME: gettext_lazy("unchanged"),
}


class FileForm(forms.Form):
    """The file somebody chose."""

    file = forms.FileField(
        label=gettext_lazy("the file, .xlsx or CSV"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ImportPages(OwnPages):
    """Nothing is written before somebody has seen what it would be, and confirmed it."""

    def import_urls(self) -> list[URLPattern]:
        return [
            self.address("import/", self.import_view, "import"),
            self.address("import/<uuid:pk>/", self.import_one_view, "import_one"),
            self.address("import/<uuid:pk>/refused/", self.import_refused_view, "import_refused"),
        ]

    def may_import(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request) and person(request) is not None

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; after it, the page that tells what it would do."""
        who = person(request)
        if not self.may_import(request) or who is None:
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file: Any = form.cleaned_data["file"]
            try:
                held = importing.look(file=file, filename=file.name, person=who)
                return redirect(_ONE, held.pk)
            except table.Unreadable as unreadable:
                form.add_error("file", str(UNREADABLE[unreadable.reason]))
        status = _INVALID if form.errors else 200
        columns = list(HEADS.values())
        return self.page(
            request, "import", status=status, title=_("Bring invoices from a file"), form=form, columns=columns
        )

    def import_one_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What the file would do, how far the worker is, and what came of it; a POST confirms."""
        held = self.own_import(request, pk)
        run = list_files.runs(held)
        is_at_it = run is not None and run.state == run.State.RUNNING and not run.is_lost
        if request.method == "POST":
            if not is_at_it and held.total:
                importing.confirm(held)
            return redirect(_ONE, pk)
        rows = importing.planned(held)
        counts = {what: sum(row.what == what for row in rows) for what in TABS}
        asked = request.GET.get("show", "")
        shown = asked if asked in TABS else next((what for what, n in counts.items() if n), import_plan.NEW)
        chosen = [row for row in rows if row.what == shown]
        return self.page(
            request,
            "import_one",
            title=_("Bring invoices from a file"),
            held=held,
            run=run,
            is_at_it=is_at_it,
            is_done=run is not None and run.state == run.State.DONE,
            tabs=[(what, words, counts[what]) for what, words in TABS.items()],
            show=shown,
            rows=Paginator(chosen, _PER_PAGE).get_page(request.GET.get("page", "1")),
            heads=HEADS,
            unknown=held.refused.get("*unknown", []),
            late=[(place, reason) for place, reason in held.refused.items() if place != "*unknown"][:_PER_PAGE],
            refused=len(_refused(held, rows)),
        )

    def import_refused_view(self, request: HttpRequest, pk: UUID) -> Any:
        """The rows that were refused, as they came, each with its reason: mend them, and send them again."""
        held = self.own_import(request, pk)
        lines = ([*row.raw, reason] for row, reason in _refused(held, importing.planned(held)))
        heads = [*held.heads, "סיבה"]
        return download(listed.table(held.format, "נדחו", heads, lines), held.format, f"refused.{held.format}")

    def own_import(self, request: HttpRequest, pk: UUID) -> ListFile:
        """Raises Http404 alike for another person's and a missing one."""
        if not self.may_import(request):
            raise PermissionDenied
        mine = ListFile.objects.defer("content").of_person(person(request))
        held = mine.filter(pk=pk, list=importing.NAME, direction="IMPORT").first()
        if held is None:
            raise Http404
        return held


def _refused(held: ListFile, rows: list[Planned]) -> list[tuple[Planned, str]]:
    late = held.refused
    found = [(row, row.reason or late.get(str(row.place), "")) for row in rows]
    return [(row, reason) for row, reason in found if reason]
