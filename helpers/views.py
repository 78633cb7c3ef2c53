"""The helper over HTTP: text in, text out."""

import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from cases.models import Case
from core import body
from core.api import CallerView, checked, shown, uuid_or_404
from core.errors import Invalid, NotFound, Refused
from core.rpc import JsonText
from helpers import bodies, examples, meeting, operations, patching, services, tickets, unwrap
from helpers.meeting import Mine, Outcome
from helpers.models import CaseHelper
from helpers.patching import Patch
from helpers.serializers import (
    ExportHelper,
    ExportTicket,
    HelperExported,
    HelperImported,
    HelperMerged,
    HelperWhole,
    PatchHelper,
    SaveHelper,
    SendBeacon,
    VersionHead,
)

_ETAG = re.compile(r'(?:W/)?"?v([0-9]{1,9})"?')
FOR_EVER = "private, max-age=31536000, immutable"
_FORM_AROUND_FILE = 64 * 1024
_FILE_FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
_POINTER = {"type": "string", "description": "A JSON Pointer; empty is the whole helper."}
_OPERATION = {
    "type": "object",
    "properties": {"op": {"enum": list(operations.NAMES)}, "path": _POINTER, "from": _POINTER, "value": {}},
    "required": ["op", "path"],
}
_OPERATIONS = {"type": "array", "items": _OPERATION, "maxItems": operations.MOST}
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag read, in place of version.")
_SECTION = OpenApiParameter("section", str, description="Only this section in `helper`.")


def etag(version: int) -> str:
    return f'"v{version}"'


def whole(request: Request, version: CaseHelper | None, *, cache: str = "private, no-cache") -> HttpResponse:
    """Answer `version` with its helper, or 304 when the caller has it. Raises NotFound where there is none."""
    if version is None:
        raise NotFound
    asked = request.headers.get("If-None-Match", "")
    headers = {"ETag": etag(version.version), "Cache-Control": cache, "Vary": "Authorization, apikey"}
    if asked == "*" or str(version.version) in _ETAG.findall(asked):
        return HttpResponse(status=304, headers=headers)
    head = json.dumps(shown(VersionHead, version), ensure_ascii=False, cls=JSONEncoder)
    section = request.query_params.get("section")
    text = bodies.text_of(version) if section is None else bodies.section_of(version, section)
    content = b'%b, "helper": %b}' % (head[:-1].encode(), text)
    return HttpResponse(content, content_type="application/json", headers=headers)


