"""What a source document says of itself: whose it is, which one, when; read leniently."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from core import strict
from core.body import limits
from core.errors import Invalid, Refused
from helpers import naming, unwrap
from helpers.unwrap import SECTIONS
from moving import canonical
from moving.pieces import MOST, Piece

_ENVELOPES = ("helper_data", "helper_json", "helper", "data", "value", "body", "payload", "bundle", "Body")
_NAMES = ("helper_name", "plate_helper_timestamp", "name")
_MOST_LAYERS = 8
_FILING = re.compile(r"YC-([0-9]{2,3}-?[0-9]{2,3}-?[0-9]{2,3})-(20[0-9]{2})")
_DIGITS_BEHIND = re.compile(r"_v?([0-9]{10}|[0-9]{13})$")
_ISRAEL = ZoneInfo("Asia/Jerusalem")
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
# What only a submission has; its sections alone would wipe out the others.
_SUBMISSION = {"submittedAt", "action"}
_BOM = b"\xef\xbb\xbf"


@dataclass
class Said:
    """Facts of a document; `problem` says why no version can be made of it."""

    plate: str | None = None
    other_plate: str | None = None
    name: str | None = None
    number: int | None = None
    at: datetime | None = None
    said_by: str | None = None
    filing: str | None = None
    case_id: UUID | None = None
    path: tuple[str, ...] = ()
    unwrapped: list[str] = field(default_factory=list)
    canonical: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def of(piece: Piece) -> Said:
    """Look into a document."""
    stem = re.sub(r"(\.json|\[[0-9]+\]|:[0-9]+)+$", "", piece.place.rsplit("/", 1)[-1])
    said = Said()
    raw = piece.raw.removeprefix(_BOM)
    envelopes = [piece.about]
    try:
        if len(raw) > MOST:
            raise Refused("body_too_large")
        value = strict.check(raw, limits())
        inner = _opened(value, said, envelopes)
    except Refused as refusal:
        said.problem = "unreadable" if refusal.code == "invalid_json" else "unstorable"
        said.details = {"code": refusal.code, **_where(refusal)}
        inner = None
    _names(said, [*(str(e[key]) for e in envelopes for key in _NAMES if isinstance(e.get(key), str)), stem])
    _whose(said, inner, envelopes, piece.place)
    _times(said, inner, envelopes)
    if said.number is None and isinstance(number := _whole(piece.about.get("version")), int):
        said.number = number if 0 < number < 1_000_000 else None
    if isinstance(inner, dict):
        said.problem = said.problem or _unfit(inner)
        said.canonical = canonical.digest(reached(canonical.read(raw), said.path))
        said.facts = _facts(inner)
    elif said.problem is None:
        said.problem = "no_helper"
    if said.problem is None and said.plate is None:
        said.problem = "no_plate"
    return said


def reached(value: Any, path: tuple[str, ...] | list[str]) -> Any:
    """What stands at the end of a path, as private.import_helper_of walks it."""
    for step in path:
        value = canonical.read(value) if isinstance(value, str) else value
        value = value[int(step)] if isinstance(value, list) else value[step]
    return canonical.read(value) if isinstance(value, str) else value


def moment(value: Any) -> datetime | None:
    """A time in one of the forms that are met; none where it is no believable one."""
    found: datetime | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value))
    text = str(value).strip() if isinstance(value, str) else ""
    try:
        if re.fullmatch(r"[0-9]{10}|[0-9]{13}", text):
            found = datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
        elif re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            found = parse_datetime(text) or parse_datetime(f"{text[:10]}T{text[11:19] or '00:00:00'}")
    except ValueError:
        return None
    if found and found.tzinfo is None:
        found = found.replace(tzinfo=_ISRAEL)
    return found if found and _FIRST < found < datetime.now(UTC) + timedelta(days=1) else None


def plate_of(value: Any) -> str | None:
    """A plate in any spelling, as it is stored."""
    digits = re.sub(r"[^0-9]", "", str(value)[:40]) if isinstance(value, str | int) else ""
    return digits if len(digits) in {7, 8} else None


def filing_of(value: Any) -> str | None:
    """A filing number without dashes in its plate; none for YC-UNKNOWN and whatever else is no number."""
    match = _FILING.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"YC-{match[1].replace('-', '')}-{match[2]}" if match else None


def uuid_of(value: Any) -> UUID | None:
    """A uuid; none for the filing numbers that often stand in its place."""
    try:
        return UUID(str(value)) if isinstance(value, str | UUID) else None
    except ValueError:
        return None


def _opened(value: Any, said: Said, envelopes: list[dict[str, Any]]) -> Any:
    """Take the wrapping off; the steps through it are noted. Raises Refused for a text in it that is no JSON."""
    path: list[str] = []
    for _layer in range(_MOST_LAYERS):
        if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
            value = strict.check(value.encode(), limits())
        if isinstance(value, list) and len(value) == 1:
            step: str = "0"
            value = value[0]
        elif isinstance(value, dict) and (key := _wrapping(value)):
            envelopes.append(value)
            step, value = key, value[key]
        else:
            break
        path.append(step)
        said.unwrapped.append("list" if step == "0" else step)
    said.path = tuple(path)
    return value


def _wrapping(value: dict[str, Any]) -> str | None:
    known = SECTIONS & set(value)
    for key in _ENVELOPES:
        inner = value.get(key)
        if key == "helper" and isinstance(inner, dict) and len(SECTIONS & set(inner)) > 2:
            return key
        is_wrapped = isinstance(inner, dict | list) or (isinstance(inner, str) and inner.lstrip()[:1] in {"{", "["})
        if not known and is_wrapped:
            return key
    return None


def _unfit(helper: dict[str, Any]) -> str | None:
    if set(helper) >= _SUBMISSION:
        return "partial"
    return None if SECTIONS & set(helper) else "no_helper"


def _names(said: Said, names: list[str]) -> None:
    """The name that was given to it, and what the name says: a number, or seconds where a number should be."""
    for name in names:
        read = naming.read(name)
        if read is None:
            continue
        said.name = said.name or name[:300]
        said.plate = said.plate or read.plate
        said.number = said.number or read.version
        seconds = _DIGITS_BEHIND.search(name)
        at = moment(seconds[1]) if seconds else moment(name.rsplit("_", 1)[-1])
        if at and said.at is None:
            said.at, said.said_by = at, "name"


def _whose(said: Said, inner: Any, envelopes: list[dict[str, Any]], place: str) -> None:
    """The plate inside is believed before the one in a name; the folder's comes last."""
    named = said.plate
    try:
        if isinstance(inner, dict):
            said.plate = unwrap.find({"meta": {}, **inner}).plate
    except Invalid:
        pass
    beside = [plate_of(e.get(key)) for e in envelopes for key in ("plate", "plateNumber", "plate_number")]
    said.plate = said.plate or next(filter(None, [*beside, *map(plate_of, place.split("/")[:-1])]), None)
    said.other_plate = next((one for one in [named, *beside] if one and one != said.plate), None)
    meta, info = (_section(inner, name) for name in ("meta", "case_info"))
    ids = [
        *(e.get("case_id") for e in envelopes),
        info.get("supabase_case_id"),
        meta.get("case_id"),
        info.get("case_id"),
    ]
    said.case_id = next(filter(None, map(uuid_of, ids)), None)
    numbers = [*(e.get("filing_case_id") for e in envelopes), *ids]
    said.filing = next(filter(None, map(filing_of, numbers)), None)


