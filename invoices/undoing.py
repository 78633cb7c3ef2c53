"""Taking back that an invoice was accepted: the helper without it, whatever was saved since."""

from typing import Any
from uuid import UUID

from core import exact
from core.errors import Conflict
from core.exact import MISSING
from core.rpc import JsonText
from helpers import merge, pointers
from helpers.models import CaseHelper
from invoices import reported
from invoices.accepting import Plan, difference, invoice_or_404, locked, turned, writer_is_ours
from invoices.models import Invoice

_TOLD = 200

Helper = dict[str, Any]


def preview(invoice_id: UUID) -> Plan:
    """What taking it back would change, changing nothing. Raises NotFound and Conflict."""
    return _plan(invoice_or_404(invoice_id))


def undo(*, invoice_id: UUID, expected_version: int | None, reason: str | None = None) -> Plan:
    """Take an accepted invoice back to assigned, and the helper to what it is without the invoice.

    Raises NotFound, Conflict `version_conflict` where somebody saved meanwhile, `changed_since` with each place that
    accepting changed and somebody changed again, `conflict` for an invoice that is not accepted.
    """
    plan = _plan(locked(invoice_id, expected_version))
    return turned("invoice_undo", plan, reason=reason)


def _plan(invoice: Invoice) -> Plan:
    if invoice.status != Invoice.Status.ACCEPTED or invoice.case_id is None:
        raise Conflict(details={"status": invoice.status})
    head = CaseHelper.objects.head(invoice.case_id)
    version = head.version if head else None
    is_ours = writer_is_ours(invoice.case_id)
    if version is None or invoice.before_version is None or invoice.accepted_version is None or not is_ours:
        # Accepting wrote no helper, or Make writes it now.
        return Plan(invoice, version, difference({}, {}), is_ours=is_ours)
    numbers = {invoice.before_version, invoice.accepted_version, version}
    rows = CaseHelper.objects.filter(case_id=invoice.case_id, version__in=numbers)
    texts: dict[int, str] = dict(rows.values_list("version", "helper_json"))
    before, now = texts[invoice.before_version], exact.read(texts[version])
    if version == invoice.accepted_version:
        return Plan(invoice, version, difference(now, exact.read(before)), JsonText(before.encode()))
    after = _without(exact.read(texts[invoice.accepted_version]), now, exact.read(before))
    found = difference(now, after)
    return Plan(invoice, version, found, JsonText(exact.write(after).encode()) if found.changed else None)


def _without(accepted: Helper, now: Helper, before: Helper) -> Helper:
    """The helper as it is now, less what accepting changed. Raises Conflict `changed_since`."""
    section = before.get(reported.SECTION, MISSING)
    is_counted = all(_lists(side.get(reported.SECTION)) for side in (accepted, now))
    if is_counted:
        # Another invoice's lines may stand in the list: it is merged row by row, and counted anew.
        totals = {name: now[reported.SECTION][name] for name in reported.TOTALS if name in now[reported.SECTION]}
        accepted = _with(accepted, accepted[reported.SECTION], totals)
        had = section if isinstance(section, dict) else {}
        before = _with(before, {**had, reported.LIST: had.get(reported.LIST) or []}, totals)
    merged = merge.merge(accepted, now, before)
    if merged.conflicts:
        places = sorted({pointers.write(conflict.path) for conflict in merged.conflicts})
        raise Conflict("changed_since", details={"conflicting_pointers": places[:_TOLD], "places": len(places)})
    after: Helper = merged.value
    return _counted(after, section) if is_counted and _lists(after.get(reported.SECTION)) else after


def _lists(section: Any) -> bool:
    return isinstance(section, dict) and isinstance(section.get(reported.LIST), list)


def _with(helper: Helper, section: Helper, totals: Helper) -> Helper:
    """The helper with a section whose totals are these."""
    kept = {name: value for name, value in section.items() if name not in reported.TOTALS}
    return {**helper, reported.SECTION: {**kept, **totals}}


def _counted(helper: Helper, section: Any) -> Helper:
    """The helper with its totals counted; where the list is what it was before, so are they."""
    found = reported.counted(helper[reported.SECTION])
    had = section if isinstance(section, dict) else {}
    if found[reported.LIST] == (had.get(reported.LIST) or []):
        ours = (reported.LIST, *reported.TOTALS)
        kept = {name: value for name, value in found.items() if name not in ours}
        found = kept | {name: had[name] for name in ours if name in had}
    if found or section is not MISSING:
        return {**helper, reported.SECTION: found or section}
    return {name: value for name, value in helper.items() if name != reported.SECTION}
