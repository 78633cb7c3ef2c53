"""The gateway's ops about cases, their helpers and their story."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer

import cases.services
from cases import flags
from cases.filters import CaseQuestion
from cases.found import FoundCases, words_of
from core.api import shown
from core.errors import Invalid
from core.rpc import JsonText
from helpers import services
from helpers.models import CaseHelper
from helpers.views import whole
from make.bodies import Document
from make.calls import Answer, Call
from make.serializers import CaseUpserted, EventAdded, FoundCase, HelperBroughtBack, HelperKept

_NO_DATA = JsonText(b"{}")
_NO_FACTS = {"helper_json", "org_id", "idempotency_key"}
_PAGE = 100


def upsert_case(call: Call) -> Answer:
    """Open a case, or bring the plate's open one up to date; a helper in it is the next version."""
    facts = {name: value for name, value in call.asked.items() if name not in _NO_FACTS}
    helper = call.helper
    made = cases.services.upsert(
        **facts, org_id=call.org_id, helper_json=helper.inside(call.sent) if helper is not None else None
    )
    if helper is not None:
        _received(helper, made["case_id"], made["version"], made["changed_sections"], "case.upsert")
    return Answer(shown(CaseUpserted, made), status=201 if made["created"] else 200)


def save_full(call: Call) -> Answer:
    """Save a whole helper: over the version that was read, or without one as a copy of what Make holds."""
    helper = call.asked["helper_json"]
    case_id, current = call.queue()
    expected = call.asked.get("version") or current
    source = call.asked.get("source") or call.asked.get("reason")
    saved = services.save_full(
        case_id=case_id, helper_json=helper.inside(call.sent), expected_version=expected, trigger=source
    )
    saved.unchanged = saved.version == expected  # type: ignore[attr-defined]
    if saved.version == expected:
        saved.changed_sections = []
    _received(helper, case_id, saved.version, saved.changed_sections, source)
    return Answer(shown(HelperKept, saved))


def _received(helper: Document, case_id: UUID, version: int, changed: list[str], source: str | None) -> None:
    flags.refuse_moved(case_id, changed)
    services.log_received(case_id=case_id, version=version, sections=sorted(helper.value), source=source)


def get_current(call: Call) -> HttpResponse:
    """The current helper of a case; of a plate its open case's, else the newest one's."""
    case_id, plate = call.asked.get("case_id"), call.asked.get("plate")
    if case_id is not None:
        found = CaseHelper.objects.current(case_id).without_body()
    else:
        found = CaseHelper.objects.of_plate(plate or "").without_body()
    if plate is not None:
        found = found.filter(plate=plate)
    if call.org_id is not None:
        found = found.filter(org_id=call.org_id)
    versions = list(found)
    if len({version.org_id for version in versions}) > 1:
        raise Invalid.at("/case_id", "more than one office has this plate: name the case")
    return whole(call.request, versions[0] if versions else None)


def restore_latest(call: Call) -> Answer:
    """Put an old version on top as a new one; the one before the current where none is named."""
    case_id, current = call.queue()
    saved = services.restore(
        case_id=case_id,
        version=call.asked.get("version"),
        expected_version=call.asked.get("expected_version") or current or 0,
        reason=call.asked.get("reason"),
    )
    flags.refuse_moved(case_id, saved.changed_sections)
    saved.unchanged = False  # type: ignore[attr-defined]
    return Answer(shown(HelperBroughtBack, saved))


def add_event(call: Call) -> Answer:
    """Write what happened outside into a case's story; the answer is the event."""
    is_of_case = call.asked.get("case_id") or call.asked.get("plate")
    event = cases.services.add_event(
        type=call.asked["type"],
        case_id=call.queue()[0] if is_of_case else None,
        data=call.sent.json("data") if "data" in call.asked else _NO_DATA,
        text=call.asked.get("text"),
        version=call.asked.get("version"),
    )
    return Answer(shown(EventAdded, event), status=201, ids=("id", "case_id"), name="data", text=event["data"].encode())


def search_cases(call: Call) -> HttpResponse:
    """Cases by words in any order, plate, owner, phone, numbers, status or dates, the best first; never a helper."""
    asked = {name: value for name, value in call.asked.items() if name in CaseQuestion().fields}
    cases = FoundCases({**asked, "org_id": call.org_id})[: call.asked.get("limit") or _PAGE]
    words = words_of([case.pk for case in cases], asked.get("q") or "")
    for case in cases:
        case.found = words[case.pk]
    return HttpResponse(JSONRenderer().render(FoundCase(cases, many=True).data), content_type="application/json")
