"""What a row was and became, in the office's words: from the models, which know their fields' names and choices."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from helpers.field_labels import FIELDS
from office.phrases import Code, Listed, Sentence, Words, say

# Where a list of rows is called something else than several of its rows.
_SEVERAL: dict[str, Promise] = {"parts_search_results": gettext_lazy("parts that were found")}
_MOST, _MOST_LETTERS = 4, 60
_HIDDEN = re.compile(
    r"^(id|org_id|case_id|plate|row_uuid|search.*|raw.*|parsed.*|.*_at|(created|updated|accepted)_by"
    r"|(before|accepted)_version|unread)$"
)
_MONEY = re.compile(r"price|amount|total|_vat$|^fee")
_NUMBER = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,6})?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMES = ("part_name", "title", "invoice_number", "number", "report_id", "file_name", "filename", "name", "helper_name")


@lru_cache(maxsize=64)
def model_of(table: str) -> type[models.Model] | None:
    """The model that mirrors a table, also by the first word of an event's type: `invoice` for `invoices`."""
    found = {str(model._meta.db_table).rpartition(".")[2].strip('"'): model for model in apps.get_models()}
    return found.get(table) or found.get(f"{table}s")


def several(table: str, model: type[models.Model]) -> str:
    """What people call several rows."""
    return str(_SEVERAL.get(table, model._meta.verbose_name_plural))


def name_of(row: Mapping[str, Any] | None) -> Words | None:
    """What people call a row by."""
    return next((Words(_short(str(row[key]))) for key in _NAMES if row and row.get(key)), None)


def changes(table: str, was: Mapping[str, Any], became: Mapping[str, Any], people: Mapping[str, str]) -> Listed | None:
    """What changed, field by field; the first few, and how many more."""
    keys = [key for key in {**was, **became} if was.get(key) != became.get(key) and not _HIDDEN.fullmatch(key)]
    told: list[Sentence] = []
    for key in keys[:_MOST]:
        before, after = (_value(table, key, side.get(key), people) for side in (was, became))
        told.append(say("{field}: {before} {arrow} {after}", field=label(table, key), **turned(before, after)))
    if len(keys) > _MOST:
        told.append(say(_("and {n} more"), n=Code(len(keys) - _MOST)))
    return Listed(told, "; ") if told else None


def turned(before: Any, after: Any) -> dict[str, Any]:
    """From one to the other, in the direction in which the language that is set is read."""
    return {"before": before, "after": after, "arrow": "←" if get_language_bidi() else "→"}


def label(table: str, key: str) -> str | Code:
    """What the office calls a column."""
    field = _field(table, key)
    if field is not None and str(field.verbose_name) != key.replace("_", " "):
        return str(field.verbose_name)
    return str(FIELDS[key]) if key in FIELDS else Code(key)


def _field(table: str, key: str) -> Any:
    model = model_of(table)
    try:
        return model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None


def _value(table: str, key: str, value: Any, people: Mapping[str, str]) -> Any:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float) or _NUMBER.fullmatch(str(value)):
        return Code(_money(value) if _MONEY.search(key) else value)
    if isinstance(value, list):
        return Words(_short(", ".join(str(one) for one in value)))
    if isinstance(value, dict):
        return "…"
    if _UUID.fullmatch(value):
        return Words(people[value]) if value in people else "…"
    field = _field(table, key)
    chosen = dict(field.flatchoices).get(value) if field is not None and field.choices else None
    return str(chosen) if chosen else Words(_short(value))


def _money(value: Any) -> str:
    return f"₪{Decimal(str(value)):,.2f}".removesuffix(".00")


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
