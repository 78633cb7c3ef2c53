"""What stands on reports, over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParser
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Profile
from core import acting
from core.api import CallerView, checked, problem
from core.body import json_object, refuse_unreadable
from core.errors import Invalid, Refused
from files import asset_pictures, assets
from files.asset_serializers import AssetsRow, ReportAssets, ReportAssetsForm, SetReportAssets
from files.models import UserAssets

_MOST = 4 * asset_pictures.MAX_BYTES + 64 * 1024
_EXAMPLE = OpenApiExample(
    "The office's name and licence",
    {"whose": "own", "business_name": "שמאות הדוגמה", "license_number": "0000", "draft_watermark_text": "טיוטה"},
    request_only=True,
    media_type="application/json",
)


class AssetsView(CallerView):
    """Logo, stamp, signature, background and texts: one's own, and the office's for all who have none."""

    _wish: assets.Wish | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        if self._wish is None or answer.status_code >= 400:
            return answer
        try:
            self._wish.carry_out()
            with self._wish.as_caller():
                return JsonResponse(self._told())
        except Refused as refused:
            return problem(request, refused)

    @extend_schema(operation_id="report_assets_read", responses=ReportAssets)
    def get(self, request: Request) -> Response:
        return Response(self._told())

    @extend_schema(
        operation_id="report_assets_update",
        request={"application/json": SetReportAssets, "multipart/form-data": ReportAssetsForm},
        responses=ReportAssets,
        examples=[_EXAMPLE],
    )
    def put(self, request: Request) -> Response:
        sent, files = _sent(request)
        try:
            self._wish = self._wished(request, sent, files)
        finally:
            for file in files.values():
                file.close()
        # Answered once it is carried out, after this transaction.
        return Response()

    def _wished(self, request: Request, sent: dict[str, Any], files: dict[str, Any]) -> assets.Wish:
        asked = checked(SetReportAssets(data=sent))
        caller: Any = request.user
        whose, remove = asked.pop("whose"), asked.pop("remove")
        if caller.user_id is None or (whose == "office" and caller.role not in Profile.MANAGERS):
            raise Refused("forbidden")
        drawn = {name: asset_pictures.clean(file, name) for name, file in files.items()}
        return assets.Wish(
            org_id=caller.org_id,
            user_id=caller.user_id if whose == "own" else None,
            texts={name: value or None for name, value in asked.items()},
            pictures={**dict.fromkeys(remove), **drawn},
            as_caller=acting.same_caller(),
        )

    def _told(self) -> dict[str, Any]:
        caller: Any = self.request.user
        if caller.org_id is None:
            raise Refused("forbidden")
        own, office = assets.rows(caller.org_id, caller.user_id)
        told = {"own": _row(own, None), "office": _row(None, office), "effective": _row(own, office)}
        return dict(ReportAssets(told).data)


def _row(own: UserAssets | None, office: UserAssets | None) -> dict[str, Any]:
    values = assets.effective_values(own, office)
    row = {name: values.get(name) for name in UserAssets.TEXTS}
    return dict(
        AssetsRow({**row, "pictures": [n for n, column in UserAssets.PICTURES.items() if column in values]}).data
    )


def _sent(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is asked for, and the pictures that came with it."""
    http = request._request
    if not (http.content_type or "").startswith("multipart/form-data"):
        return json_object(http).value, {}
    refuse_unreadable(http, _MOST)
    form, parsed = MultiPartParser(http.META, http, http.upload_handlers, http.encoding or "utf-8").parse()
    files: dict[str, Any] = parsed.dict()
    if unknown := set(files) - set(UserAssets.PICTURES):
        for file in files.values():
            file.close()
        raise Invalid.at(f"/{sorted(unknown)[0][:50]}", "unknown picture")
    sent: dict[str, Any] = form.dict()
    if "remove" in form:
        sent["remove"] = form.getlist("remove")
    return sent, files
