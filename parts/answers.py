"""An answer of a parts search, in any form it was captured in, as rows of the pool; pure."""

import re
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from core import exact
from parts.spelled import MOST_PIECES, Number, Row, Spelled, number_of, plain, text_of

# column -> the names it goes by, the surest first
_TEXTS = {
    "part_name": ("part_name", "שם חלק", "שם החלק", "שם מוצר", "חלק", "part", "name"),
    "part_family": ("part_family", "משפחת חלק", "קבוצת חלקים", "קבוצה", "קטגוריה", "group", "category"),
    "description": ("תיאור חלק", "תיאור", "תיאור מוצר", "cat_num_desc", "description", "desc", "model_description"),
    "oem": ("קוד OEM", "מספר OEM", "oem", 'מק"ט OEM', 'מק"ט יצרן', "oem_number", "oem_code", "oem code"),
    "pcode": ("קוד קטלוגי", "מספר קטלוגי", 'מק"ט', "pcode", "code", "catalog_code", "catalog_number", "supplier_pcode"),
    "supplier_name": ("ספק", "שם ספק", "שם הספק", "supplier_name", "supplier", "vendor", "חנות"),
    "currency": ("מטבע", "currency"),
    "part_type": ("סוג מקור", "סוג חלק", "סוג", "מקור", "part_type", "source", "source_type"),
    "condition": ("מצב", "מצב חלק", "condition"),
    "availability": ("זמינות", "מלאי", "availability", "stock"),
    "location": ("מיקום", "location"),
    "comments": ("הערות", "הערה", "comments", "comment", "remarks", "notes"),
    "make": ("make", "יצרן", "תוצרת", "manufacturer"),
    "model": ("model", "דגם"),
    "trim": ("trim", "רמת גימור"),
    "year": ("year", "שנת ייצור", "שנה"),
    "year_from": ("year_from", "משנה", "משנת"),
    "year_to": ("year_to", "עד שנה", "עד שנת"),
    "engine_volume": ("engine_volume", "נפח מנוע"),
    "engine_code": ("engine_code", "קוד מנוע"),
    "engine_type": ("engine_type", "סוג מנוע"),
    "vin": ("vin", "vin_number", "מספר שילדה", "מספר שלדה"),
    "search_type": ("search_type", "סוג חיפוש"),
}
_PRICE = ("מחיר", "price", "מחיר ליחידה", "מחיר יחידה", "price_per_unit", "unit_price", "עלות", 'מחיר בש"ח')
_QUANTITY = ("כמות", "quantity", "qty")
_SOURCE = ("data_source", "מקור נתונים")
_MUST_SAY = ("part_name", "description", "oem", "pcode", "supplier_name", "price_text")
_SOURCES = {
    "catalog": ("catalog", "catalogue", "קטלוג", "מקטלוג", "חיפוש בקטלוג"),
    "web": ("web", "web search", "internet", "online", "אינטרנט", "רשת", "חיפוש אינטרנט", "חיפוש ברשת"),
    "ocr": ("ocr", "פענוח", "תמונה", "מתמונה", "סריקה", "פענוח תמונה", "image"),
}
_SOURCE_OF = {plain(word): source for source, words in _SOURCES.items() for word in words}
_HEBREW = re.compile(r"[א-ת]")
_NAMESPACE = UUID("5f9a3f5e-2d0b-5d0c-9a35-7a6f0e2f6c11")


class Found(NamedTuple):
    """One row as it came, its place in the answer, and what its group and wrapping say of it."""

    raw: Any
    pointer: str
    group: Row
    data_source: str | None


class Answer(NamedTuple):
    """The rows of an answer, what it says besides them, and the plate it names."""

    rows: list[Found]
    context: Row
    plate: str


class Unusable(Exception):
    """A row that is no part; the text says why."""


def read(value: Any, pointer: str = "") -> Answer | None:
    """Take an answer apart that was read with core.exact; None where there is none in it."""
    if isinstance(value, list) and any(isinstance(one, dict) and _is_wrapped(one) for one in value):
        return _joined([read(one, f"{pointer}/{place}") for place, one in enumerate(value)])
    if isinstance(value, list):
        return Answer(_rows(value, pointer), {}, "")
    if not isinstance(value, dict):
        return None
    for name in ("answer", "body"):
        if isinstance(value.get(name), (dict, list)):
            inner = read(value[name], f"{pointer}/{name}")
            return inner and _with_envelope(inner, value, name)
    if not isinstance(value.get("results"), list):
        return None
    return _with_envelope(Answer(_rows(value["results"], f"{pointer}/results"), {}, ""), value, "results")


