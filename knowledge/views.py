"""The knowledge base over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.paging import page
from knowledge import examples, services
from knowledge.models import KbDoc, KbDocQuerySet
from knowledge.serializers import AddDoc, AskDocs, AskSearch, DocRow, DocWhole, FoundDoc, UpdateDoc, asked_of

_PAGING = {"limit", "offset"}


def asked_in(request: Request) -> dict[str, Any]:
    """The query string, with every tag that is named in it."""
    asked = {name: value for name, value in request.query_params.items() if value or name == "q"}
    if tags := request.query_params.getlist("tags"):
        asked["tags"] = ",".join(tags)
    return asked


def whole(doc_id: UUID) -> Any:
    """A document with its text. Raises NotFound."""
    doc = KbDoc.objects.kept().defer("search", "search_text").filter(pk=doc_id).first()
    if doc is None:
        raise NotFound
    return shown(DocWhole, doc)


def narrowed(tag: str | None = None, tags: list[str] | None = None, **asked: Any) -> KbDocQuerySet:
    """The documents a list asks for, the last changed first."""
    docs = KbDoc.objects.kept().tagged([*(tags or ()), *([tag] if tag else ())])
    if since := asked.pop("updated_since", None):
        docs = docs.filter(updated_at__gte=since)
    return docs.filter(**asked).order_by("-updated_at", "id")


class DocListView(CallerView):
    """The documents of the office, and adding one."""

    @extend_schema(operation_id="kb_docs_list", parameters=[AskDocs], responses=DocRow(many=True))
    def get(self, request: Request) -> Response:
        asked = {name: value for name, value in asked_in(request).items() if name not in _PAGING}
        return page(request, narrowed(**checked(AskDocs(data=asked))), DocRow)

    @extend_schema(
        operation_id="kb_docs_add",
        request=AddDoc,
        responses={201: DocWhole, 200: DocWhole},
        examples=examples.ADD_DOC,
    )
    def post(self, request: Request) -> Response:
        doc = services.add(**checked(AddDoc(data=json_object(request._request).value)))
        answer = Response(whole(doc.pk), status=201 if doc.created else 200)  # type: ignore[attr-defined]
        answer["Location"] = f"/api/v1/kb/docs/{doc.pk}"
        return answer


class DocView(CallerView):
    """One document."""

    @extend_schema(operation_id="kb_docs_read", responses=DocWhole)
    def get(self, request: Request, doc_id: str) -> Response:
        return Response(whole(uuid_or_404(doc_id)))

    @extend_schema(operation_id="kb_docs_update", request=UpdateDoc, responses=DocWhole, examples=examples.UPDATE_DOC)
    def patch(self, request: Request, doc_id: str) -> Response:
        key = uuid_or_404(doc_id)
        services.update(doc_id=key, **checked(UpdateDoc(data=json_object(request._request).value)))
        return Response(whole(key))

    @extend_schema(operation_id="kb_docs_remove", responses={204: None})
    def delete(self, request: Request, doc_id: str) -> Response:
        services.remove(doc_id=uuid_or_404(doc_id))
        return Response(status=204)


class SearchView(CallerView):
    """Finding documents by their words."""

    @extend_schema(operation_id="kb_search", parameters=[AskSearch], responses=FoundDoc(many=True))
    def get(self, request: Request) -> Response:
        asked = checked(AskSearch(data=asked_in(request)))
        return Response(FoundDoc(KbDoc.objects.search(**asked_of(asked)), many=True).data)
