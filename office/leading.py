"""Where an entry leads: the page of what it is about, where there is one and the reader may open it."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from office import changes
from office.telling import Entry

_DELIVERY = "make.view_delivery"


def address(entry: Entry, user: Any) -> str | None:
    """The address of a version, a delivery or a row; of several rows, their list for the plate."""
    if entry.kind == "delivery":
        return _page("make", "delivery", "change", entry.id) if user.has_perm(_DELIVERY) else None
    if row := entry.data.get("row_id"):
        return _page("helpers", "casehelper", "change", row)
    return _of_rows(entry, user)


def _of_rows(entry: Entry, user: Any) -> str | None:
    model = changes.model_of(entry.data.get("table") or entry.kind)
    ids = entry.data.get("ids") or []
    if model is None or not ids or entry.type.endswith(".removed"):
        return None
    app, name = model._meta.app_label, str(model._meta.model_name)
    if not user.has_perm(f"{app}.view_{name}"):
        return None
    if len(ids) == 1 and (page := _page(app, name, "change", ids[0])):
        return page
    rows = _page(app, name, "changelist")
    return f"{rows}?{urlencode({'q': entry.plate})}" if rows and entry.plate else None


def _page(app: str, model: str, page: str, *ids: Any) -> str | None:
    try:
        return reverse(f"admin:{app}_{model}_{page}", args=ids)
    except NoReverseMatch:
        return None
