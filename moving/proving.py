"""The proof: every source document is read back and compared, by its bytes and by what its version says."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from moving import canonical
from moving.asking import ask, importing

_IDS = "select id from public.import_sources where seen_in = %s order by place"
_IDS_OF_PLATE = (
    "select id from public.import_sources where seen_in = %s and plate is not distinct from %s order by place"
)
_BACK = """
select s.kind, s.state, s.sha256, s.canonical, s.raw, s.row_id, h.helper_json::text, s.table_name
from public.import_sources s
left join public.case_helper h on h.case_id = s.case_id and h.version = s.version
where s.id = %s"""
_EVERY = 50
# None of these may be counted where an import is proved.
BAD = {"bytes_differ", "version_missing", "version_differs", "not_written"}


def proved(
    run_id: UUID, *, plate: str | None = None, of_plate: bool = False, tell: Callable[[int], None] | None = None
) -> Counter[str]:
    """Read each document of a run back; count what is whole, and what is not."""
    counted: Counter[str] = Counter()
    for done, source_id in enumerate(_ids(run_id, plate, of_plate), start=1):
        with importing():
            [row] = ask(_BACK, source_id)
        counted[_of(row)] += 1
        if tell and done % _EVERY == 0:
            tell(done)
    if tell and counted:
        tell(counted.total())
    return counted


def _ids(run_id: UUID, plate: str | None, of_plate: bool) -> Iterator[UUID]:
    with importing():
        found = ask(_IDS_OF_PLATE, run_id, plate) if of_plate else ask(_IDS, run_id)
    return (row[0] for row in found)


def _of(row: tuple[Any, ...]) -> str:
    kind, state, sha256, digest, raw, row_id, helper, _table = row
    if hashlib.sha256(bytes(raw)).hexdigest() != sha256:
        return "bytes_differ"
    if kind == "HELPER" and state in {"VERSION", "SAME"}:
        if helper is None:
            return "version_missing"
        return "version_equal" if canonical.digest(canonical.read(helper)) == digest else "version_differs"
    if state in {"ROW", "SAME"} and row_id is None:
        return "row_kept"
    return {"ROW": "row_made", "SAME": "row_made", "KEPT": "bytes_equal"}.get(state, "not_written")
