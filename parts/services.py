"""Writing parts: what was found, what was chosen, what a case needs."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cases.models import Case
from core import exact, rpc
from core.errors import Invalid, NotFound
from core.rpc import JsonText
from helpers import counting
from helpers.models import CaseHelper
from parts import chosen, needed
from parts.answers import Answer, Unusable, row_of, session_key, source_of
from parts.models import PartRequired, PartsSearchResult, PartsSearchSession, SelectedPart
from parts.places import Place
from parts.spelled import Row

_RESULTS = "select row_uuid, id, created from public.parts_results_bulk_upsert(%s, %s, %s, %s, p_org_id => %s)"
_REQUIRED = "select row_uuid, id, created from public.parts_required_bulk_upsert(%s, %s)"
_ELSEWHERE = "select private.parts_required_elsewhere(%s, %s)"
_MORE_CONTEXT = """
update public.parts_search_sessions set search_context = search_context || %s
where id = %s and not search_context @> %s
"""
_TAKEN = "this row_uuid belongs to another case"

Told = dict[str, Any]


def open_session(*, place: Place, search_context: Row, session_id: UUID | None = None, **facts: Any) -> UUID:
    """Write down a search; one that is there already under this id stays as it is. Raises NotFound."""
    session = PartsSearchSession(
        case_id=place.case_id,
        plate=None if place.case_id else place.plate,
        search_context=exact.write(search_context),
        **facts,
    )
    session.id = session_id or session.id
    if place.org_id:
        session.org_id = place.org_id
    with rpc.in_our_words():
        PartsSearchSession.objects.bulk_create([session], ignore_conflicts=True)
    return session.id


def keep_answer(
    *, answer: Answer, place: Place, data_source: str | None = None, session: dict[str, Any] | None = None
) -> list[Told]:
    """Keep the rows of an answer in the pool, and what it says besides them with its search.

    Each row is told by itself, at its place: `error` says why one was left out, and the others are kept.
    Raises NotFound for a search that is not there.
    """
    rows = [_tried(row_of, found, place.key, data_source) for found in answer.rows]
    if place.session_id and answer.context:
        _add_context(place.session_id, answer.context)
    elif not place.session_id and (session is not None or answer.context):
        facts = {"search_context": {}, "data_source": source_of(data_source), **(session or {})}
        facts["search_context"] = {**facts["search_context"], **answer.context}
        key = session_key(answer, facts, place.key)
        place = place._replace(session_id=open_session(place=place, session_id=key, **facts))
    kept = results_bulk_upsert(rows=[row for row in rows if isinstance(row, dict)], place=place)
    return [_told(row, kept, found.pointer) for row, found in zip(rows, answer.rows, strict=True)]


def results_bulk_upsert(*, rows: list[Row], place: Place) -> dict[str, tuple[UUID, bool]]:
    """Keep found parts by their row_uuid; return each key with its id, and whether it is new.

    What stands with another case is not returned. Raises NotFound.
    """
    return _upserted(
        _RESULTS, _text(rows), place.case_id, place.session_id, None if place.case_id else place.plate, place.org_id
    )


def required_bulk_upsert(*, case_id: UUID, rows: Iterable[Any], at: Iterable[str]) -> list[Told]:
    """Keep the parts a case needs, each by its row_uuid and told at its place; what is not named stays as it was.

    Raises NotFound.
    """
    read = [_tried(needed.row_of, row, f"case:{case_id}") for row in rows]
    usable = [row for row in read if isinstance(row, dict)]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [case_id, [UUID(row["row_uuid"]) for row in usable]])
        taken = {str(key) for key in cursor.fetchone()[0]}
    kept = _upserted(_REQUIRED, case_id, _text([row for row in usable if row["row_uuid"] not in taken]))
    return [_told(row, kept, pointer) for row, pointer in zip(read, at, strict=True)]


def select(
    *, result_id: UUID, case_id: UUID | None = None, damage_center_id: str | None = None, quantity: Decimal = Decimal(1)
) -> SelectedPart:
    """Choose a found part for a case, once; where our side writes the parts, the helper's list gets it as a version.

    Raises NotFound, and Invalid for a part of no case where none is named.
    """
    found = PartsSearchResult.objects.pool().without_bodies().filter(pk=result_id).first()
    if found is None:
        raise NotFound
    key = case_id or found.case_id
    if key is None:
        raise Invalid.at("/case_id", "this part was found for no case: name one")
    case = Case.objects.filter(pk=key).first()
    if case is None:
        raise NotFound
    row = chosen.helper_row(found, plate=case.plate, quantity=quantity, at=timezone.now())
    selected = rpc.row(
        SelectedPart,
        "part_select",
        without=("raw_data",),
        result_id=result_id,
        case_id=case.pk,
        damage_center_id=damage_center_id,
        quantity=quantity,
        helper_row=JsonText(row.encode()),
    )
    _count_changes(case.pk)
    return selected


def unselect(*, selected_id: UUID) -> None:
    """Take a chosen part off the list; its row stays, as removed. Raises NotFound."""
    with rpc.in_our_words():
        chosen_ones = SelectedPart.objects.filter(pk=selected_id).exclude(status=SelectedPart.Status.REMOVED)
        if not chosen_ones.update(status=SelectedPart.Status.REMOVED):
            raise NotFound


def update_required(*, row_uuid: UUID, **changes: Any) -> None:
    """Change what is said of a needed part; nothing is computed anew. Raises NotFound."""
    with rpc.in_our_words():
        if changes and not PartRequired.objects.filter(row_uuid=row_uuid).update(**changes):
            raise NotFound


def turn_required(*, ids: Iterable[UUID], status: str) -> int:
    """Give these needed parts a status; return how many had another one before."""
    with rpc.in_our_words():
        return PartRequired.objects.filter(pk__in=list(ids)).exclude(status=status).update(status=status)


def _count_changes(case_id: UUID) -> None:
    """Count what choosing changed in the helper, as every save does."""
    versions = CaseHelper.objects.filter(case_id=case_id, is_current=True, trigger="part_select", changes=None)
    if saved := versions.without_body().first():
        counting.counted(saved)


def _add_context(session_id: UUID, context: Row) -> None:
    more: Any = JsonText(exact.write(context).encode())
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_MORE_CONTEXT, [more, session_id, more])


def _tried(read: Any, *given: Any) -> Row | str:
    """The row, or why it is none."""
    try:
        row: Row = read(*given)
    except Unusable as why:
        return str(why)
    return row


def _upserted(statement: str, *values: Any) -> dict[str, tuple[UUID, bool]]:
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return {str(key): (pk, created) for key, pk, created in cursor.fetchall()}


def _text(rows: list[Row]) -> JsonText:
    return JsonText(exact.write(rows).encode())


def _told(row: Row | str, kept: dict[str, tuple[UUID, bool]], pointer: str) -> Told:
    """What one row of a batch is answered."""
    told: Told = {"row_uuid": None, "id": None, "created": False, "unread": [], "error": None}
    if isinstance(row, str):
        return {**told, "error": {"pointer": pointer, "reason": row}}
    told |= {"row_uuid": row["row_uuid"], "unread": row["unread"]}
    if row["row_uuid"] not in kept:
        return {**told, "error": {"pointer": pointer, "reason": _TAKEN}}
    pk, created = kept[row["row_uuid"]]
    return {**told, "id": pk, "created": created}
