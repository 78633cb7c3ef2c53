"""Writing the knowledge base."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from core import rpc
from core.errors import NotFound, Refused
from knowledge.models import KbDoc

_HEAVY = ("body", "search", "search_text")


def add(
    *,
    title: str,
    body: str,
    source: str | None = None,
    tags: Iterable[str] = (),
    lang: str = "he",
    case_id: UUID | None = None,
    org_id: UUID | None = None,
) -> KbDoc:
    """Keep a document and return it without its body; the same source again is the same document, with this content.

    Its `created` says whether it is a new one. Raises Refused `body_too_large`, and NotFound for the case.
    """
    _refuse_large(body)
    known = set(KbDoc.objects.kept().filter(source=source).values_list("pk", flat=True)) if source else set()
    doc = rpc.row(
        KbDoc,
        "kb_add",
        without=_HEAVY,
        title=title,
        body=body,
        source=source,
        tags=list(tags),
        lang=lang,
        case_id=case_id,
        org_id=org_id,
    )
    doc.created = doc.pk not in known  # type: ignore[attr-defined]
    return doc


def update(*, doc_id: UUID, **changes: Any) -> None:
    """Change title, text, source, tags, language or case of a document.

    Raises NotFound, Conflict where another document has that source, and Refused `body_too_large`.
    """
    _refuse_large(changes.get("body", ""))
    if changes.get("case_id", doc_id) is None:
        changes["plate"] = None
    with rpc.in_our_words():
        if changes and not KbDoc.objects.kept().filter(pk=doc_id).update(**changes):
            raise NotFound


def remove(*, doc_id: UUID) -> None:
    """Take a document away; nothing of it is lost. Raises NotFound."""
    with rpc.in_our_words():
        if not KbDoc.objects.kept().filter(pk=doc_id).update(deleted_at=Now()):
            raise NotFound


def restore(*, doc_id: UUID) -> None:
    """Bring a removed document back. Raises NotFound, and Conflict where another one has its source now."""
    with rpc.in_our_words():
        if not KbDoc.objects.removed().filter(pk=doc_id).update(deleted_at=None):
            raise NotFound


def _refuse_large(body: str) -> None:
    if len(body.encode()) > settings.KB_MAX_BYTES:
        raise Refused("body_too_large", details={"limit_bytes": settings.KB_MAX_BYTES})
