"""Two versions of a case as their page names them, and where one may go from there."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import Profile
from cases.models import Case
from helpers.models import AROUND, Around, CaseHelper

# In the order of the model's own fields: `from_db` reads them so.
_COLUMNS = [
    *("id", "case_id", "plate", "version", "is_current", "helper_name", "saved_at", "saved_by_id", "saved_from"),
    *("label", "trigger", "restored_from"),
]
# People step from pair to pair; the ORM would take longer to write this than Postgres to answer it.
_NAMED = """select h.id, h.case_id, h.plate, h.version, h.is_current, h.helper_name, h.saved_at, h.saved_by,
  h.saved_from, h.label, h.trigger, h.restored_from, p.name, a.*
from public.case_helper h left join public.profiles p on p.user_id = h.saved_by cross join"""
_PAIR = f"{_NAMED} ({AROUND}) a where h.case_id = %(case)s and h.version in (%(low)s, %(high)s)"


class Pair(NamedTuple):
    """The versions that were found, by their numbers, without documents; and what is around them."""

    found: dict[int, CaseHelper]
    around: Around | None


def pair(case_id: UUID, low: int, high: int) -> Pair:
    """Two versions of a case in one question, with who saved them."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIR, {"case": case_id, "low": low, "high": high})
        rows = cursor.fetchall()
    width = len(_COLUMNS)
    versions = [_version(row[:width], row[width]) for row in rows]
    around = Around(*rows[0][width + 1 :]) if rows else None
    return Pair({version.version: version for version in versions}, around)


def _version(row: tuple[Any, ...], saved_by_name: str | None) -> CaseHelper:
    version = CaseHelper.from_db(connection.alias, _COLUMNS, row)
    # Other columns of these two are asked for when they are looked at; whoever may not be seen has no name.
    version.case = Case.from_db(connection.alias, ["id", "plate"], [version.case_id, version.plate])
    who = [version.saved_by_id, saved_by_name]
    version.saved_by = Profile.from_db(connection.alias, ["user_id", "name"], who) if saved_by_name else None
    return version