def expected_version(request: Request, asked: int | None, pointer: str = "/version") -> int:
    """The version the caller read, from the body or from If-Match.

    Raises Refused `version_required` when neither says it, Invalid when they disagree.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if asked is None:
            raise Refused("version_required")
        return asked
    match = _ETAG.fullmatch(header.strip())
    if match is None or asked not in {None, int(match[1])}:
        raise Invalid.at(pointer, "If-Match does not name the same version")
    return int(match[1])


class HelperView(CallerView):
    """The current helper of a case."""

    @extend_schema(operation_id="helper_load", parameters=[_SECTION], responses=HelperWhole)
    def get(self, request: Request, case_id: str) -> HttpResponse:
        return whole(request, CaseHelper.objects.head(uuid_or_404(case_id)))

    @extend_schema(
        operation_id="helper_save",
        parameters=[IF_MATCH],
        request=SaveHelper,
        responses=HelperMerged,
        examples=examples.SAVE_HELPER,
    )
    def put(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        sent = body.json_object(request._request)
        asked = checked(SaveHelper(data=sent.value))
        mine = Mine(
            case_id=key,
            read=expected_version(request, asked.get("version")),
            helper=JsonText(sent.raw, ("helper",)),
            label=asked.get("label"),
            trigger=asked.get("trigger"),
        )
        return _saved(meeting.save(mine, merging=asked.get("on_conflict") == "merge"))

    @extend_schema(
        operation_id="helper_patch",
        parameters=[IF_MATCH, PatchHelper],
        request={patching.MERGE: dict, patching.OPERATIONS: _OPERATIONS},
        responses=HelperMerged,
        examples=examples.PATCH_HELPER,
    )
    def patch(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        sent = body.json_body(request._request, media_types=(patching.MERGE, patching.OPERATIONS))
        asked = checked(PatchHelper(data=request.query_params.dict()))
        read = expected_version(request, asked.pop("version", None))
        merging = asked.pop("on_conflict", None) == "merge"
        patch = Patch(case_id=key, sent=sent, read=read, merging=merging, **asked)
        is_merge_patch = request._request.content_type == patching.MERGE
        return _saved(patching.merge_patch(patch) if is_merge_patch else patching.json_patch(patch))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method == "PATCH" and answer.status_code == 415:
            answer["Accept-Patch"] = f"{patching.MERGE}, {patching.OPERATIONS}"
        return answer


def _saved(outcome: Outcome) -> Response:
    saved: Any = outcome.saved
    saved.unchanged = outcome.is_unchanged
    if outcome.is_unchanged:
        saved.changed_sections = []
    if outcome.is_merged:
        saved.merged = True
    answer = Response(shown(HelperMerged, saved))
    answer["ETag"] = etag(saved.version)
    return answer


class PlateHelperView(CallerView):
    """The current helper of a plate."""

    @extend_schema(operation_id="plate_helper_load", parameters=[_SECTION], responses=HelperWhole)
    def get(self, request: Request, plate: str) -> HttpResponse:
        return whole(request, CaseHelper.objects.of_plate(plate).without_body().first())


class VersionView(CallerView):
    """One version, which never changes."""

    @extend_schema(operation_id="versions_read", parameters=[_SECTION], responses=HelperWhole)
    def get(self, request: Request, case_id: str, version: str) -> HttpResponse:
        if not re.fullmatch(r"[0-9]{1,9}", version):
            raise NotFound
        found = CaseHelper.objects.head(uuid_or_404(case_id), int(version))
        return whole(request, found, cache=FOR_EVER)


class ImportView(CallerView):
    """Taking a helper from a file."""

    @extend_schema(
        operation_id="helpers_import",
        parameters=[OpenApiParameter("preview", bool, description="true: say what would happen, change nothing.")],
        request={"application/json": dict, "multipart/form-data": _FILE_FORM},
        responses={200: HelperImported, 201: HelperImported},
        examples=examples.IMPORT_HELPER,
    )
    def post(self, request: Request) -> Response:
        preview = request.query_params.get("preview", "").lower() in {"true", "1"}
        sent = _sent(request)
        found = unwrap.find(sent.value)
        existed = Case.objects.open().of_plate(found.plate).exists()
        saved = services.import_helper(plate=found.plate, helper_json=JsonText(sent.raw, found.path), preview=preview)
        answer = {
            "case_id": saved.case_id if existed or not preview else None,
            "plate": saved.plate,
            "version": saved.version,
            "helper_name": saved.helper_name,
            "created": not existed,
            "unwrapped": found.unwrapped,
            "warnings": found.warnings,
        }
        return Response(HelperImported(answer).data, status=200 if preview else 201)


def _sent(request: Request) -> body.JsonBody:
    """The body itself, or the one file of a form."""
    if not request.content_type.startswith("multipart/form-data"):
        return body.json_body(request._request)
    body.refuse_unreadable(request._request, limit=settings.HELPER_MAX_BYTES + _FORM_AROUND_FILE)
    files: list[Any] = list(request._request.FILES.values())
    if len(files) != 1:
        raise Invalid.at("/file", "one file is expected")
    return body.checked_json(files[0].read())


class ExportView(CallerView):
    """Make's own copy of the current version."""

    @extend_schema(
        operation_id="helper_export",
        request=ExportHelper,
        responses={202: HelperExported},
        examples=examples.EXPORT_HELPER,
    )
    def post(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        # A reason is not needed, so neither is a body.
        headers = request._request.headers
        is_told = headers.get("Content-Length", "0") not in {"", "0"} or "Transfer-Encoding" in headers
        return _exported(key, body.json_object(request._request).value if is_told else {})


class ExportTicketView(CallerView):
    """Leave for a page to export when it closes, and can no longer set a header."""

    @extend_schema(operation_id="helper_export_ticket", request=None, responses={201: ExportTicket})
    def post(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        if not CaseHelper.objects.current(key).exists():
            raise NotFound
        caller: Any = request.user
        if caller.user_id is None:
            raise Refused("forbidden")
        ticket, expires_at = tickets.give(case_id=key, user_id=caller.user_id)
        return Response(ExportTicket({"ticket": ticket, "expires_at": expires_at}).data, status=201)


class BeaconView(CallerView):
    """The same export for `navigator.sendBeacon`; the ticket alone says who is calling."""

    authentication_classes = [tickets.TicketAuthentication]

    @extend_schema(
        operation_id="helper_export_beacon",
        request={"application/json": SendBeacon, "text/plain": SendBeacon},
        responses={202: HelperExported},
        examples=examples.SEND_BEACON,
    )
    def post(self, request: Request) -> Response:
        sent: Any = request.auth
        return _exported(sent.case_id, sent.said)


def _exported(case_id: UUID, said: dict[str, Any]) -> Response:
    asked = checked(ExportHelper(data=said))
    queued = services.export(case_id=case_id, reason=asked.get("reason"))
    return Response(HelperExported(queued).data, status=202)
