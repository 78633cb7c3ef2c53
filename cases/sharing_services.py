"""Who works on a case, whose it is, and how it ends: the rules are the database's."""

from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID

from cases.models import Case
from cases.sharing_models import Collaborator
from core import rpc
from core.errors import NotFound


@dataclass(frozen=True)
class Contents:
    """What is in a case, for whoever is about to end it."""

    versions: int
    files: int
    pictures: int
    reports: int
    open_invoices: int
    unpaid: Decimal | None
    is_unpaid: bool
    reminders: int
    links: int


def share(*, case_id: UUID, user_id: UUID) -> Collaborator:
    """Let somebody of the office into a case; who is in it already stays in it.

    Raises NotFound for a case the caller does not see, and Invalid for who takes no cases here.
    """
    with rpc.in_our_words():
        found = Collaborator.objects.filter(case_id=case_id, user_id=user_id).first()
        return found or Collaborator.objects.create(case_id=case_id, user_id=user_id, org_id=_org_of(case_id))


def unshare(*, case_id: UUID, user_id: UUID) -> None:
    """End a sharing. Raises NotFound where there is none."""
    with rpc.in_our_words():
        if not Collaborator.objects.filter(case_id=case_id, user_id=user_id).delete()[0]:
            raise NotFound


def transfer(*, case_id: UUID, to: UUID, reason: str) -> Case:
    """Give a case to somebody else of the office; the reason stands in its story, and Make tells both.

    Raises NotFound, Refused `forbidden` for an assistant, and Invalid for who takes no cases here.
    """
    return rpc.row(Case, "case_transfer", case_id=case_id, to=to, reason=reason)


def end(
    *, case_id: UUID, status: str, reason: str = "", cancel_reminders: bool = False, archive_onedrive: bool = False
) -> Case:
    """Close or archive a case; nothing in it is deleted. Raises NotFound, and Refused `forbidden` for an assistant."""
    return rpc.row(
        Case,
        "case_end",
        case_id=case_id,
        status=status,
        reason=reason,
        cancel_reminders=cancel_reminders,
        archive_onedrive=archive_onedrive,
    )


def bring_back(*, case_id: UUID, reason: str = "") -> Case:
    """Open an ended case as it was.

    Raises NotFound, Refused `forbidden` for an assistant, and Conflict `open_case_exists` with the other one's id.
    """
    return rpc.row(Case, "case_bring_back", case_id=case_id, reason=reason)


def contents(case_id: UUID) -> Contents:
    """What is in a case, in one question."""
    names = tuple(field.name for field in fields(Contents))
    return Contents(**rpc.record("private.case_contents", names, case_id=case_id))


def _org_of(case_id: UUID) -> UUID:
    org_id = Case.objects.filter(pk=case_id).values_list("org_id", flat=True).first()
    if org_id is None:
        raise NotFound
    return org_id
