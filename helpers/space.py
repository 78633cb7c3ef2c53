"""What the versions of each case cost in space."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

# Of a stored document Postgres knows the size without reading it.
_READ = """
select h.case_id, h.plate, count(*), count(*) filter (where h.folded), sum(h.size_bytes)::bigint,
  sum(pg_column_size(h.helper_json))::bigint as stored, max(h.saved_at),
  count(*) over (), (sum(count(*)) over ())::bigint, (sum(count(*) filter (where h.folded)) over ())::bigint,
  (sum(sum(h.size_bytes)) over ())::bigint, (sum(sum(pg_column_size(h.helper_json))) over ())::bigint
from public.case_helper h
group by h.case_id, h.plate order by stored desc, h.case_id limit %s offset %s
"""


@dataclass(frozen=True)
class CaseSpace:
    """A case's versions: how many, how many of them folded, their bytes as documents and as they lie on the disk."""

    case_id: UUID
    plate: str
    versions: int
    folded: int
    bytes: int
    stored: int
    newest: datetime


@dataclass(frozen=True)
class Space:
    """A page of cases, the largest first, and the sums over all of them."""

    rows: list[CaseSpace]
    cases: int
    versions: int
    folded: int
    bytes: int
    stored: int


def used(most: int, start: int) -> Space:
    """What the caller's cases take, in one question that reads no document."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [most, start])
        found = cursor.fetchall()
    sums = found[0][7:] if found else (0, 0, 0, 0, 0)
    return Space([CaseSpace(*row[:7]) for row in found], *sums)
