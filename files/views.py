"""Files over HTTP: brought, listed, read, put away and brought back, and links to them made."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from core import acting
from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.narrowing import narrowed
from core.paging import page
from files import arriving, examples, links, reported, services
from files.filters import DocumentFilter, described
from files.models import Document, DocumentLink
from files.serializers import (
    FileKept,
    FileRow,
    LinkRow,
    ShareFile,
    SignedUrl,
    SignUrl,
    UpdateFile,
    UploadFacts,
    UploadFile,
)
from files.serving import answer_with
from files.uploads import BetweenTransactions, form_of

_DAY = 24 * 60 * 60
_BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The file.")


def one(document_id: UUID) -> Any:
    """A file's row, also one that was put away. Raises NotFound."""
    found = Document.objects.filter(pk=document_id).first()
    if found is None:
        raise NotFound
    return shown(FileRow, found)


class DocumentListView(BetweenTransactions):
    """The files of the office, and bringing one."""

    @extend_schema(operation_id="files_list", parameters=described(DocumentFilter), responses=FileRow(many=True))
    def get(self, request: Request) -> Response:
        with self.as_caller():
            return page(request, narrowed(DocumentFilter, request, Document.objects.newest()), FileRow)

    @extend_schema(
        operation_id="files_add",
        request={"multipart/form-data": UploadFile},
        responses={201: FileKept, 200: FileKept},
    )
    def post(self, request: Request) -> Response:
        form = form_of(request._request)
        with form.content:
            asked = checked(UploadFacts(data=form.fields))
            case_id, plate = asked.pop("case_id", None), asked.pop("plate", None)
            caller: Any = request.user
            whose = partial(arriving.place_of, case_id=case_id, plate=plate, home=caller.org_id)
            arrived = arriving.arrive(form.content, filename=form.filename, place=whose, caller=self.as_caller, **asked)
        row = shown(FileRow, arrived.document) | {"unchanged": arrived.is_unchanged}
        answer = Response(row, status=200 if arrived.is_unchanged else 201)
        answer["Location"] = f"/api/v1/files/{arrived.document.pk}"
        return answer


class DocumentView(CallerView):
    """One file."""

    @extend_schema(operation_id="files_read", responses=FileRow)
    def get(self, request: Request, file_id: str) -> Response:
        return Response(one(uuid_or_404(file_id)))

    @extend_schema(operation_id="files_update", request=UpdateFile, responses=FileRow, examples=examples.UPDATE_FILE)
    def patch(self, request: Request, file_id: str) -> Response:
        key = uuid_or_404(file_id)
        services.update(document_id=key, **checked(UpdateFile(data=json_object(request._request).value)))
        return Response(one(key))

    @extend_schema(operation_id="files_remove", responses={204: None})
    def delete(self, request: Request, file_id: str) -> Response:
        services.put_away(document_id=uuid_or_404(file_id))
        return Response(status=204)


class RestoreDocumentView(CallerView):
    """Bringing back a file that was put away."""

    @extend_schema(operation_id="files_restore", request=None, responses=FileRow)
    def post(self, request: Request, file_id: str) -> Response:
        key = uuid_or_404(file_id)
        services.bring_back(document_id=key)
        return Response(one(key))


class ContentView(BetweenTransactions):
    """The bytes of a file, for who has a login."""

    @extend_schema(operation_id="files_content", responses={(200, "application/octet-stream"): _BYTES})
    def get(self, request: Request, file_id: str) -> HttpResponseBase:
        with self.as_caller():
            found: Any = services.read(document_id=uuid_or_404(file_id))
        return answer_with(
            request._request, bucket=found.bucket_name, key=found.storage_key, filename=found.filename,
            mime_type=found.mime_type, size=found.size_bytes, is_ranged=True,
        )  # fmt: skip


class SignUrlView(CallerView):
    """A link that saves one file, for a quarter of an hour at most."""

    @extend_schema(operation_id="sign_url", request=SignUrl, responses=SignedUrl, examples=examples.SIGN_URL)
    def post(self, request: Request) -> Response:
        asked = checked(SignUrl(data=json_object(request._request).value))
        key = asked["file_id"] if "file_id" in asked else reported.document_of(asked["report_id"])
        seconds = asked.get("expires_in", settings.LINK_MAX_SECONDS)
        return signed(request, key, DocumentLink.Purpose.DOWNLOAD, seconds)


class ShareView(CallerView):
    """A link to be sent to somebody outside the office; it lives for days, and is revoked when it is not wanted."""

    @extend_schema(
        operation_id="files_share", request=ShareFile, responses={201: SignedUrl}, examples=examples.SHARE_FILE
    )
    def post(self, request: Request, file_id: str) -> Response:
        key = uuid_or_404(file_id)
        asked = checked(ShareFile(data=json_object(request._request).value))
        days = asked.get("days", settings.SHARE_LINK_DAYS)
        return signed(request, key, DocumentLink.Purpose.SHARE, days * _DAY, status=201)


class RevokeLinkView(CallerView):
    """Closing a link before its time."""

    @extend_schema(operation_id="files_link_revoke", request=None, responses=LinkRow)
    def post(self, request: Request, link_id: str) -> Response:
        return Response(shown(LinkRow, links.revoke(uuid_or_404(link_id))))


def signed(request: Request, document_id: UUID, purpose: str, seconds: int, status: int = 200) -> Response:
    """The answer with a new link."""
    made = links.make(document_id, purpose, seconds)
    url = request._request.build_absolute_uri(made.url)
    answer = Response(shown(SignedUrl, made._replace(url=url)), status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


class LinkView(BetweenTransactions):
    """What a link opens; who has it needs no login."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_throttles(self) -> list[BaseThrottle]:
        # Nobody in particular asks; a token of 256 bits is not guessed.
        return []

    @extend_schema(operation_id="links_open", responses={(200, "application/octet-stream"): _BYTES})
    def get(self, request: Request, token: str) -> HttpResponseBase:
        with acting.acting(acting.SERVICE):
            found = links.opened(token)
        return answer_with(
            request._request, bucket=found.bucket, key=found.key, filename=found.filename, mime_type=found.mime_type,
            size=found.size_bytes, is_preview=found.purpose == DocumentLink.Purpose.PREVIEW and not found.is_active,
            framed_by=found.framed_by,
        )  # fmt: skip
