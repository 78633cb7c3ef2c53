"""A file of invoices: looked at, confirmed, and written row by row by a worker as whoever confirmed it."""

from functools import partial
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Profile
from cases import jobs, list_files
from cases.list_files import ListFile
from core import rpc, table
from core.errors import Refused
from invoices import display, import_plan
from invoices.import_plan import CHANGED, NEW, REFUSED, SAME, Planned, Unfit
from invoices.models import Invoice

NAME, TASK = "invoices", "office.list_tasks.import_invoices"
_STEP = 10
_LONGEST_NAME = 200


def look(*, file: IO[bytes], filename: str, person: Profile) -> ListFile:
    """Keep a file with what each of its rows would do; no invoice is written. Raises table.Unreadable."""
    read = table.read(file)
    unknown = import_plan.unknown_heads(read)
    if len(unknown) == len([head for head in read.heads if head]):
        raise table.Unreadable("no_heads")
    planned = import_plan.plan(read)
    return ListFile.objects.create(
        list=NAME,
        direction="IMPORT",
        format=read.format,
        filename=_named(filename, read.format),
        rows=[_storable(one.as_json) for one in planned],
        heads=[_storable(head) for head in read.heads],
        refused={"*unknown": [_storable(head) for head in unknown]},
        total=sum(one.what in {NEW, CHANGED} for one in planned),
        org_id=person.org_id,
        created_by=person,
    )


def confirm(held: ListFile) -> ListFile:
    """Have a worker write its rows; while one is at it, nothing more happens."""
    return list_files.begin(held, kind=list_files.IMPORT_KIND, task=TASK)


def planned(held: ListFile) -> list[Planned]:
    return [Planned(**row) for row in held.rows or []]


def carry_out(file_id: UUID, run_id: UUID) -> None:
    """Do the work of a run."""
    held = list_files.found(file_id)
    jobs.carry_out(run_id, partial(_write, held), total=held.total)


def _write(held: ListFile, run: jobs.Run) -> jobs.Result:
    """Each row in a transaction of its own: what is refused leaves the others as they are."""
    counted = dict.fromkeys((NEW, CHANGED, SAME, REFUSED), 0)
    refused: dict[str, Any] = {"*unknown": held.refused.get("*unknown", [])}
    acting = list_files.as_person(held)
    try:
        for one in planned(held):
            if one.what not in {NEW, CHANGED}:
                counted[one.what] += 1
                continue
            outcome, reason = _tried(one, acting)
            counted[outcome] += 1
            if reason:
                refused[str(one.place)] = reason
            run.done += 1
            if run.done % _STEP == 0:
                run.step(run.done)
        run.step(run.done)
    finally:
        with acting():
            ListFile.objects.filter(pk=held.pk).update(refused=refused)
    return counted


def _tried(one: Planned, acting: Any) -> tuple[str, str]:
    """What came of a row, and why where it was refused."""
    with translation.override("he"):
        try:
            with acting():
                return _written(one), ""
        except Unfit as unfit:
            return REFUSED, str(unfit)
        except Refused as refused:
            return REFUSED, str(display.refusal(refused))


def _written(one: Planned) -> str:
    """Write a row as it was confirmed; one that was written before is found as it shall be. Raises Unfit, Refused."""
    now = import_plan.again(one)
    if now.what in {SAME, REFUSED}:
        if now.what == REFUSED:
            raise Unfit(now.reason)
        return SAME
    if now.what != one.what or now.seen != one.seen:
        raise Unfit(_("Somebody changed this invoice since the preview; nothing of the row was written."))
    if one.what == NEW:
        _add(one.facts)
    else:
        _change(one)
    return one.what


def _add(facts: dict[str, str]) -> None:
    given: dict[str, Any] = {name: text for name, text in facts.items() if name != "plate"}
    if "plate" in facts:
        given["case_id"] = import_plan.case_of(facts["plate"])
    with rpc.in_our_words(), transaction.atomic():
        Invoice.objects.create(**given, source="import")


def _change(one: Planned) -> None:
    given: dict[str, Any] = dict(one.facts)
    if {"supplier_name", "supplier_tax_id"} & set(given):
        # The database finds the supplier of a name, or makes it.
        given["supplier_id"] = None
    stood: dict[str, Any] = {"pk": one.invoice_id, "updated_at": parse_datetime(one.seen or "")}
    rows = Invoice.objects.filter(**stood)
    with rpc.in_our_words():
        if not rows.update(**given):
            raise Unfit(_("Somebody changed this invoice since the preview; nothing of the row was written."))


def _named(filename: str, form: str) -> str:
    name = "".join(letter for letter in filename if letter.isprintable())[-_LONGEST_NAME:].strip()
    return name or f"{NAME}.{form}"


def _storable(value: Any) -> Any:
    """What jsonb can hold of it: no NUL, no half of a pair."""
    match value:
        case str():
            return value.replace("\0", "").encode(errors="replace").decode()
        case list():
            return [_storable(inner) for inner in value]
        case dict():
            return {key: _storable(inner) for key, inner in value.items()}
    return value
