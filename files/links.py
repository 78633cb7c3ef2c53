"""Signed links: an address that opens one file, for one purpose, until a moment; only its hash is kept."""

import hashlib
import re
import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from core import rpc
from core.errors import NotFound
from files.models import DocumentLink

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_OPEN = """
select o.document_id, o.purpose, o.filename, o.mime_type, o.size_bytes, o.bucket_name, o.storage_key,
       coalesce(d.file_metadata -> 'active' = 'true', false), g.ui_origins
from private.link_open(%s) o join public.documents d on d.id = o.document_id join public.orgs g on g.id = d.org_id
"""


class Opened(NamedTuple):
    """What a link opens."""

    document_id: UUID
    purpose: str
    filename: str
    mime_type: str | None
    size_bytes: int
    bucket: str
    key: str
    is_active: bool
    # Origins whose pages may show it in a frame.
    framed_by: list[str]


class Made(NamedTuple):
    """A new link; nobody can tell its address again."""

    url: str
    expires_at: datetime
    link_id: UUID


def make(document_id: UUID, purpose: str, seconds: int) -> Made:
    """A link for who may see the file; relative where no origin is set.

    Raises NotFound, and Conflict for a file that lies on OneDrive alone.
    """
    token = secrets.token_urlsafe(32)
    made = rpc.row(
        DocumentLink,
        "private.link_make",
        document_id=document_id,
        purpose=purpose,
        seconds=seconds,
        token_sha256=_hash(token),
    )
    return Made(f"{settings.FILES_ORIGIN}/api/v1/links/{token}", made.expires_at, made.pk)


def opened(token: str) -> Opened:
    """What it opens; each time is an event. Raises NotFound alike for whatever is no link, or is none any more."""
    if not _TOKEN.fullmatch(token):
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [_hash(token)])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    return Opened._make(found)


def revoke(link_id: UUID) -> DocumentLink:
    """Close a link before its time. Raises NotFound."""
    return rpc.row(DocumentLink, "private.link_revoke", link_id=link_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