def _times(said: Said, inner: Any, envelopes: list[dict[str, Any]]) -> None:
    """When it was saved, by whom that knows it best; when a row was touched is what a trigger spoiled."""
    marks = _section(inner, "version_metadata").get("saved_at"), _section(inner, "meta").get("last_updated")
    root = inner.get("last_modified") if isinstance(inner, dict) else None
    inside = max(filter(None, map(moment, (*marks, root))), default=None)
    beside = [next(filter(None, (moment(e.get(key)) for e in envelopes)), None) for key in ("saved_at", "created_at")]
    sent = next(filter(None, (moment(e.get("logout_time")) for e in envelopes)), None)
    touched = next(filter(None, (moment(e.get("updated_at")) for e in envelopes)), None)
    told = [(beside[0], "row"), (said.at, "name"), (inside, "document"), (sent, "envelope"), (beside[1], "row")]
    said.at, said.said_by = next(((at, by) for at, by in [*told, (touched, "touched")] if at), (None, None))


def _facts(helper: dict[str, Any]) -> dict[str, Any]:
    """What a case is opened with, where no row of the case came along."""
    info, owner = _section(helper, "case_info"), _section(_section(helper, "stakeholders"), "owner")
    told = {"status": info.get("status"), "owner_name": owner.get("name"), "place": info.get("inspection_location")}
    return {key: value[:200] for key, value in told.items() if isinstance(value, str) and value}


def _section(value: Any, name: str) -> dict[str, Any]:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and re.fullmatch(r"[0-9]{1,15}", str(value)) else None


def _where(refusal: Refused) -> dict[str, Any]:
    """Line and column, or the place; never what stands there."""
    told = refusal.details if isinstance(refusal.details, dict) else (refusal.details or [{}])[0]
    return {key: told[key] for key in ("line", "column", "pointer") if key in told}
