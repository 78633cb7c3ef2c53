"""A file comes in: looked at, hashed, stored, and registered; no transaction is open while its bytes travel."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from os import SEEK_END
from typing import IO, Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import connection

from cases.models import Case
from cases.search import digits
from core import acting
from core.errors import Invalid, NotFound, Refused
from files import kinds, names, services, storage
from files.models import Document
from files.packages import Unsuitable

log = structlog.get_logger("files")

# Fixed, because putting them together took longer than asking them.
_CASE = "select org_id, id, plate from public.cases where id = %s and org_id = coalesce(%s, org_id)"
_SAME = """select id from public.documents where org_id = %s and checksum = %s and case_id is not distinct from %s::uuid
and deleted_at is null and category <> all (%s)"""

As = Callable[[], AbstractContextManager[None]]
as_service: As = partial(acting.acting, acting.SERVICE)


@dataclass(frozen=True)
class Place:
    """Whose a file is; without a case it waits for one."""

    org_id: UUID
    case_id: UUID | None = None
    plate: str | None = None


@dataclass(frozen=True)
class Arrived:
    """The row, and whether its content was there before."""

    document: Document
    is_unchanged: bool


def take_in(
    content: IO[bytes],
    *,
    filename: str,
    case_id: UUID | None = None,
    plate: str | None = None,
    org_id: UUID | None = None,
    category: str | None = None,
    notes: str | None = None,
    bucket: str | None = None,
    caller: As = as_service,
) -> Document:
    """Store and register a file one can wind back; the same content in one case is the row that has it already.

    To be called with no transaction open: `caller` opens a short one as who brings the file.
    Raises Invalid for what is not taken, NotFound for a case that is not there, and Refused `body_too_large` or
    `dependency_down`; then nothing is left behind.
    """
    whose = partial(place_of, case_id=case_id, plate=plate, org_id=org_id, home=org_id)
    arrived = arrive(
        content, filename=filename, place=whose, category=category, notes=notes, bucket=bucket, caller=caller
    )
    return arrived.document


def place_of(*, case_id: UUID | None, plate: str | None, org_id: UUID | None = None, home: UUID | None = None) -> Place:
    """A plate is its open case, or itself where it has none; `home` is the office where no case says it.

    `org_id` is the one office to look in, for who may see several.

    Raises NotFound for what the caller does not see, and Invalid where nothing says whose the file is.
    """
    if case_id:
        found = _row(_CASE, case_id, org_id)
        if found is None:
            raise NotFound
        place = Place(*found)
        if plate and digits(plate) != place.plate:
            raise Invalid.at("/plate", "this is not the plate of the case")
        return place
    in_office = {"org_id": org_id} if org_id else {}
    cases = list(Case.objects.open().of_plate(plate).filter(**in_office)[:2]) if plate else []
    if len(cases) > 1:
        raise Invalid.at("/case_id", "more than one office has this plate: name the case")
    if cases:
        return Place(cases[0].org_id, cases[0].pk, cases[0].plate)
    if home is None or not plate:
        raise Invalid.at("/case_id", "name the case, or a plate")
    return Place(home, None, digits(plate))


def own_office() -> UUID | None:
    """The office of who is acting, for what no case says."""
    found = _row("select private.my_org()")
    return found[0] if found else None


def _row(statement: str, *values: Any) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def arrive(
    content: IO[bytes],
    *,
    filename: str,
    place: Place | Callable[[], Place],
    category: str | None = None,
    notes: str | None = None,
    bucket: str | None = None,
    caller: As = as_service,
) -> Arrived:
    """The same for a place that is known already, or that is asked for as the caller."""
    size, checksum = measured(content)
    try:
        kind = kinds.look(content, filename)
    except Unsuitable as why:
        raise Invalid.at("/file", str(why)) from None
    category = category or (Document.Category.IMAGE if kind.is_picture else Document.Category.OTHER)
    with caller():
        place = place() if callable(place) else place
        if (standing := _same(place, checksum, category)) is not None:
            return Arrived(standing, is_unchanged=True)
    bucket = bucket or _bucket_of(category, kind)
    key = storage.add(bucket, place.org_id, place.case_id, kind.extension, content)
    try:
        with caller():
            document = services.keep(
                document_id=uuid4(),
                bucket=bucket,
                key=key,
                filename=names.shown_name(filename, kind),
                mime_type=kind.mime_type,
                size_bytes=size,
                checksum=checksum,
                category=category,
                notes=notes or None,
                file_metadata={"active": True} if kind.is_active else {},
                org_id=place.org_id,
                case_id=place.case_id,
                plate=place.plate,
            )
    except Refused:
        # Only where the database said no. Had the connection broken, the row might stand; then the sweep decides.
        _take_back(bucket, key)
        raise
    if document.storage_key != key:
        _take_back(bucket, key)
        return Arrived(document, is_unchanged=True)
    return Arrived(document, is_unchanged=False)


def measured(content: IO[bytes]) -> tuple[int, str]:
    """The size and SHA-256 of a file, which is wound back. Raises Refused `body_too_large`, and Invalid for none."""
    content.seek(0)
    checksum = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    # What lies in memory is hashed where it lies, without being read.
    content.seek(0, SEEK_END)
    size = content.tell()
    content.seek(0)
    if size > settings.FILE_MAX_BYTES:
        raise Refused("body_too_large", details={"limit_bytes": settings.FILE_MAX_BYTES})
    if not size:
        raise Invalid.at("/file", "this file is empty")
    return size, checksum


def _same(place: Place, checksum: str, category: str) -> Document | None:
    """What stands in this place with the same content."""
    if category in Document.MANY_ALIKE:
        return None
    found = _row(_SAME, place.org_id, checksum, place.case_id, list(map(str, Document.MANY_ALIKE)))
    return Document.objects.get(pk=found[0]) if found else None


def _bucket_of(category: str, kind: kinds.Kind) -> str:
    """Pictures live on OneDrive, so they only pass through."""
    if kind.is_picture and category == Document.Category.IMAGE:
        return Document.Bucket.TEMP
    return Document.Bucket.REPORTS if category == Document.Category.REPORT else Document.Bucket.DOCS


def _take_back(bucket: str, key: str) -> None:
    try:
        storage.remove(bucket, key)
    except Refused:
        log.warning("left_behind", bucket=bucket)
