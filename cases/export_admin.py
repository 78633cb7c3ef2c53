"""The button that gives a list as a file, for any list of the admin: at once, or by a worker with a page to wait on."""

from datetime import date
from typing import IO, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.pages import OwnPages, person
from cases import list_files, listed
from cases.list_files import ListFile
from cases.listed import FORMATS, Listed

# So many rows a person waits for; more are a worker's.
AT_ONCE = 2000


class ExportPages(OwnPages):
    """A list whose narrowed rows can be had as CSV and as XLSX; `listed_as` says which columns."""

    def listed_as(self, request: HttpRequest) -> Listed:
        raise NotImplementedError

    def export_urls(self) -> list[URLPattern]:
        return [
            self.address("export/<str:form>/", self.export_view, "export"),
            self.address("exported/<uuid:pk>/", self.exported_view, "exported"),
            self.address("exported/<uuid:pk>/file/", self.exported_file_view, "exported_file"),
        ]

    def narrowed(self, request: HttpRequest) -> list[UUID]:
        """The ids of the list as it is narrowed and ordered, one more than may be had at once where there are more."""
        rows: Any = self.get_changelist_instance(request).get_queryset(request)
        return list(rows.values_list("pk", flat=True)[: list_files.MOST_ROWS + 1])

    def export_view(self, request: HttpRequest, form: str) -> Any:
        """A short list at once; for a long one a POST hands the work to a worker."""
        self.look(request)
        if form not in FORMATS:
            raise Http404
        ids, what = self.narrowed(request), self.listed_as(request)
        back = f"{reverse(self.place('changelist'))}?{request.GET.urlencode()}"
        if len(ids) > list_files.MOST_ROWS:
            words = _("More than %(n)s rows cannot be had at once. Narrow the list first.")
            self.message_user(request, words % {"n": f"{list_files.MOST_ROWS:,}"}, messages.ERROR)
            return redirect(back)
        if request.method == "POST":
            return self.begun(request, what, form, ids)
        if len(ids) > AT_ONCE:
            context = {"title": _("Export the list"), "count": len(ids), "form": form, "back": back}
            return self.listing(request, "ask", **context)
        with translation.override("he"):
            return download(listed.written(what, form, what.read(ids)), form, filename(what, form))

    def begun(self, request: HttpRequest, what: Listed, form: str, ids: list[UUID]) -> HttpResponse:
        who = person(request)
        if who is None:
            raise PermissionDenied
        held = list_files.begin_export(name=what.name, form=form, filename=filename(what, form), ids=ids, person=who)
        return redirect(self.place("exported"), held.pk)

    def exported_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How far the worker is, and the file once it is there; a POST begins again what was lost or stopped."""
        held = self.own_file(request, pk)
        run = list_files.runs(held)
        is_at_it = run is not None and run.state == run.State.RUNNING and not run.is_lost
        if request.method == "POST" and not is_at_it:
            list_files.begin_again(held)
            return redirect(self.place("exported"), pk)
        done = run is not None and run.state == run.State.DONE
        shown = {"result": reverse(self.place("exported_file"), args=[pk]) if done else "", "is_at_it": is_at_it}
        back = reverse(self.place("changelist"))
        return self.listing(request, "exported", title=_("Export the list"), held=held, run=run, back=back, **shown)

    def exported_file_view(self, request: HttpRequest, pk: UUID) -> Any:
        """The file."""
        held = self.own_file(request, pk)
        content = ListFile.objects.filter(pk=pk).values_list("content", flat=True).first()
        if content is None:
            raise Http404
        return _answer(HttpResponse(bytes(content)), held.format, held.filename)

    def own_file(self, request: HttpRequest, pk: UUID) -> ListFile:
        """Raises Http404 alike for another person's, another list's and a missing one."""
        self.look(request)
        mine = ListFile.objects.without_content().of_person(person(request))
        held = mine.filter(pk=pk, list=self.listed_as(request).name, direction="EXPORT").first()
        if held is None:
            raise Http404
        return held

    def listing(self, request: HttpRequest, template: str, **shown: Any) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        return TemplateResponse(request, f"admin/listed/{template}.html", context)

    def place(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"


def export_links(request: HttpRequest) -> str:
    """The query string that narrows the list, for its export links."""
    asked: QueryDict = request.GET.copy()
    for name in ("p", "all", "e"):
        asked.pop(name, None)
    return asked.urlencode()


def download(file: IO[bytes], form: str, name: str) -> HttpResponse:
    """A file that a browser saves, and no program in between looks into."""
    with file:
        return _answer(HttpResponse(file.read()), form, name)


def filename(what: Listed, form: str) -> str:
    today: date = timezone.localdate()
    return f"{what.name}_{today:%Y-%m-%d}.{form}"


def _answer(answer: HttpResponse, form: str, name: str) -> HttpResponse:
    answer["Content-Type"] = FORMATS[form]
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"], answer["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return answer
