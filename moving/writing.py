"""Writing one plate: its cases, their versions oldest first, and the rows around them; all of it or nothing."""

import json
from typing import Any
from uuid import UUID

from cases.models import Case
from moving import ordering, rows, statuses
from moving.asking import ask
from moving.ground import Ground
from moving.ordering import Document, Group, Order
from moving.said import filing_of, uuid_of
from moving.satellites import Satellites

_QUEUE = "select private.plate_queue(%s, %s)"
_WAITING = """
select id, place, canonical, case_key, filing_case_id, number, said_at, said_by, reason, about ->> 'is_current',
  coalesce(about ->> 'saved_by', about ->> 'updated_by'), about ->> 'other_plate', (about -> 'details')::text
from public.import_sources
where seen_in = %s and plate is not distinct from %s and kind = 'HELPER' and state = 'FOUND' order by place"""
_NEW_CASE = "select id, status from private.import_case(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_VERSION = "select private.import_version(%s, %s, %s, %s)"
_FACTS = "select (about -> 'facts')::text from public.import_sources where id = %s"


class Unit(Ground):
    """The cases and versions of one plate, and then what lies around them."""

    def write(self) -> None:
        """Everything of this plate that waits. Runs inside `importing`."""
        if self.plate is not None:
            ask(_QUEUE, self.org_id, self.plate)
            self.cases()
        self.histories()
        Satellites(self.org_id, self.run_id, self.plate).write()

    # Cases

    def cases(self) -> None:
        """The rows of cases: of several open ones the one worked on last stays open."""
        told = [(pk, about, statuses.of_case(about.get("status"))) for pk, about, _key in self.waiting("cases")]
        told.sort(key=lambda one: str(one[1].get("updated_at") or one[1].get("created_at") or ""), reverse=True)
        for pk, about, status in told:
            key = uuid_of(about.get("id"))
            [there] = ask("select (select id from public.cases where id = %s and org_id = %s)", key, self.org_id)
            if there[0]:
                self.settle(pk, "SAME", "already_there", case_id=there[0])
                continue
            case_id, became = self.new_case(key, status, about)
            self.settle(pk, "ROW", None, case_id=case_id, row_id=case_id)
            if status is None:
                self.found("status_unknown", f"case:{case_id}", "leave_it", case_id=case_id, source_id=pk,
                           said=str(about.get("status"))[:60])  # fmt: skip
            if became != (status or "אחר"):
                self.found("several_open", f"case:{case_id}", "leave_closed", case_id=case_id, source_id=pk, was=status)

    def new_case(self, key: UUID | None, status: str | None, about: dict[str, Any]) -> tuple[UUID, str]:
        filing = filing_of(about.get("filing_case_id")) or filing_of(about.get("case_number"))
        return ask(
            _NEW_CASE, self.org_id, self.plate, key, status or "אחר", about.get("owner_name") or None,
            about.get("inspection_location") or None, filing, rows.opened_at(about), rows.person(about, "assigned_to"),
            rows.person(about, "created_by"),
        )[0]  # fmt: skip

    # Histories

    def histories(self) -> None:
        documents = []
        for row in ask(_WAITING, self.run_id, self.plate):
            pk, place, canonical, key, filing, number, at, said_by, problem, current, who, other, details = row
            if other:
                self.found("plates_differ", f"source:{pk}", "leave_it", source_id=pk, other=other)
            if problem:
                self.settle(pk, "KEPT", problem)
                self.found(problem, f"source:{pk}", "leave_it", source_id=pk, **json.loads(details or "{}"))
                continue
            mark = {"true": True, "false": False, "t": True, "f": False}.get(str(current).lower())
            documents.append(Document(pk, place, canonical, key, filing, number, at, said_by, mark, uuid_of(who)))
        groups = [(group, ordering.ordered(group.documents)) for group in ordering.grouped(documents)]
        # The case that was worked on last comes first, so that it is the one that stays open.
        last_first = sorted(groups, key=lambda one: ordering.newest(one[1]), reverse=True)
        cases = {group.key: self.case_of(group, order, is_alone=len(groups) == 1) for group, order in last_first}
        for group, order in groups:
            self.history(group, order, *cases[group.key])

    def history(self, group: Group, order: Order, case_id: UUID, newest_at: Any, has_versions: bool) -> None:
        became: dict[UUID, int] = {}
        for one in order.documents:
            version = self.known(one, case_id) if has_versions else None
            if version is not None:
                self.settle(one.id, "SAME", "already_there", case_id=case_id, version=version)
            elif has_versions and not self.is_newer(one, newest_at):
                self.settle(one.id, "KEPT", "late_history", case_id=case_id)
                self.found("late_history", f"source:{one.id}", "leave_it", case_id=case_id, source_id=one.id)
                continue
            else:
                [(version,)] = ask(_VERSION, one.id, case_id, f"by_{order.by}", one.saved_by)
            became[one.id] = version
        for pk, first in order.repeats.items():
            while first in order.repeats:
                first = order.repeats[first]
            self.settle(pk, "SAME" if first in became else "KEPT", "repeated" if first in became else "late_history",
                        case_id=case_id, version=became.get(first))  # fmt: skip
        self.doubts(group, order, case_id)

    def case_of(self, group: Group, order: Order, *, is_alone: bool) -> tuple[UUID, Any, bool]:
        """The case these documents go to; a new one where none is meant."""
        there = self.cases_there()
        meant = self.moved(group.key)
        filing = next((one.filing for one in reversed(order.documents) if one.filing), None)
        chosen = next((row for row in there if row[0] == meant), None)
        if chosen is None and is_alone:
            # Ours was perhaps opened under an id of its own; an ended case under another id is another case.
            by_number = [row for row in there if filing and row[1] == filing]
            meant_here = there if group.key is None else [row for row in there if row[2] not in Case.ENDED]
            chosen = next(iter([*by_number, *meant_here]), None)
        if chosen:
            return chosen[0], chosen[4], chosen[3] is not None
        return self.case_of_helper(group.key, order, filing), None, False

    def case_of_helper(self, key: UUID | None, order: Order, filing: str | None) -> UUID:
        """Open a case with what its newest helper says of it."""
        newest = order.documents[-1]
        [(facts,)] = ask(_FACTS, newest.id)
        facts = json.loads(facts or "{}")
        status = statuses.of_case(facts.get("status"))
        moments = [one.at for one in order.documents if one.at]
        about = {
            "owner_name": facts.get("owner_name"),
            "inspection_location": facts.get("place"),
            "filing_case_id": filing,
            "created_at": min(moments).isoformat() if moments else None,
        }
        case_id, became = self.new_case(key, status, about)
        if status is None:
            self.found("status_unknown", f"case:{case_id}", "leave_it", case_id=case_id, said=facts["status"][:60])
        if became != (status or "אחר"):
            self.found("several_open", f"case:{case_id}", "leave_closed", case_id=case_id, was=status)
        return case_id

    def known(self, one: Document, case_id: UUID) -> int | None:
        return ask("select private.import_known(%s, %s)", one.id, case_id)[0][0]  # type: ignore[no-any-return]

    def is_newer(self, one: Document, newest_at: Any) -> bool:
        """Only what was certainly saved after everything that is there may come on top of it."""
        return one.at is not None and one.said_by != "touched" and newest_at is not None and one.at > newest_at

    def doubts(self, group: Group, order: Order, case_id: UUID) -> None:
        """What a person should look at, though nothing was lost by it."""
        if not order.is_sure:
            self.found("order_unsure", f"case:{case_id}", "leave_it", case_id=case_id, documents=len(order.documents))
        for one in group.guessed:
            self.found("which_case", f"source:{one.id}", "leave_it", case_id=case_id, source_id=one.id)
        marks = [one.is_current for one in group.documents if one.is_current is not None]
        if marks and sum(marks) != 1:
            self.found(
                "current_unclear", f"case:{case_id}", "leave_it", case_id=case_id, current=sum(marks), of=len(marks)
            )
        elif marks and not any(one.is_current for one in order.documents[-1:]):
            marked = next(one for one in group.documents if one.is_current)
            if order.repeats.get(marked.id) != order.documents[-1].id:
                self.found("current_not_last", f"case:{case_id}", "leave_it", case_id=case_id, source_id=marked.id)
