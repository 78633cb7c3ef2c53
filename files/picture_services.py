"""Writing pictures: what people say of one, its order, and putting it away; its name and standing are its file's."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import Org
from core import rpc
from core.errors import NotFound, Refused
from files.models import Document, Image

_REORDER = "select public.images_reorder(%s, %s)"
_UPSERT = "select place, id, document_id, created, error from public.images_upsert(%s::jsonb, %s, %s)"
_OF_FILE = {"filename", "notes"}


def update(*, image_id: UUID, **changes: Any) -> None:
    """Change what is said of a picture: filename, notes, category, damage_center_id, in_reports. Raises NotFound."""
    image = _standing(image_id)
    of_file = {name: value for name, value in changes.items() if name in _OF_FILE and image.document_id}
    of_picture = {name: value for name, value in changes.items() if name not in of_file}
    with rpc.in_our_words():
        if of_file and image.document_id:
            Document.objects.filter(pk=image.document_id).update(**of_file)
        if of_picture:
            Image.objects.filter(pk=image_id).update(**of_picture)


def reorder(*, case_id: UUID, image_ids: Sequence[UUID]) -> int:
    """Put a case's pictures in this order, each within its damage center; return how many moved.

    Raises NotFound for a case that is not seen, and for a picture that is none of its standing ones.
    """
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_REORDER, [case_id, list(image_ids)])
        return int(cursor.fetchone()[0])


def put_away(*, image_id: UUID) -> None:
    """Put a picture away together with its file; its row stays, and can be brought back. Raises NotFound."""
    _turn(_standing(image_id), timezone.now())


def restore(*, image_id: UUID) -> None:
    """Bring a picture back, as the last one of its damage center.

    Raises NotFound, and Conflict where the same content was uploaded again meanwhile.
    """
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        raise NotFound
    if image.deleted_at is not None:
        _turn(image, None)


def _turn(image: Image, deleted_at: Any) -> None:
    with rpc.in_our_words():
        if image.document_id:
            Document.objects.filter(pk=image.document_id).update(deleted_at=deleted_at)
        else:
            Image.objects.filter(pk=image.pk).update(deleted_at=deleted_at)


def _standing(image_id: UUID) -> Image:
    found = Image.objects.standing().filter(pk=image_id).first()
    if found is None:
        raise NotFound
    return found


def upsert(*, rows: list[dict[str, Any]], case_id: UUID | None, org_id: UUID | None) -> list[dict[str, Any]]:
    """Take what Make reports of pictures; each row is told at its place. Raises NotFound."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_UPSERT, [json.dumps(rows), case_id, org_id])
        names = [str(column.name) for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def set_keep_processed(*, org_id: UUID, keep: bool) -> None:
    """Say whether a smaller copy of each picture stays with us. Raises Refused `forbidden` for who is no manager."""
    with rpc.in_our_words():
        if not Org.objects.filter(pk=org_id).update(keep_processed_pictures=keep):
            raise Refused("forbidden")
