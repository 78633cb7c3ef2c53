"""The cases a question finds: asked in SQL, the same for every door."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from cases.models import Case
from core import rpc

_FIND = "select id from private.case_search(%s::jsonb, %s, %s) id"
_COUNT = "select private.case_search_count(%s::jsonb, %s)"
_WORDS = "select case_id, found_words from private.search_found_words(%s, %s)"


class FoundCases:
    """What a question finds, the best first; it is sliced and counted as a queryset is.

    `asked` has the names that private.search_filters reads, `q`, `owner`, and `order`: columns, maybe with a minus.
    """

    ordered = True

    def __init__(self, asked: Mapping[str, Any], columns: tuple[str, ...] = ()) -> None:
        self.asked, self.columns = asked, columns

    def values_list(self, *columns: str) -> "FoundCases":
        """Tuples in place of cases."""
        return FoundCases(self.asked, columns)

    def __getitem__(self, part: slice) -> list[Any]:
        start = part.start or 0
        limit = None if part.stop is None else max(part.stop - start, 0)
        ids = [pk for (pk,) in _tell(_FIND, self._question(), limit, start)]
        cases = Case.objects.with_facts().filter(pk__in=ids).order_by()
        rows = {row[0]: row[1:] for row in cases.values_list("pk", *self.columns)} if self.columns else cases.in_bulk()
        return [rows[pk] for pk in ids if pk in rows]

    def count(self) -> int:
        return self.count_up_to(None)

    def count_up_to(self, most: int | None) -> int:
        """How many there are; where there are more than `most`, that number."""
        [(number,)] = _tell(_COUNT, self._question(), most)
        return int(number)

    def within(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those of `cases` that the question finds too, in their own order."""
        return cases.filter(pk__in=RawSQL("select private.case_search(%s::jsonb)", [self._question()]))

    def _clone(self) -> list[Any]:
        # Django's list of the admin copies what fits one page.
        return self[:]

    def _question(self) -> str:
        asked = {name: value for name, value in self.asked.items() if value not in (None, "", [])}
        if "q" in asked:
            # What Postgres cannot hold is in no case, and must not fail a search.
            asked["q"] = asked["q"].replace("\0", " ").encode(errors="replace").decode()
        return json.dumps(asked, default=str)


def words_of(case_ids: Iterable[UUID], text: str) -> dict[UUID, list[str]]:
    """By which of its words each case was found."""
    return dict(_tell(_WORDS, list(case_ids), text))


def _tell(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    # It only reads: a refusal has nothing to take back, and needs no savepoint.
    with rpc.ending_at_refusal(), rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
