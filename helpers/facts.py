"""What a case is at one version, in the few facts a person asks for first.

Each fact is looked for where any generation of the helper keeps it. What has a strange type shows as nothing, and an
amount shows as it is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.templatetags import office
from core import exact
from helpers import labels, pointers, wording
from helpers.models import CaseHelper

SECTIONS = (
    *("meta", "vehicle", "car_details", "case_info", "stakeholders", "general", "damage_info", "valuation"),
    *("levisummary", "expertise", "expertise_snapshot", "estimate", "final_report", "claims_data", "calculations"),
    *("depreciation", "centers", "damage_centers", "images", "documents", "invoices"),
)
INVOICES_SHOWN = CENTERS_SHOWN = 20

# One reading of the row, and only what the facts stand in: a helper may be 5 MB.
_READ = """select coalesce(jsonb_object_agg(s.key, s.value), '{}')::text
from public.case_helper h, jsonb_each(h.helper_json) s where h.id = %s and s.key = any(%s)"""

_OWNER = (
    *("/stakeholders/owner/name", "/vehicle/owner", "/car_details/owner", "/case_info/owner_name"),
    *("/case_info/customer_name", "/case_info/client_name", "/meta/owner_name", "/meta/client_name"),
    "/general/owner_name",
)
_PHONE = (
    *("/stakeholders/owner/phone", "/case_info/customer_phone", "/meta/phone_number", "/car_details/ownerPhone"),
    "/general/owner_phone",
)
_PLATE = ("/meta/plate", "/vehicle/plate", "/vehicle/plate_number", "/case_info/plate", "/car_details/plate")
_FILING = ("/case_info/case_id", "/meta/case_id", "/vehicle/case_number", "/car_details/case_number")
_MODEL = ("/vehicle/model", "/car_details/model", "/vehicle/full_model_name", "/levisummary/full_model")
_GARAGE = ("/stakeholders/garage/name", "/car_details/garageName", "/general/garage_name")
_INSURER = (
    *("/stakeholders/insurance/company", "/stakeholders/insurance_company", "/stakeholders/insurance_company/name"),
    "/car_details/insuranceCompany",
)
_BASE = ("/valuation/base_price", "/levisummary/base_price", "/expertise/levi_report/base_price",
         "/calculations/base_price", "/vehicle/base_price", "/car_details/base_price")  # fmt: skip
_FINAL = ("/valuation/final_price", "/calculations/market_value", "/levisummary/final_price",
          "/expertise/levi_report/final_price", "/vehicle/market_value", "/car_details/market_value")  # fmt: skip
_CLAIM = ("/claims_data/total_claim", "/final_report/summary/total_claim", "/final_report/summary/sumClaim",
          "/estimate/summary/sum_claim", "/calculations/total_claim")  # fmt: skip
_DAMAGED = ("/case_info/damage_date", "/vehicle/damage_date", "/car_details/damage_date",
            "/general/damage_date_independent")  # fmt: skip
_LOSS = ("/final_report/depreciation", "/estimate/depreciation", "/depreciation", "/valuation/depreciation")

_CENTERS = ("/centers", "/damage_centers", "/expertise/damage_blocks", "/expertise_snapshot/damage_blocks",
            "/estimate/damage_centers")  # fmt: skip
_WORKS = ("/Summary/Total works", "/Works/works_meta/total_cost", "/work_cost", "/costs/work_cost",
          "/calculations/works_subtotal")  # fmt: skip
_PARTS = ("/Summary/Total parts", "/Parts/parts_meta/total_cost", "/parts_cost", "/costs/parts_cost",
          "/calculations/parts_subtotal")  # fmt: skip
_REPAIRS = ("/Summary/Total repairs", "/Repairs/repairs_meta/total_cost", "/repairs_cost", "/costs/repairs_cost",
            "/calculations/repairs_subtotal")  # fmt: skip
_TOTAL = ("/Summary/Total with VAT", "/costs/total_with_vat", "/calculations/total_with_vat")

_NOTHING = re.compile(r"[₪ ]*0*(?:\.0*)?%?|-+|null|undefined", re.IGNORECASE)
_ISO_DAY = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})(?:[T ].*)?")
_LOCAL_DAY = re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})")
_LONGEST = 120


@dataclass(frozen=True)
class Fact:
    """A word of the office and what the document says."""

    word: str
    value: str


@dataclass(frozen=True)
class Report:
    """How far a report has come; `tone` is the colour of its badge."""

    word: str
    kind: str
    status: str
    tone: str
    day: str


@dataclass(frozen=True)
class Center:
    """A damage center with its totals."""

    name: str
    works: str
    parts: str
    repairs: str
    total: str


@dataclass(frozen=True)
class Invoice:
    """An invoice as it was read."""

    number: str
    supplier: str
    total: str


@dataclass(frozen=True)
class Facts:
    """What a case is at one version."""

    facts: list[Fact]
    reports: list[Report]
    badges: list[str]
    centers: list[Center]
    invoices: list[Invoice]
    more_centers: int
    more_invoices: int


def of_version(version: CaseHelper) -> Facts:
    """The facts of a version that the caller may see; one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [version.pk, list(SECTIONS)])
        (text,) = cursor.fetchone()
    return of(exact.read(text))


