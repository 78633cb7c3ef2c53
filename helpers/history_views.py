"""The history of a helper over HTTP: its versions, what differs between them, and bringing one back."""

import re
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Case
from core import body
from core.api import CallerView, checked, shown, uuid_or_404
from core.errors import Invalid, NotFound
from core.paging import asked_part, text_page
from helpers import examples, history, history_texts, services, version_lines
from helpers.history_serializers import FieldValue, HelperCompared, RestoreHelper, TextFound, VersionRow
from helpers.models import CaseHelper
from helpers.serializers import HelperRestored
from helpers.views import FOR_EVER, IF_MATCH, etag, expected_version

_NUMBER = re.compile("v?([0-9]{1,9})", re.ASCII)
_DEFAULT_ENDS = {"from": "previous", "to": "current"}
_LONGEST_VALUE = 64 * 1024  # bytes
_SPANS_LOOKED_INTO, _PLACES_NAMED = 20, 20
_QUERY = range(2, 201)  # characters
# Rows without documents are thin: a history may be asked for whole.
_MOST_VERSIONS = 1000

_OFFSET = OpenApiParameter("offset", int, description="How many to leave out, from the newest on.")
_PAGING = [OpenApiParameter("limit", int, description="At most 200; 100 where it is left out."), _OFFSET]
_VERSION_PAGING = [OpenApiParameter("limit", int, description="At most 1,000; 100 where it is left out."), _OFFSET]


def _version_parameter(name: str, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=text, examples=examples.VERSION)


class VersionListView(CallerView):
    """The history of a case, newest first."""

    @extend_schema(operation_id="versions_list", parameters=_VERSION_PAGING, responses=VersionRow(many=True))
    def get(self, request: Request, case_id: str) -> HttpResponse:
        key, part = uuid_or_404(case_id), asked_part(request, most=_MOST_VERSIONS)
        found = version_lines.read(key, part.limit + 1, part.offset)
        if not found:
            _case_or_404(key)
        return text_page(request, part, found, CaseHelper.objects.filter(case_id=key).count)


class CompareView(CallerView):
    """Two versions of a case side by side."""

    @extend_schema(
        operation_id="helper_compare",
        parameters=[
            _version_parameter(
                "from", "A version, `current` or `previous` (the one before `to`), which is the default."
            ),
            _version_parameter("to", "A version, `current` (the default) or `previous`."),
            OpenApiParameter("section", str, description="Only this section."),
        ],
        responses=HelperCompared,
    )
    def get(self, request: Request, case_id: str) -> HttpResponse:
        key, asked = uuid_or_404(case_id), request.query_params
        names = [_named(asked.get(name, default), f"/{name}") for name, default in _DEFAULT_ENDS.items()]
        start, end = history.ends(key, names[0], names[1])
        tag = f'"v{start.version if start else 0}-v{end.version}"'
        is_for_ever = all(isinstance(name, int) for name in names)
        headers = {
            "ETag": tag,
            "Cache-Control": FOR_EVER if is_for_ever else "private, no-cache",
            "Vary": "Authorization, apikey",
        }
        if _is_had(request, tag):
            return HttpResponse(status=304, headers=headers)
        found = history.between(key, start.version if start else None, end.version)
        if "section" in asked:
            found = found.only(asked["section"])
        content = history_texts.comparison(start, end, found)
        return HttpResponse(content, content_type="application/json", headers=headers)


class FieldHistoryView(CallerView):
    """Every value that one place ever had, newest first."""

    @extend_schema(
        operation_id="helper_history",
        parameters=[
            OpenApiParameter("pointer", str, required=True, description="RFC 6901.", examples=examples.POINTER),
            _version_parameter(
                "version", "In which version the pointer's rows stand at their places; the current one."
            ),
            *_PAGING,
        ],
        responses=FieldValue(many=True),
    )
    def get(self, request: Request, case_id: str) -> HttpResponse:
        key, asked, part = uuid_or_404(case_id), request.query_params, asked_part(request)
        if "pointer" not in asked:
            raise Invalid.at("/pointer", "a JSON Pointer is expected")
        version = _number(asked["version"], "/version") if "version" in asked else None
        try:
            field = history.of_field(key, asked["pointer"], version=version, most_bytes=_LONGEST_VALUE)
        except ValueError as exc:
            raise Invalid.at("/pointer", str(exc)) from None
        chosen = field.spans[part.offset : part.stop]
        found = [history_texts.field_value(span, is_last=span is field.spans[0]) for span in chosen]
        answer = text_page(request, part, found, field.spans.__len__)
        if field.identities:
            answer["X-Row-Identity"] = ", ".join(field.identities)
        return answer


class FindView(CallerView):
    """In which versions a text was there, newest first."""

    @extend_schema(
        operation_id="helper_find",
        parameters=[
            OpenApiParameter(
                "q",
                str,
                required=True,
                description="2 to 200 characters; capitals do not matter.",
                examples=examples.TEXT,
            )
        ],
        responses=TextFound(many=True),
    )
    def get(self, request: Request, case_id: str) -> HttpResponse:
        key, text = uuid_or_404(case_id), request.query_params.get("q", "")
        if len(text) not in _QUERY or "\0" in text:
            raise Invalid.at("/q", "a text of 2 to 200 characters is expected")
        spans = history.of_text(key, text)
        if not spans:
            _case_or_404(key)
        held = [span for span in spans if span.is_there][:_SPANS_LOOKED_INTO]
        where = history.where(key, text, [span.version for span in held], most=_PLACES_NAMED)
        found = [
            history_texts.text_found(span, where[span.version], is_last=span is spans[0])
            for span in held
            # The text stood between two values only, where JSON has its commas.
            if where[span.version]
        ]
        return HttpResponse(f"[{', '.join(found)}]", content_type="application/json")


class RestoreView(CallerView):
    """Putting an old version on top, whole or in part."""

    @extend_schema(
        operation_id="helper_restore",
        parameters=[IF_MATCH],
        request=RestoreHelper,
        responses=HelperRestored,
        examples=examples.RESTORE_HELPER,
    )
    def post(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        asked = checked(RestoreHelper(data=body.json_object(request._request).value))
        expected = expected_version(request, asked.pop("expected_version", None), "/expected_version")
        saved = services.restore(case_id=key, version=asked.pop("version", None), expected_version=expected, **asked)
        saved.unchanged = saved.version == expected  # type: ignore[attr-defined]
        if saved.version == expected:
            # What the current version itself once changed or brought back is not the news.
            saved.changed_sections, saved.restored_from = [], None
        answer = Response(shown(HelperRestored, saved))
        answer["ETag"] = etag(saved.version)
        return answer


def _named(text: str, pointer: str) -> history.Named:
    return text if text in {"current", "previous"} else _number(text, pointer)  # type: ignore[return-value]


def _number(text: str, pointer: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Invalid.at(pointer, "no such version can be: a number is expected, like 7 or v7")
    return int(match[1])


def _is_had(request: Request, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    return tag in tags or "*" in tags


def _case_or_404(case_id: UUID) -> None:
    if not Case.objects.filter(pk=case_id).exists():
        raise NotFound