def row_of(found: Found, place: str, data_source: str | None = None) -> Row:
    """One row in the columns of the pool; `place` is whose it is, so that the same row there is the same.

    `data_source` is what the whole call says of it, in any spelling. Raises Unusable.
    """
    if not isinstance(found.raw, dict):
        raise Unusable("a row is an object")
    spelled, unread = Spelled(found.raw), []
    row: Row = {column: spelled.text(names) for column, names in _TEXTS.items()}
    row["price_text"] = spelled.text(_PRICE)
    for column, number in _numbers(spelled).items():
        row[column] = number.value if number.value is None else str(number.value).encode()
        unread += [column] * number.is_unread
    said = spelled.text(_SOURCE) or data_source
    row["data_source"] = source_of(said) if said else found.data_source
    unread += ["data_source"] * (bool(said) and row["data_source"] is None)
    if not any(row[column] for column in _MUST_SAY):
        raise Unusable("no part, code, supplier or price in it")
    row["part_name"] = row["part_name"] or text_of(found.group.get("name"))
    row["part_family"] = row["part_family"] or text_of(found.group.get("group"))
    row["currency"] = row["currency"] or ("₪" if "₪" in (row["price_text"] or "") else None)
    row["search_query"] = found.group or None
    row["row_uuid"], is_own = key_of(found.raw, place, found.group)
    unread += ["row_uuid"] * (not is_own and found.raw.get("row_uuid") not in (None, ""))
    return {name: inner for name, inner in row.items() if inner is not None} | {"raw": found.raw, "unread": unread}


def key_of(raw: Row, place: str, group: Row | None = None) -> tuple[str, bool]:
    """The row's own row_uuid, and True; without one the same for the same content in the same place, and False."""
    try:
        return str(UUID(text_of(raw.get("row_uuid")) or "")), True
    except ValueError:
        content = _sorted({"row": {name: inner for name, inner in raw.items() if name != "row_uuid"}} | (group or {}))
        return str(uuid5(_NAMESPACE, f"{place}\n{exact.write(content)}")), False


def session_key(answer: Answer, facts: Row, place: str) -> UUID:
    """The same for the same answer and facts in the same place."""
    content = _sorted({"rows": [found.raw for found in answer.rows], "facts": facts})
    return uuid5(_NAMESPACE, f"session\n{place}\n{exact.write(content)}")


def source_of(word: str | None) -> str | None:
    """catalog, web or ocr, also out of Hebrew; None for a word we do not know."""
    return _SOURCE_OF.get(plain(word or ""))


def _numbers(spelled: Spelled) -> dict[str, Number]:
    return {
        "price": number_of(spelled.value(_PRICE)),
        "quantity": number_of(spelled.value(_QUANTITY), least=0, most=MOST_PIECES),
    }


def _is_wrapped(value: Row) -> bool:
    return isinstance(value.get("body"), (dict, list)) or isinstance(value.get("results"), list)


def _rows(listed: list[Any], pointer: str) -> list[Found]:
    """The rows of a list, those of a group with the group's name."""
    rows: list[Found] = []
    for place, one in enumerate(listed):
        at = f"{pointer}/{place}"
        if isinstance(one, dict) and isinstance(one.get("search_results"), list):
            group = {name: one[name] for name in ("group", "name") if name in one}
            inner = enumerate(one["search_results"])
            rows += [Found(row, f"{at}/search_results/{n}", group, "web") for n, row in inner]
        else:
            rows.append(Found(one, at, {}, "web" if _is_written_by_hand(one) else None))
    return rows


def _is_written_by_hand(row: Any) -> bool:
    """Whether the keys are Hebrew: so the web search's AI step answers, and nobody else."""
    return isinstance(row, dict) and sum(bool(_HEBREW.search(key)) for key in row) * 2 > len(row)


def _with_envelope(answer: Answer, around: Row, name: str) -> Answer:
    rows = answer.rows
    if name == "body":
        rows = [found._replace(data_source=found.data_source or "ocr") for found in rows]
    said = {key: inner for key, inner in around.items() if key != name and key not in _OURS}
    told = _recommendations(around[name]) if name == "results" else {}
    return Answer(rows, {**answer.context, **said, **told}, answer.plate or text_of(around.get("plate")) or "")


# What a request says of itself is no part of what was answered.
_OURS = frozenset(
    {"answer", "results", "case_id", "plate", "session_id", "session", "data_source", "org_id", "idempotency_key"}
)


def _recommendations(listed: list[Any]) -> Row:
    """What stands in a group besides its rows."""
    groups = [one for one in listed if isinstance(one, dict) and isinstance(one.get("search_results"), list)]
    return {"groups": [{key: one[key] for key in one if key != "search_results"} for one in groups]} if groups else {}


def _joined(answers: list[Answer | None]) -> Answer:
    found = [answer for answer in answers if answer is not None]
    context = found[0].context if len(found) == 1 else {"answers": [answer.context for answer in found]}
    plates = [answer.plate for answer in found if answer.plate]
    return Answer([row for answer in found for row in answer.rows], context, plates[0] if plates else "")


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(inner) for inner in value]
    return value
