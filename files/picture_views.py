"""Pictures over HTTP: brought, listed, shown, named, ordered, put away and brought back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import Invalid, NotFound
from core.narrowing import narrowed
from core.paging import page
from files import arriving, picture_examples, picture_services, picture_tasks, pictures, storage
from files.arriving import As, Place
from files.models import Document, Image
from files.picture_filters import PictureFilter, query_of_pictures
from files.picture_reasons import WHY
from files.picture_serializers import (
    MOST_AT_ONCE,
    PictureArrived,
    PictureFields,
    PictureRow,
    PicturesReordered,
    PictureWhole,
    ReorderPictures,
    UpdatePicture,
    UploadPictures,
)
from files.uploads import BetweenTransactions, files_of

_JPEG = OpenApiResponse(OpenApiTypes.BINARY, description="A JPEG.")


def whole(image_id: UUID) -> Any:
    """A picture with all that is known of it, also one that was put away. Raises NotFound."""
    image = Image.objects.with_links().select_related("document").filter(pk=image_id).first()
    if image is None:
        raise NotFound
    return shown(PictureWhole, image)


class PictureListView(BetweenTransactions):
    """The pictures of a case, in their order, and bringing new ones."""

    @extend_schema(operation_id="images_list", parameters=query_of_pictures(), responses=PictureRow(many=True))
    def get(self, request: Request) -> Response:
        with self.as_caller():
            return page(request, narrowed(PictureFilter, request, Image.objects.with_links().in_order()), PictureRow)

    @extend_schema(
        operation_id="images_upload",
        request={"multipart/form-data": UploadPictures},
        responses={200: PictureArrived(many=True), 201: PictureArrived(many=True)},
    )
    def post(self, request: Request) -> Response:
        found, fields = files_of(request._request, settings.PICTURES_MAX_BYTES)
        sent: list[Any] = [one for name in found for one in found.getlist(name)]
        asked = checked(PictureFields(data=fields))
        if not 1 <= len(sent) <= MOST_AT_ONCE:
            raise Invalid.at("/files", f"one to {MOST_AT_ONCE} files are expected")
        home: Any = request.user
        with self.as_caller():
            place = arriving.place_of(
                case_id=asked.pop("case_id", None), plate=asked.pop("plate", None), home=home.org_id
            )
        rows = [_one(file, place, self.as_caller, **asked) for file in sent]
        if all(row["error"] for row in rows):
            raise Invalid(details=[{"pointer": f"/files/{at}", "reason": row["error"]} for at, row in enumerate(rows)])
        picture_tasks.wake()
        return Response(rows, status=201 if any(row["created"] for row in rows) else 200)


def _one(file: Any, place: Place, caller: As, *, notes: str | None = None, **of_picture: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"filename": file.name, "id": None, "document_id": None, "created": False, "error": None}
    try:
        # What the header shows is refused here; what only shows when it is read through, the work on pictures finds.
        pictures.look(file)
        arrived = arriving.arrive(
            file,
            filename=file.name or "",
            place=place,
            category=Document.Category.IMAGE,
            notes=notes,
            caller=caller,
        )
        with caller():
            image = Image.objects.filter(document_id=arrived.document.pk).first()
            if image is None:
                return {**told, "error": "this file stands in the case already, and not as a picture"}
            said = {name: value for name, value in of_picture.items() if value}
            if said and not arrived.is_unchanged:
                picture_services.update(image_id=image.pk, **said)
    except pictures.Broken as broken:
        return {**told, "error": str(WHY[broken.reason])}
    except Invalid as refused:
        return {**told, "error": refused.details[0]["reason"]}
    created = not arrived.is_unchanged
    return {**told, "id": image.pk, "document_id": arrived.document.pk, "created": created}


class PictureView(CallerView):
    """One picture."""

    @extend_schema(operation_id="images_read", responses=PictureWhole)
    def get(self, request: Request, image_id: str) -> Response:
        return Response(whole(uuid_or_404(image_id)))

    @extend_schema(
        operation_id="images_update",
        request=UpdatePicture,
        responses=PictureWhole,
        examples=picture_examples.UPDATE_PICTURE,
    )
    def patch(self, request: Request, image_id: str) -> Response:
        key = uuid_or_404(image_id)
        picture_services.update(image_id=key, **checked(UpdatePicture(data=json_object(request._request).value)))
        return Response(whole(key))

    @extend_schema(operation_id="images_put_away", responses={204: None})
    def delete(self, request: Request, image_id: str) -> Response:
        """Put it away with its file; nothing is removed."""
        picture_services.put_away(image_id=uuid_or_404(image_id))
        return Response(status=204)


class PictureRestoreView(CallerView):
    """Bringing back a picture that was put away."""

    @extend_schema(operation_id="images_restore", request=None, responses=PictureWhole)
    def post(self, request: Request, image_id: str) -> Response:
        key = uuid_or_404(image_id)
        picture_services.restore(image_id=key)
        return Response(whole(key))


class PictureOrderView(CallerView):
    """The order of a case's pictures."""

    @extend_schema(
        operation_id="images_reorder",
        request=ReorderPictures,
        responses=PicturesReordered,
        examples=picture_examples.REORDER_PICTURES,
    )
    def post(self, request: Request) -> Response:
        asked = checked(ReorderPictures(data=json_object(request._request).value))
        return Response({"moved": picture_services.reorder(**asked)})


class ThumbnailView(BetweenTransactions):
    """The small copy of a picture, which we keep wherever the picture lies."""

    @extend_schema(operation_id="images_thumbnail", responses={(200, "image/jpeg"): _JPEG})
    def get(self, request: Request, image_id: str) -> HttpResponse:
        with self.as_caller():
            image = Image.objects.filter(pk=uuid_or_404(image_id)).only("thumbnail_key").first()
        if image is None or image.thumbnail_key is None:
            raise NotFound
        answer = HttpResponse(b"".join(storage.pieces("processed", image.thumbnail_key)), content_type="image/jpeg")
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer["Content-Disposition"] = "inline"
        # It never changes under its picture, and is nobody's but the caller's.
        answer["Cache-Control"] = "private, max-age=86400"
        return answer
