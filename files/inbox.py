"""Files that Make found on OneDrive: what was made out of them, and the cases proposed for those that wait."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.models import Case
from files import services
from files.models import Document
from files.onedrive_finding import Found, find
from files.onedrive_kinds import kind_of
from files.onedrive_plates import spotted

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST_NAME = 255
_MOST_PROPOSED = 10


@dataclass(frozen=True)
class Proposal:
    """A case that a waiting file may belong to, and why: content, plate, name, path, or like where a digit differs."""

    case: Case
    why: str
    number: str = ""


def clean_name(name: str) -> str:
    """The last part of a path without what cannot be seen; its ending stays where it is too long."""
    plain = _CONTROL.sub("", re.split(r"[/\\]", name.rstrip("/\\"))[-1]).strip()
    if len(plain) <= _LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    keep = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
    return (stem if keep else plain)[: _LONGEST_NAME - len(keep)] + keep


def keep(
    item: dict[str, Any], *, said_category: str | None = None, org_id: UUID | None = None, **said: Any
) -> Document:
    """Keep a found file, with `created`, `recognised_by`, `found_by`, `category_by` and `waiting` on it.

    Raises NotFound for a named case that is not seen, Invalid, and Conflict.
    """
    path, name = item.get("onedrive_path") or "", item["filename"]
    found = find(**said, path=path, filename=name, org_id=org_id)
    kind = kind_of(filename=name, mime_type=item.get("mime_type"), path=path, said=said_category)
    made_out = {"category": {"by": kind.by, **({"word": kind.word} if kind.word else {})}}
    if found.case_id:
        made_out["found"] = {"by": found.by or ""}
    row = {**item, "category": kind.category, "file_metadata": {**item["file_metadata"], **made_out}}
    kept = services.upsert(item=row, found=found, org_id=org_id)
    document, is_found = kept.document, kept.document.case_id is not None
    facts = {
        "created": kept.created,
        "recognised_by": kept.recognised_by,
        "found_by": _found_by(kept, found) if is_found else None,
        "category_by": (document.file_metadata.get("category") or {}).get("by"),
        "waiting": not is_found and document.deleted_at is None,
    }
    for fact, value in facts.items():
        setattr(document, fact, value)
    return document


def _found_by(kept: services.Kept, found: Found) -> str | None:
    if kept.document.case_id == found.case_id:
        return found.by
    if kept.recognised_by == "checksum":
        return "checksum"
    return (kept.document.file_metadata.get("found") or {}).get("by")


def proposals(document: Document) -> list[Proposal]:
    """The cases a waiting file may belong to, the best reason first, each once."""
    numbers = spotted(document.onedrive_path or "", document.filename)
    places = {one.digits: one.place for one in numbers} | ({document.plate: "plate"} if document.plate else {})
    like = {pattern: digits for digits in places for pattern in _like(digits)}
    cases = Case.objects.filter(org_id=document.org_id)
    near = cases.filter(Q(plate__in=list(places)) | Q(plate__like_any=list(like))) if places else cases.none()
    found = [Proposal(case, "content") for case in _with_content(document)]
    for case in near.order_by("-created_at")[: _MOST_PROPOSED * 2]:
        why = places.get(case.plate)
        number = case.plate if why else next(digits for pattern, digits in like.items() if _fits(case.plate, pattern))
        found.append(Proposal(case, why or "like", number))
    order = ["content", "plate", "name", "path", "like"]
    best = sorted(found, key=lambda one: (order.index(one.why), one.case.status in Case.ENDED))
    return list({one.case.pk: one for one in reversed(best)}.values())[::-1][:_MOST_PROPOSED]


def _with_content(document: Document) -> list[Case]:
    if not document.checksum:
        return []
    same = Document.objects.standing().filter(checksum=document.checksum, case__isnull=False)
    return list(Case.objects.filter(pk__in=same.values("case_id"), org_id=document.org_id)[:_MOST_PROPOSED])


def _like(digits: str) -> list[str]:
    """LIKE patterns of the plates that differ in one place: another digit, one too many, one missing, two swapped."""
    found = set()
    for i in range(len(digits)):
        before, after = digits[:i], digits[i + 1 :]
        found |= {f"{before}_{after}", f"{before}_{digits[i:]}", before + after}
        if i:
            found.add(digits[: i - 1] + digits[i] + digits[i - 1] + after)
    return sorted(found | {f"{digits}_"})


def _fits(plate: str, pattern: str) -> bool:
    return re.fullmatch(pattern.replace("_", "."), plate) is not None