def of(document: Any) -> Facts:
    """The facts of a document, or of those of its sections that hold them."""
    centers, invoices = _rows(document, *_CENTERS), _rows(document, "/invoices")
    return Facts(
        facts=[fact for fact in _facts(document) if fact.value],
        reports=[report for report in _reports(document) if report.kind or report.status],
        badges=list(_badges(document)),
        centers=[_center(row, place) for place, row in enumerate(centers[:CENTERS_SHOWN], 1)],
        invoices=[_invoice(row) for row in invoices[:INVOICES_SHOWN]],
        more_centers=max(len(centers) - CENTERS_SHOWN, 0),
        more_invoices=max(len(invoices) - INVOICES_SHOWN, 0),
    )


def _facts(document: Any) -> Iterator[Fact]:
    yield _fact("owner_name", _first(document, *_OWNER))
    yield _fact("owner_phone", _first(document, *_PHONE))
    yield _fact("plate", _plate(_first(document, *_PLATE)))
    yield _fact("case_id", _first(document, *_FILING))
    yield _fact("manufacturer", _first(document, "/vehicle/manufacturer", "/car_details/manufacturer", "/vehicle/make"))
    yield _fact("model", _first(document, *_MODEL))
    yield _fact("year", _first(document, "/vehicle/year", "/car_details/year"))
    yield _fact("garage", _first(document, *_GARAGE))
    yield _fact("insurance_company", _first(document, *_INSURER))
    yield _fact("claim_number", _first(document, "/stakeholders/insurance/claim_number"))
    yield _fact("damage_date", _day(_first(document, *_DAMAGED)))
    yield _fact("damage_type", _first(document, "/case_info/damage_type", "/damage_info/damage_type"))
    yield _fact("directive", _first(document, "/expertise/summary/directive", "/case_info/directive"))
    yield _fact("base_price", _first(document, *_BASE))
    yield _fact("final_price", _first(document, *_FINAL))
    yield _fact("depreciation", _loss(document))
    yield _fact("total_claim", _first(document, *_CLAIM))
    yield _fact("photo_count", _pictures(document))


def _reports(document: Any) -> Iterator[Report]:
    frozen = _first(document, "/expertise_snapshot/submitted_at")
    yield _report(
        "expertise",
        "",
        _first(document, "/expertise/summary/status") or ("submitted" if frozen else ""),
        _first(document, "/expertise/summary/submitted_at", "/expertise/summary/completed_at") or frozen,
    )
    yield _report(
        "estimate",
        _first(document, "/estimate/type", "/meta/estimate_type"),
        _first(document, "/estimate/status") or _made(document, "/estimate/generated", "/meta/estimate_generated"),
        _first(document, "/estimate/generated_date", "/estimate/estimate_report_date", "/meta/estimate_timestamp"),
    )
    yield _report(
        "final_report",
        _first(document, "/final_report/type", "/final_report/report_type", "/final_report/dropdown_type"),
        _first(document, "/final_report/status") or _made(document, "/final_report/generated", "/meta/finalized"),
        _first(document, "/final_report/submitted_at", "/final_report/report_date", "/final_report/generated_date"),
    )


