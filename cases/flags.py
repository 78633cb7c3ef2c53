"""Who writes a module: Make, both, or we. Asked at the doors, each time anew."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from cases.models import FeatureFlag
from core import rpc
from core.errors import Conflict

_WRITER = "writer."
_MOVED = """
select s, private.module_of(s) from unnest(public.case_helper_not_makes(%s, %s::text[])) s
"""


def standing(case_id: UUID | None = None) -> dict[str, Any]:
    """Every switch as it stands for the caller's office, or for one case. Raises NotFound."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute("select name, value from public.flags_of(%s)", [case_id])
        found = dict(cursor.fetchall())
    names = [name for name in FeatureFlag.Name.values if not name.startswith(_WRITER)]
    writers = {name.removeprefix(_WRITER): value for name, value in found.items() if name.startswith(_WRITER)}
    return {**{name: found[name] == "on" for name in names}, "writers": writers}


def moved(case_id: UUID, sections: Collection[str]) -> dict[str, str]:
    """Those of the sections that we alone write, each with its module."""
    if not sections:
        return {}
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_MOVED, [case_id, list(sections)])
        return dict(cursor.fetchall())


def refuse_moved(case_id: UUID, sections: Collection[str]) -> None:
    """Refuse a write of Make's to sections that we alone write.

    Raises Conflict `module_moved` with the sections and their modules.
    """
    if found := moved(case_id, sections):
        raise Conflict("module_moved", details={"sections": list(found), "modules": sorted(set(found.values()))})
