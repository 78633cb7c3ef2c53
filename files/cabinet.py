"""A case's whole file cabinet as one ZIP: written piece by piece to a temporary file, then stored for some days."""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import IO
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone, translation

from cases import jobs
from cases.models import Case, JobRun
from core import acting
from core.errors import NotFound, Refused
from files import cabinet_index, kinds, names, onedrive, services, storage
from files.cabinet_index import Entry
from files.models import Document
from helpers.models import CaseHelper

KIND = "file-cabinet"
_PIECE = 256 * 1024
_IN_MEMORY = 1024 * 1024


@dataclass(frozen=True)
class Found:
    """What a case has: its files, and its current helper as it is stored."""

    case: Case
    documents: list[Document]
    helper: CaseHelper | None


def begin(case_id: UUID, *, started_by: UUID | None) -> JobRun:
    """Write the job down; the one that is at work on the same case, where there is one. Raises NotFound."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    run_id = jobs.begin(KIND, org_id=case.org_id, started_by=started_by, alone=_alone(case_id))
    runs = of_case(case_id)
    found = runs.filter(pk=run_id) if run_id else runs.filter(state=JobRun.State.RUNNING)
    job = found.first()
    if job is None:
        # The other one ended just now.
        raise Refused("dependency_down", retry_after=1)
    return job


def of_case(case_id: UUID) -> QuerySet[JobRun]:
    """The runs of one case, newest first."""
    return JobRun.objects.filter(kind=KIND, alone=_alone(case_id)).order_by("-started_at")


def pack(run_id: UUID, case_id: UUID) -> None:
    """Do the work of a run."""
    jobs.carry_out(run_id, partial(_pack, case_id))


def forget_old() -> int:
    """Put cabinets past their days away and remove their bytes; how many. Raises Refused `dependency_down`."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.cabinets_let_go(%s)", [settings.CABINET_DAYS])
        count: int = cursor.fetchone()[0]
    onedrive.let_go()
    return count


def _alone(case_id: UUID) -> str:
    return f"{KIND}:{case_id}"


def _pack(case_id: UUID, run: jobs.Run) -> jobs.Result:
    with acting.acting(acting.SERVICE):
        found = _found(case_id)
    run.step(0, total=len(found.documents) + 1)
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as held:
        with translation.override("he"):
            entries = _write(held, found, run)
        document = _kept(held, found.case)
    run.step()
    inside = [entry for entry in entries if entry.path]
    return {
        "document_id": str(document.pk),
        "case_id": str(case_id),
        "files": len(inside),
        "left_out": len(entries) - len(inside),
        "size_bytes": document.size_bytes,
    }


def _found(case_id: UUID) -> Found:
    case = Case.objects.get(pk=case_id)
    documents = Document.objects.standing().filter(case_id=case_id).exclude(category=Document.Category.ARCHIVE)
    return Found(
        case, list(documents.order_by("category", "created_at", "id")), CaseHelper.objects.current(case_id).first()
    )


def _write(held: IO[bytes], found: Found, run: jobs.Run) -> list[Entry]:
    entries: list[Entry] = []
    taken = {"index.csv", "index.html"}
    with ZipFile(held, "w", ZIP_STORED, allowZip64=True) as package:
        name = None
        if found.helper is not None:
            name = f"{found.helper.helper_name}.json"
            taken.add(name.lower())
            _add_text(package, name, found.helper.helper_json)
        for document in found.documents:
            entries.append(_add(package, document, taken))
            run.step()
        _add_text(package, "index.csv", cabinet_index.as_csv(entries))
        _add_text(package, "index.html", cabinet_index.as_html(found.case, name, entries))
    return entries


def _add(package: ZipFile, document: Document, taken: set[str]) -> Entry:
    """Put one file in, whole or not at all; what cannot be read is told by its reason."""
    if document.storage_key is None:
        return Entry(document, reason=cabinet_index.ON_ONEDRIVE)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR) as whole:
        try:
            checksum = _fetched(storage.pieces(str(document.bucket_name), document.storage_key), whole)
        except NotFound:
            return Entry(document, reason=cabinet_index.MISSING)
        except Refused:
            return Entry(document, reason=cabinet_index.UNREADABLE)
        if document.checksum and checksum != document.checksum:
            return Entry(document, reason=cabinet_index.DAMAGED)
        path = _free_path(document, taken)
        info = ZipInfo(path, timezone.localtime(document.created_at).timetuple()[:6])
        info.compress_type = ZIP_STORED
        whole.seek(0)
        with package.open(info, "w", force_zip64=True) as entry:
            while piece := whole.read(_PIECE):
                entry.write(piece)
    return Entry(document, path=path)


def _fetched(pieces: Iterable[bytes], into: IO[bytes]) -> str:
    seen = hashlib.sha256()
    for piece in pieces:
        seen.update(piece)
        into.write(piece)
    return seen.hexdigest()


def _free_path(document: Document, taken: set[str]) -> str:
    """A name in its category's folder that no other file has, also where capitals are not told apart."""
    name = names.shown_name(document.filename, kinds.OF_TYPE.get(document.mime_type or ""))
    folder = names.shown_name(document.get_category_display())
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    path, number = f"{folder}/{name}", 1
    while path.lower() in taken:
        number += 1
        path = f"{folder}/{stem} ({number}){dot}{ending}"
    taken.add(path.lower())
    return path


def _add_text(package: ZipFile, name: str, text: str) -> None:
    info = ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    package.writestr(info, text.encode())


def _kept(held: IO[bytes], case: Case) -> Document:
    """Store the ZIP and register it; what nobody points at is removed again."""
    size = held.seek(0, 2)
    held.seek(0)
    checksum = hashlib.file_digest(held, "sha256").hexdigest()  # type: ignore[arg-type]
    held.seek(0)
    key = storage.add(Document.Bucket.TEMP, case.org_id, case.pk, "zip", held)
    try:
        with acting.acting(acting.SERVICE):
            return services.keep(
                document_id=uuid4(),
                bucket=Document.Bucket.TEMP,
                key=key,
                filename=cabinet_index.filename(case),
                mime_type="application/zip",
                size_bytes=size,
                checksum=checksum,
                case_id=case.pk,
                category=Document.Category.ARCHIVE,
            )
    except Refused:
        storage.remove(Document.Bucket.TEMP, key)
        raise