def _report(section: str, kind: str, status: str, day: str) -> Report:
    words = {
        "submitted": _("submitted"),
        "generated": _("made"),
        "draft": _("draft"),
        "final": _("final"),
        "completed": _("completed"),
    }
    done = status in {"submitted", "final", "completed", "approved", "הוגש", "סופי", "הושלם"}
    tone = "done" if done else "busy"
    return Report(labels.section(section), kind.replace("_", " "), words.get(status, status), tone, _day(day))


def _badges(document: Any) -> Iterator[str]:
    for key in ("in_agreement", "report_for_company"):
        if pointers.look(document, ["final_report", key]) is True:
            yield labels.field(key)


def _center(row: dict[str, Any], place: int) -> Center:
    name = wording.row_name(row) or wording.center_name(str(place))
    totals = (_first(row, *places) for places in (_WORKS, _PARTS, _REPAIRS, _TOTAL))
    return Center(name, *totals)


def _invoice(row: dict[str, Any]) -> Invoice:
    names = ("invoice_number", "מס. חשבונית", "מס' חשבונית", "מס׳ חשבונית")
    totals = ("עלות כוללת", "total_amount", "total_with_vat", "total", 'סה"כ כולל מע"מ')
    return Invoice(
        _key(row, *names), _key(row, "supplier_name", "שם ספק", "שם מוסך", "supplier", "ספק"), _key(row, *totals)
    )


def _loss(document: Any) -> str:
    for place in _LOSS:
        percent = _first(document, f"{place}/globalDep1", f"{place}/global_percentage")
        amount = _first(document, f"{place}/globalDepValue", f"{place}/global_amount", f"{place}/total_depreciation")
        if percent or amount:
            percent = percent if not percent or percent.endswith("%") else f"{percent}%"
            return " · ".join(piece for piece in (percent, amount) if piece)
    return ""


def _pictures(document: Any) -> str:
    counted = _first(document, "/documents/photo_count")
    return counted or str(max(len(_list(document, "/images")), len(_list(document, "/documents/images"))) or "")


def _made(document: Any, *places: str) -> str:
    return "generated" if any(pointers.look(document, pointers.read(place)) is True for place in places) else ""


def _fact(key: str, value: str) -> Fact:
    return Fact(labels.field(key), value)


def _plate(text: str) -> str:
    digits = re.sub("[^0-9]", "", text)
    return office.plate(digits) if len(digits) in {7, 8} else text


def _day(text: str) -> str:
    """2025-09-14 and 14/09/2025 as people write them; what is no such date stands as it is."""
    found = _ISO_DAY.fullmatch(text) or _LOCAL_DAY.fullmatch(text)
    if found is None:
        return text
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return text
    return f"{day.day}.{day.month}.{day.year}"


def _first(document: Any, *places: str) -> str:
    """The first of these places that says something."""
    texts = (_said(pointers.look(document, pointers.read(place))) for place in places)
    return next((text for text in texts if text), "")


def _key(row: dict[str, Any], *names: str) -> str:
    return next((text for text in (_said(row.get(name)) for name in names) if text), "")


def _said(value: Any) -> str:
    text = " ".join(wording.said(value)[: _LONGEST * 2].split())[:_LONGEST]
    # A new helper is full of zeros and dashes that nobody wrote.
    return "" if _NOTHING.fullmatch(text) else text


def _list(document: Any, place: str) -> list[Any]:
    value = pointers.look(document, pointers.read(place))
    return value if isinstance(value, list) else []


def _rows(document: Any, *places: str) -> list[dict[str, Any]]:
    """The objects of the first of these lists that has any."""
    lists = ([row for row in _list(document, place) if isinstance(row, dict)] for place in places)
    return next((rows for rows in lists if rows), [])
