"""A folder of files into the knowledge base: safe to stop, and to run again."""

import hashlib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from core import acting
from core.errors import Refused
from knowledge import services, texts
from knowledge.models import KbDoc
from knowledge.pdf import Unreadable

KINDS = texts.PLAIN | texts.MARKDOWN | texts.PDF
_LONGEST_SOURCE = 500


class Outcome(Enum):
    """What became of a file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "the same as before"
    EDITED = "left alone: somebody edited it in the back office"
    REMOVED = "left alone: somebody removed it in the back office"
    UNREAD = "not read"


class Told(NamedTuple):
    """One file, what became of it, and why it was not read."""

    source: str
    outcome: Outcome
    why: str = ""


def files_in(folder: Path) -> list[Path]:
    """Every file below the folder but hidden ones, in order."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def kept(folder: Path, files: list[Path], *, org_id: UUID, tags: list[str], is_forced: bool) -> Iterator[Told]:
    """Keep file after file, each in a transaction of its own, and tell of each."""
    for path in files:
        source = path.relative_to(folder).as_posix()
        # A name in no known encoding is shown, but never a source.
        shown = source.encode("utf-8", "replace").decode()
        try:
            yield Told(shown, _keep(path, source, org_id=org_id, tags=tags, is_forced=is_forced))
        except Unreadable as why:
            yield Told(shown, Outcome.UNREAD, str(why))
        except OSError as why:
            yield Told(shown, Outcome.UNREAD, why.strerror or "it cannot be opened")
        except Refused as why:
            if why.code == "dependency_down":
                raise
            yield Told(shown, Outcome.UNREAD, why.code)


def _keep(path: Path, source: str, *, org_id: UUID, tags: list[str], is_forced: bool) -> Outcome:
    if path.suffix.lower() not in KINDS:
        raise Unreadable(f"only {', '.join(sorted(KINDS))} are read")
    if len(source) > _LONGEST_SOURCE or not source.isprintable():
        raise Unreadable("its path is too long, or has letters in it that cannot be kept")
    said = texts.document(path, settings.KB_MAX_BYTES)
    with acting.acting(acting.SERVICE):
        docs = KbDoc.objects.without_bodies().filter(org_id=org_id, source=source)
        # Of removed ones the last; one that is kept counts before them.
        before = docs.kept().first() or docs.order_by("-deleted_at").first()
        if standing := _standing(before, said.body, is_forced):
            return standing
        kept_tags = sorted({*tags, *(before.tags if before else ())})
        title, lang = (before.title, before.lang) if before else (said.title, said.lang)
        doc = services.add(title=title, body=said.body, source=source, tags=kept_tags, lang=lang, org_id=org_id)
    return Outcome.ADDED if doc.created else Outcome.CHANGED  # type: ignore[attr-defined]


def _standing(before: KbDoc | None, body: str, is_forced: bool) -> Outcome | None:
    """What is said of a file that is not written; None where it is."""
    if before is None:
        return None
    if before.deleted_at is None and before.checksum == hashlib.sha256(body.encode()).hexdigest():
        return Outcome.SAME
    if is_forced:
        return None
    if before.deleted_at is not None:
        return Outcome.REMOVED
    # Only people are written down as who changed it.
    return Outcome.EDITED if before.updated_by_id else None
